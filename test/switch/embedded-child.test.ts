import { resolve } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { EndpointId } from '../../server/core/kernel/ids.ts';
import { MediaChild } from '../../server/switch/embedded/media/media-child-process.ts';
import { hasTone } from '../support/goertzel.ts';
import { legId, LogBook, roomId, SwitchBed } from '../support/switch-bed.ts';
import { systemClock } from '../../server/start/system-clock.ts';

const LEG = legId('leg_out');
let bed: SwitchBed;

afterEach(() => bed.close());

it('ends its calls and goes on with the registrations when the media child is killed', async () => {
  const first = 24_000 + (process.pid % 100) * 40;
  const engine = new MediaChild({
    config: {
      bindAddress: '127.0.0.1',
      webrtcPort: 0,
      rtpPorts: [first, first + 39],
      iceServers: [],
      silenceMs: 1_500,
    },
    childPath: resolve('server/switch/embedded/media/child.ts'),
    execArgv: ['--import', 'tsx'],
    logger: new LogBook(),
    clock: systemClock,
  });
  bed = await SwitchBed.open({ engine });
  const desk = await bed.phone('1001', { incoming: 'answer' });
  const dial = (id: string): Promise<void> =>
    bed.sw.dial({
      legId: legId(id),
      target: { kind: 'endpoint', endpointId: 'ep_1001' as EndpointId },
      callerId: { number: '400100' },
      ringMs: 5_000,
    });
  await dial(LEG);
  await bed.events.next('leg-answered');
  const phone = await desk.incoming();

  const pid = engine.pid;
  expect(pid).toBeGreaterThan(0);
  process.kill(pid ?? 0, 'SIGKILL');
  await bed.events.next('switch-down');
  expect(await bed.events.next('leg-lost')).toMatchObject({ legId: LEG, cause: 'switch-failure' });
  await phone.waitForRequest('BYE');

  await bed.events.next('switch-up', () => true, 15_000);
  expect(await bed.sw.endpoints()).toMatchObject([{ online: true }]);
  await dial('leg_again');
  await bed.events.next('leg-answered', (event) => event.legId === 'leg_again');
  await bed.sw.openRoom(roomId('r'));
  await bed.sw.play({
    playbackId: 'pb' as never,
    target: { leg: legId('leg_again') },
    source: { kind: 'frequency', hz: 800, ms: 3_000 },
  });
  const again = await desk.incoming(1);
  await again.rtp.listen(300);
  expect(hasTone(await again.rtp.listen(400), 800)).toBe(true);
}, 40_000);
