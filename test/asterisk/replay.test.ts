import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clock } from '../../server/core/kernel/clock.ts';
import type { LegId, PlaybackId, RecordingId, RoomId } from '../../server/core/kernel/ids.ts';
import type { SwitchEvent } from '../../server/core/ports/switch.ts';
import { UNPLACED_MS } from '../../server/switch/asterisk/asterisk-config.ts';
import { AsteriskSwitch } from '../../server/switch/asterisk/asterisk-switch.ts';
import { EventLog } from '../contract/switch-events-log.ts';
import { AriStandIn } from '../support/asterisk/ari-stand-in.ts';
import { AriRecorder, type TapeEntry } from '../support/asterisk/ari-tape.ts';
import { AsteriskNode } from '../support/asterisk/node.ts';
import { configFor, expectEmpty } from '../support/asterisk/switch-on-node.ts';
import { SequenceIds } from '../support/sequence-ids.ts';
import type { PeerCall } from '../support/peer-call.ts';
import { SipPeer } from '../support/sip-peer.ts';
import { endpointSpec, LogBook, realClock } from '../support/switch-bed.ts';

/** People outside: real ones while a recording is made, nobody when it is played. */
interface Outside {
  customerCalls(): Promise<void>;
  customerHangsUp(): Promise<void>;
  carrierAnswers(): Promise<void>;
  phoneRegisters(username: string): Promise<void>;
  phoneFallsSilent(): Promise<void>;
}

interface Stage {
  readonly telephone: AsteriskSwitch;
  readonly log: EventLog;
  readonly ids: SequenceIds;
  readonly outside: Outside;
  readonly folder: string;
}

type Scene = (stage: Stage) => Promise<void>;

async function offered({ log, outside }: Stage): Promise<LegId> {
  await outside.customerCalls();
  return (await log.next('leg-offered')).legId;
}

async function called({ telephone, log, outside, ids }: Stage): Promise<LegId> {
  const legId = ids.next<LegId>('leg');
  const target = { kind: 'number', number: '13900139000' } as const;
  await telephone.dial({ legId, target, callerId: { number: '400100' }, ringMs: 20_000 });
  await log.next('leg-ringing', (event) => event.legId === legId);
  await outside.carrierAnswers();
  await log.next('leg-answered', (event) => event.legId === legId);
  return legId;
}

async function over({ telephone, log }: Stage, ...legs: LegId[]): Promise<void> {
  for (const legId of legs) {
    await telephone.hangup(legId);
    await log.next('leg-ended', (event) => event.legId === legId);
  }
}

