import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EndpointId, LegId, PlaybackId, RecordingId, RoomId } from '../../server/core/kernel/ids.ts';
import { SwitchError } from '../../server/core/ports/switch.ts';
import type { AsteriskSwitch } from '../../server/switch/asterisk/asterisk-switch.ts';
import { FaultBed, type FaultySwitch } from '../support/asterisk/fault-bed.ts';
import type { PeerCall } from '../support/peer-call.ts';
import { endpointSpec } from '../support/switch-bed.ts';

/** An intent is settled by then: our requests wait five seconds for an answer, and most notice the death at once. */
const SETTLED_MS = 6_000;

let bed: FaultBed;
let one: FaultySwitch;

/** What is going on when Asterisk dies: two people talk, one waits, something is played and recorded. */
interface Scene {
  readonly customer: LegId;
  readonly outside: LegId;
  readonly waiting: LegId;
  readonly room: RoomId;
  readonly empty: RoomId;
  readonly playbackId: PlaybackId;
  readonly recordingId: RecordingId;
  readonly endpointId: EndpointId;
}

beforeAll(async () => {
  bed = await FaultBed.open();
  await bed.carrier('answer');
  one = await bed.started();
});
afterEach(async () => {
  // After a test that failed on the way.
  if (bed.node.pid === null) await bed.node.launch();
});
afterAll(async () => {
  await bed.tidy();
  await bed.close();
});

async function scene(): Promise<Scene> {
  const { telephone, log } = one;
  const [room, empty] = [bed.ids.next<RoomId>('room'), bed.ids.next<RoomId>('room')];
  const { legId: customer } = await bed.caller(one);
  const outside = await bed.dial(one);
  await log.next('leg-answered', ({ legId }) => legId === outside);
  const { legId: waiting } = await bed.offered(one);
  const { endpointId } = await bed.phone(one);
  await telephone.openRoom(room);
  await telephone.openRoom(empty);
  for (const legId of [customer, outside]) await telephone.place(legId, room, { kind: 'all' });
  const [playbackId, recordingId] = [bed.ids.next<PlaybackId>('play'), bed.ids.next<RecordingId>('rec')];
  await telephone.play({
    playbackId,
    target: { leg: customer },
    source: { kind: 'tone', tone: 'busy' },
    loop: true,
  });
  await telephone.record({ recordingId, target: { leg: outside }, path: pathOf(recordingId) });
  return { customer, outside, waiting, room, empty, playbackId, recordingId, endpointId };
}

function pathOf(recordingId: RecordingId): string {
  return join(bed.node.folder, `${recordingId}.wav`);
}

/** Stops Asterisk; resolves when none of its threads runs any more. */
async function freeze(): Promise<void> {
  const pid = bed.node.pid ?? 0;
  process.kill(pid, 'SIGSTOP');
  const running = async (): Promise<number> => {
    const threads = await readdir(`/proc/${pid}/task`);
    const states = await Promise.all(
      threads.map(
        async (thread) => (await readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8')).split(') ')[1]?.[0],
      ),
    );
    return states.filter((state) => state !== 'T').length;
  };
  await expect.poll(running, { interval: 5 }).toBe(0);
}

/** Lets Asterisk die with the request in its hands: it is stopped, asked, and killed before it can answer. */
async function dieDuring(intent: () => Promise<unknown>): Promise<'resolved' | SwitchError> {
  await freeze();
  const fate = intent().then(
    () => 'resolved' as const,
    (error: unknown) => error,
  );
  // Long enough for the request to be on its way.
  await new Promise((done) => setTimeout(done, 30));
  await bed.node.kill();
  const settled = await Promise.race([
    fate,
    new Promise((done) => setTimeout(done, SETTLED_MS, new Error(`not settled within ${SETTLED_MS} ms`))),
  ]);
  if (settled === 'resolved' || settled instanceof SwitchError) return settled;
  throw settled;
}

/** Each leg has ended once, by whatever name, and nothing is left of it. */
async function expectOver(legs: readonly LegId[]): Promise<void> {
  const { telephone, log } = one;
  for (const legId of legs) {
    const ends = log.events.filter(
      (event) => (event.type === 'leg-ended' || event.type === 'leg-lost') && event.legId === legId,
    );
    expect(ends).toHaveLength(1);
    expect(log.events.filter((event) => 'legId' in event && event.legId === legId).at(-1)).toBe(ends[0]);
  }
  expect(await telephone.legs()).toEqual([]);
  expect(await telephone.rooms()).toEqual([]);
}

async function expectNewCall(): Promise<void> {
  const { telephone, log } = one;
  const { legId, call }: { legId: LegId; call: PeerCall } = await bed.caller(one);
  const room = bed.ids.next<RoomId>('room');
  await telephone.openRoom(room);
  await telephone.place(legId, room, { kind: 'all' });
  await telephone.hangup(legId);
  await log.next('leg-ended', (event) => event.legId === legId);
  await expect.poll(() => call.ended).toBe(true);
  await telephone.closeRoom(room);
}

type Intent = (telephone: AsteriskSwitch, scene: Scene) => Promise<unknown>;

