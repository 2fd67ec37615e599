import { QueueFigures } from '../../contract/realtime/queue.ts';
import { GroupPath } from '../../http/path-ids.ts';
import { teamRoute, type Feature } from '../../http/route.ts';
import type { DeskService } from './desk-service.ts';

export function queueRoutes(desks: Pick<DeskService, 'queue'>): Feature {
  return {
    tag: 'Queues',
    routes: [
      teamRoute({
        method: 'get',
        path: '/queues/:id',
        right: 'watch-queues',
        summary:
          'Who waits in the line of a group now, and who serves it; the topic `queue:<group>` tells every change',
        params: GroupPath,
        status: 200,
        response: QueueFigures,
        problems: ['forbidden'],
        run: (who, { params }) => desks.queue(who, params.id),
      }),
    ],
  };
}