const SCENES: Record<string, Scene> = {
  'a queue call with hold': async (stage) => {
    const { telephone, log, ids, outside } = stage;
    const customer = await offered(stage);
    await telephone.answer(customer);
    await telephone.music(customer, true);
    const agent = await called(stage);
    const room = ids.next<RoomId>('room');
    await telephone.openRoom(room);
    await telephone.place(agent, room, { kind: 'all' });
    await telephone.place(customer, room, { kind: 'all' });
    await telephone.music(customer, false);
    await telephone.music(customer, true);
    await telephone.place(agent, room, { kind: 'listen' });
    await telephone.music(customer, false);
    await telephone.place(agent, room, { kind: 'all' });
    await outside.customerHangsUp();
    await log.next('leg-ended', (event) => event.legId === customer);
    await over(stage, agent);
    await telephone.closeRoom(room);
  },
  'an outbound call with a tone': async (stage) => {
    const { telephone, log, ids } = stage;
    const agent = await called(stage);
    const [room, playbackId] = [ids.next<RoomId>('room'), ids.next<PlaybackId>('play')];
    await telephone.openRoom(room);
    await telephone.place(agent, room, { kind: 'all' });
    await telephone.play({
      playbackId,
      target: { leg: agent },
      source: { kind: 'tone', tone: 'ringback' },
      loop: true,
    });
    const far = await called(stage);
    await telephone.stopPlayback(playbackId);
    await log.next('playback-finished', (event) => event.playbackId === playbackId);
    await telephone.place(far, room, { kind: 'all' });
    await over(stage, far, agent);
    await telephone.closeRoom(room);
  },
  'a conference with recording': async (stage) => {
    const { telephone, log, ids, folder } = stage;
    const legs = [await offered(stage)];
    await telephone.answer(legs[0] as LegId);
    const room = ids.next<RoomId>('room');
    await telephone.openRoom(room);
    legs.push(await called(stage), await called(stage));
    await Promise.all(legs.map((legId) => telephone.place(legId, room, { kind: 'all' })));
    const [whole, one] = [ids.next<RecordingId>('rec'), ids.next<RecordingId>('rec')];
    await telephone.record({ recordingId: whole, target: { room }, path: join(folder, `${whole}.wav`) });
    const [customer, coached, coach] = legs as [LegId, LegId, LegId];
    await telephone.record({ recordingId: one, target: { leg: customer }, path: join(folder, `${one}.wav`) });
    await telephone.place(coach, room, { kind: 'whisper', to: coached });
    await telephone.pauseRecording(whole);
    await telephone.resumeRecording(whole);
    await telephone.stopRecording(whole);
    await log.next('recording-finished', (event) => event.recordingId === whole);
    await over(stage, customer, coached, coach);
    await log.next('recording-finished', (event) => event.recordingId === one);
    await telephone.closeRoom(room);
  },
  'a leg that is lost': async (stage) => {
    const { telephone, log, ids, outside } = stage;
    const spec = endpointSpec('desk', 'secret');
    await telephone.provision(spec);
    await outside.phoneRegisters('desk');
    await log.next('endpoint-online');
    const customer = await offered(stage);
    await telephone.answer(customer);
    const [room, desk] = [ids.next<RoomId>('room'), ids.next<LegId>('leg')];
    const target = { kind: 'endpoint', endpointId: spec.endpointId } as const;
    await telephone.dial({ legId: desk, target, callerId: { number: '400100' }, ringMs: 20_000 });
    await log.next('leg-answered', (event) => event.legId === desk);
    await telephone.openRoom(room);
    await telephone.place(customer, room, { kind: 'all' });
    await telephone.place(desk, room, { kind: 'all' });
    await outside.phoneFallsSilent();
    await log.next('leg-lost', (event) => event.legId === desk, 12_000);
    await telephone.music(customer, true);
    await over(stage, customer);
    await telephone.closeRoom(room);
    await telephone.retire(spec.endpointId);
  },
};

let node: AsteriskNode;
let folder: string;
const tapes = new Map<string, TapeEntry[]>();