const tone = { kind: 'frequency', hz: 440, ms: 200 } as const;
const INTENTS: Record<string, Intent> = {
  dial: (telephone) => {
    const request = { target: { kind: 'number', number: '139' }, callerId: { number: '1' } } as const;
    return telephone.dial({ legId: bed.ids.next<LegId>('leg'), ringMs: 5_000, ...request });
  },
  'dial a phone': (telephone, { endpointId }) => {
    const request = { target: { kind: 'endpoint', endpointId }, callerId: { number: '1' } } as const;
    return telephone.dial({ legId: bed.ids.next<LegId>('leg'), ringMs: 5_000, ...request });
  },
  ring: (telephone, { waiting }) => telephone.ring(waiting),
  answer: (telephone, { waiting }) => telephone.answer(waiting),
  reject: (telephone, { waiting }) => telephone.reject(waiting, 'busy'),
  hangup: (telephone, { customer }) => telephone.hangup(customer),
  'hand over': (telephone, { customer }) =>
    telephone.handOver(customer, '13700137000', { callerId: { number: '400100' } }),
  'open a room': (telephone) => telephone.openRoom(bed.ids.next<RoomId>('room')),
  'close a room': (telephone, { room }) => telephone.closeRoom(room),
  'place in a room': (telephone, { waiting, room }) => telephone.place(waiting, room, { kind: 'all' }),
  'move to another room': (telephone, { customer, empty }) =>
    telephone.place(customer, empty, { kind: 'all' }),
  mute: (telephone, { customer, room }) => telephone.place(customer, room, { kind: 'listen' }),
  whisper: (telephone, { customer, outside, room }) =>
    telephone.place(customer, room, { kind: 'whisper', to: outside }),
  'remove from a room': (telephone, { customer }) => telephone.remove(customer),
  'music on': (telephone, { customer }) => telephone.music(customer, true),
  'play to a leg': (telephone, { outside }) =>
    telephone.play({ playbackId: bed.ids.next<PlaybackId>('play'), target: { leg: outside }, source: tone }),
  'play to a room': (telephone, { room }) =>
    telephone.play({ playbackId: bed.ids.next<PlaybackId>('play'), target: { room }, source: tone }),
  'stop a playback': (telephone, { playbackId }) => telephone.stopPlayback(playbackId),
  'record a leg': (telephone, { customer }) => {
    const recordingId = bed.ids.next<RecordingId>('rec');
    return telephone.record({ recordingId, target: { leg: customer }, path: pathOf(recordingId) });
  },
  'record a room': (telephone, { room }) => {
    const recordingId = bed.ids.next<RecordingId>('rec');
    return telephone.record({ recordingId, target: { room }, path: pathOf(recordingId) });
  },
  'pause a recording': (telephone, { recordingId }) => telephone.pauseRecording(recordingId),
  'resume a recording': (telephone, { recordingId }) => telephone.resumeRecording(recordingId),
  'stop a recording': (telephone, { recordingId }) => telephone.stopRecording(recordingId),
  'send digits': (telephone, { outside }) => telephone.sendDigits(outside, '12'),
  provision: (telephone) => telephone.provision(endpointSpec(bed.ids.next<string>('phone'), 'secret')),
  'renew a credential': async (telephone, { endpointId }) => {
    const username = endpointId.replace(/^ep_/, '');
    await telephone.provision(endpointSpec(username, 'another'));
  },
  retire: (telephone, { endpointId }) => telephone.retire(endpointId),
};

describe('an Asterisk that is killed', () => {
  it.each(Object.entries(INTENTS))(
    'in the middle of %s leaves nobody waiting, and takes calls when it is back',
    async (_name, intent) => {
      const { telephone, log } = one;
      const before = await scene();
      const { customer, outside, waiting, playbackId, recordingId } = before;
      const legs = (await telephone.legs()).map(({ legId }) => legId);
      expect(legs.toSorted()).toEqual([customer, outside, waiting].toSorted());
      const ups = log.count('switch-up');

      const fate = await dieDuring(() => intent(telephone, before));
      if (fate instanceof SwitchError) {
        expect(['switch-down', 'no-such-leg', 'no-such-room'], String(fate.cause)).toContain(fate.code);
      }
      await bed.node.launch();
      await expect.poll(() => log.count('switch-up'), { timeout: 10_000 }).toBe(ups + 1);

      await expectOver(legs);
      await log.next('playback-finished', (event) => event.playbackId === playbackId);
      await log.next('recording-finished', (event) => event.recordingId === recordingId);
      await bed.carrier('answer');
      await expectNewCall();
      await bed.empty();
    },
  );

  it('while it is being compared with what was known is compared again', async () => {
    const { telephone, log } = one;
    const { customer, outside, waiting } = await scene();
    const ups = log.count('switch-up');
    await bed.node.kill();
    await log.next('switch-down');
    await bed.node.launch();
    // The next attempt finds it, and it dies within that.
    await freeze();
    await new Promise((done) => setTimeout(done, 700));
    await bed.node.kill();
    await bed.node.launch();
    await expect.poll(() => log.count('switch-up'), { timeout: 10_000 }).toBe(ups + 1);
    await expectOver([customer, outside, waiting]);
    expect(telephone.up).toBe(true);
    await expectNewCall();
    await bed.empty();
  });
});
