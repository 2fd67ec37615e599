import { Effects } from '../../contract/people.ts';
import type { Requester } from '../../core/kernel/actor.ts';
import type { PathOf } from '../../http/path-ids.ts';
import { teamRoute, type Route } from '../../http/route.ts';

interface EffectsOf<Id> {
  /** Of what it is about, with its id. */
  readonly path: string;
  readonly params: PathOf<Id>;
  readonly summary: string;
  /** What is different in the example. */
  readonly example?: Partial<Effects>;
  readonly run: (who: Requester, id: Id) => Promise<Effects>;
}

/** Whom a change would meet now, and what depends on what is changed: asked before it is saved. */
export function effectsRoute<Id>({ path, params, summary, example, run }: EffectsOf<Id>): Route {
  return teamRoute({
    method: 'get',
    path: `${path}/effects`,
    right: 'change-set-up',
    summary,
    params,
    status: 200,
    response: Effects,
    problems: ['not-found'],
    example: {
      response: {
        signedIn: [{ id: 'agent_01k0lilei', number: '1001', name: '李雷 Li Lei' }],
        signedInCount: 1,
        waitingCalls: 0,
        openCalls: 1,
        uses: [],
        ...example,
      },
    },
    run: (who, parts) => run(who, parts.params.id),
  });
}