beforeAll(async () => {
  node = await AsteriskNode.start();
  folder = await mkdtemp(join(tmpdir(), 'telebar-replay-'));
  for (const [name, scene] of Object.entries(SCENES)) tapes.set(name, await record(scene));
}, 120_000);
afterAll(async () => {
  await node.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Legs are placed at once, on a slow machine too: what is asked for must not differ from what was recorded. */
const atOnce: Clock = {
  now: () => realClock.now(),
  after: (ms, fn) => realClock.after(ms === UNPLACED_MS ? 60_000 : ms, fn),
};

function switchAt(ariUrl: string): {
  telephone: AsteriskSwitch;
  log: EventLog;
  ids: SequenceIds;
  book: LogBook;
} {
  const ids = new SequenceIds();
  const book = new LogBook();
  const config = configFor(node, { ariUrl });
  const telephone = new AsteriskSwitch({ config, clock: atOnce, ids, log: book });
  return { telephone, log: new EventLog(telephone), ids, book };
}

async function record(scene: Scene): Promise<TapeEntry[]> {
  const recorder = await AriRecorder.before(node);
  const peers = new Set<SipPeer>();
  const peer = async (options: Partial<Parameters<typeof SipPeer.open>[0]> = {}): Promise<SipPeer> => {
    const opened = await SipPeer.open({ switchPort: node.sipPort, ...options });
    peers.add(opened);
    return opened;
  };
  const carrier = await peer({ incoming: 'ring' });
  await node.connectCarrier('127.0.0.1', carrier.localPort);
  let call: PeerCall | null = null;
  let phone: SipPeer | null = null;
  let answered = 0;
  const { telephone, log, ids } = switchAt(recorder.url);
  const outside: Outside = {
    customerCalls: async () => {
      recorder.outside();
      call = await (await peer()).call('400100', { from: '<sip:13800138000@127.0.0.1>' });
    },
    customerHangsUp: async () => {
      recorder.outside();
      call?.bye();
    },
    carrierAnswers: async () => {
      recorder.outside();
      (await carrier.incoming(answered++)).answer();
    },
    phoneRegisters: async (username) => {
      recorder.outside();
      phone = await peer({ username, password: 'secret', incoming: 'answer' });
      await phone.register();
    },
    phoneFallsSilent: async () => {
      recorder.outside();
      const silent = phone;
      if (silent === null) return;
      silent.alive = false;
      for (const { rtp } of silent.calls) rtp.pause();
    },
  };
  await telephone.start();
  await scene({ telephone, log, ids, outside, folder });
  await expectEmpty(node);
  await telephone.stop();
  for (const each of peers) await each.close();
  recorder.stop();
  return recorder.tape;
}

/** Each leg's events are in an order that the port allows, and nothing is told twice. */
function expectOrder(events: readonly SwitchEvent[]): void {
  const legs = new Map<LegId, string[]>();
  for (const event of events) {
    if (!('legId' in event) || event.type === 'digit' || event.type === 'quality') continue;
    legs.set(event.legId, [...(legs.get(event.legId) ?? []), event.type.replace('leg-', '')]);
  }
  for (const [legId, told] of legs) {
    expect(`${legId}: ${told.join(' ')}`).toMatch(
      /^leg_\d+: (?:offered(?: answered)?|(?:ringing )*(?:answered)?) ?(?:ended|lost)$/,
    );
  }
  const once = events.flatMap((event): string[] => {
    if (event.type === 'playback-finished') return [event.playbackId];
    return event.type === 'recording-finished' ? [event.recordingId] : [];
  });
  expect(new Set(once).size).toBe(once.length);
}

/** What was made on Asterisk has been put away: rooms, bridges of coaches, spies, files of recordings. */
function expectPutAway(requests: readonly string[]): void {
  const of = (pattern: RegExp): string[] =>
    requests.flatMap((key) => pattern.exec(key)?.[1] ?? []).toSorted();
  const unique = (ids: string[]): string[] => [...new Set(ids)];
  const bridges = of(/^POST \/ari\/bridges\/([^/?]+)\?/);
  expect(unique(of(/^DELETE \/ari\/bridges\/([^/?]+)/))).toEqual(unique(bridges));
  const spies = of(/\/snoop\/([^/?]+)/);
  const ended = of(/^DELETE \/ari\/channels\/([^/?]+)(?:\?|$)/);
  expect(spies.filter((spy) => !ended.includes(spy))).toEqual([]);
  const files = of(/^POST .*\/record\?.*name=([^&]+)/);
  expect(unique(of(/^DELETE \/ari\/recordings\/stored\/([^/?]+)/))).toEqual(unique(files));
}

describe('events and replies in any order that Asterisk may send them in', () => {
  it.each(Object.keys(SCENES))(
    'of %s tell the same story',
    async (name) => {
      const tape = tapes.get(name) ?? [];
      const scene = SCENES[name] as Scene;
      const seed = Number(process.env['TELEBAR_TEST_SEED'] ?? Date.now() % 1_000_000);
      console.log(`seed of ${name}: ${seed} (TELEBAR_TEST_SEED)`);
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: tape.length }),
          async (delays) => {
            const asterisk = await AriStandIn.play(tape, delays);
            const { telephone, log, ids } = switchAt(asterisk.url);
            const outside = async (): Promise<void> => asterisk.outside();
            const people: Outside = {
              customerCalls: outside,
              customerHangsUp: outside,
              carrierAnswers: outside,
              phoneRegisters: outside,
              phoneFallsSilent: outside,
            };
            try {
              await telephone.start();
              await scene({ telephone, log, ids, outside: people, folder });
              // To the end of the recording: what comes late must not wake anything up again.
              await expect.poll(() => asterisk.held, { interval: 10 }).toEqual([]);
              expectOrder(log.events);
              expect(await telephone.legs()).toEqual([]);
              expect(await telephone.rooms()).toEqual([]);
              await expect.poll(() => expectPutAway(asterisk.requests) ?? true, { interval: 10 }).toBe(true);
            } finally {
              await telephone.stop();
              asterisk.stop();
            }
          },
        ),
        { numRuns: Number(process.env['TELEBAR_TEST_RUNS'] ?? 12), seed, endOnFailure: true },
      );
    },
    120_000,
  );
});
