/**
 * `npm run bench:calls`: what a call costs on each switch: CPU and memory of everything that carries it — on the embedded
 * switch the server's part and the media child, on Asterisk the server's part and Asterisk — with real RTP and
 * DTLS-SRTP legs from another process, whose own cost does not count.
 *
 * `SECONDS` (6) of measuring for each kind of call, `--switch=embedded|asterisk|both`. Needs the build.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { EndpointId, LegId, RecordingId, RoomId } from '../../server/core/kernel/ids.ts';
import { AsteriskNode } from '../support/asterisk/node.ts';
import { configFor, UniqueIds } from '../support/asterisk/switch-on-node.ts';
import type { SwitchName } from '../support/call-centre.ts';
import { endpointSpec } from '../support/switch-bed.ts';
import { Forked } from './forked.ts';
import type { FromLegs, ToLegs } from './legs-generator.ts';
import { childrenOf, cpuOf, memoryOf } from './processes.ts';
import { figure, type Figure } from './report.ts';
import { onEach, progress, reportSideBySide } from './side-by-side.ts';
import type { FromHost, PortMethod, ToHost } from './switch-host.ts';

type LegKind = 'rtp' | 'srtp';

interface CallKind {
  readonly name: string;
  readonly legs: readonly LegKind[];
  readonly recorded: boolean;
  /** Calls of this kind at once. */
  readonly calls: number;
}

/** As in life: a customer on the trunk, agents in browsers. */
const KINDS: readonly CallKind[] = [
  { name: 'two-party, RTP to RTP', legs: ['rtp', 'rtp'], recorded: false, calls: 10 },
  { name: 'two-party', legs: ['rtp', 'srtp'], recorded: false, calls: 10 },
  { name: 'two-party, recorded', legs: ['rtp', 'srtp'], recorded: true, calls: 10 },
  { name: 'three in a room', legs: ['rtp', 'srtp', 'srtp'], recorded: false, calls: 7 },
  {
    name: 'thirty in a room',
    legs: Array.from({ length: 30 }, (_, index) => (index % 2 === 0 ? 'rtp' : 'srtp')),
    recorded: false,
    calls: 1,
  },
];
const PHONES = 15;
const SECONDS = Number(process.env['SECONDS'] ?? 6);
const SETTLE_MS = 2_000;
const AIM = '<= 2';

/** The port of a switch that runs in another process, as far as this bench uses it. */
class HostedSwitch {
  readonly host = new Forked<ToHost, FromHost>(join(import.meta.dirname, 'switch-host.ts'));
  #last = 0;

  async do(method: PortMethod, ...args: unknown[]): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    this.host.send({ type: 'call', id, method, args });
    const { error, value } = await this.host.next('done', (message) => message.id === id);
    if (error !== null) throw new Error(`${method}: ${error}`);
    return value;
  }

  async hears(type: 'leg-answered' | 'leg-ended' | 'recording-finished', id: string): Promise<void> {
    await this.host.next('event', ({ event }) => {
      if (event.type === 'leg-lost' && event.legId === id) throw new Error(`${id} was lost`);
      return (
        event.type === type && (event.type === 'recording-finished' ? event.recordingId : event.legId) === id
      );
    });
  }
}

/** A switch with its far ends, ready for calls. */
class Ground {
  readonly telephone = new HostedSwitch();
  readonly legs = new Forked<ToLegs, FromLegs>(join(import.meta.dirname, 'legs-generator.ts'));
  readonly ids = new UniqueIds();
  node: AsteriskNode | null = null;
  folder = '';

  async open(on: SwitchName): Promise<void> {
    this.folder = await mkdtemp(join(tmpdir(), 'telebar-calls-'));
    this.legs.send({ type: 'open' });
    const { carrierPort } = await this.legs.next('opened');
    if (on === 'asterisk') {
      this.node = await AsteriskNode.start({ carrier: { host: '127.0.0.1', port: carrierPort } });
    }
    const asterisk = this.node === null ? null : configFor(this.node);
    this.telephone.host.send({ type: 'start', carrierPort, asterisk });
    const started = await this.telephone.host.next('started');
    const phones = Array.from({ length: PHONES }, (_, index) => ({
      username: `web${index}`,
      password: `p${index}`,
    }));
    for (const { username, password } of phones) {
      await this.telephone.do('provision', endpointSpec(username, password, { device: 'browser' }));
    }
    this.legs.send({
      type: 'register',
      phones,
      switchPort: this.node?.sipPort ?? started.sipPort,
      webSocketUrl: this.node?.webSocketUrl ?? started.webSocketUrl,
    });
    await this.legs.next('registered');
    this.telephone.host.forget('event');
  }

  /** The server's part and what carries the voices. */
  async processes(): Promise<{ server: number; media: number[] }> {
    const server = this.telephone.host.pid;
    const node = this.node?.pid;
    return { server, media: node ? [node] : await mediaChildren(server) };
  }

  async close(): Promise<void> {
    await this.telephone.do('stop').catch(() => undefined);
    this.telephone.host.kill();
    this.legs.kill();
    await this.node?.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Children that are Telebar's; the loader of TypeScript has one of its own. */
async function mediaChildren(pid: number): Promise<number[]> {
  const children = await childrenOf(pid);
  const commands = await Promise.all(children.map((child) => readFile(`/proc/${child}/cmdline`, 'utf8')));
  return children.filter((_, index) => commands[index]?.includes('media-child'));
}

interface Running {
  readonly legs: LegId[];
  readonly rooms: RoomId[];
  readonly recordings: RecordingId[];
}

async function build(ground: Ground, kind: CallKind): Promise<Running> {
  const { telephone, ids } = ground;
  const running: Running = { legs: [], rooms: [], recordings: [] };
  let phone = 0;
  for (let call = 0; call < kind.calls; call += 1) {
    const roomId = ids.next<RoomId>('room');
    await telephone.do('openRoom', roomId);
    running.rooms.push(roomId);
    const legs = kind.legs.map((leg) => {
      const legId = ids.next<LegId>('leg');
      const target =
        leg === 'rtp'
          ? { kind: 'number', number: '13800138000' }
          : { kind: 'endpoint', endpointId: `ep_web${phone++ % PHONES}` as EndpointId };
      return { legId, target };
    });
    for (const { legId, target } of legs) {
      await telephone.do('dial', {
        legId,
        target,
        callerId: { number: '400100' },
        ringMs: 10_000,
        autoAnswer: 'now',
      });
      await telephone.hears('leg-answered', legId);
      await telephone.do('place', legId, roomId, { kind: 'all' });
      running.legs.push(legId);
    }
    if (kind.recorded) {
      const recordingId = ids.next<RecordingId>('rec');
      const path = join(ground.folder, `${recordingId}.wav`);
      await telephone.do('record', { recordingId, target: { room: roomId }, path });
      running.recordings.push(recordingId);
    }
  }
  return running;
}

async function clear({ telephone }: Ground, { legs, rooms, recordings }: Running): Promise<void> {
  for (const recordingId of recordings) {
    await telephone.do('stopRecording', recordingId);
    await telephone.hears('recording-finished', recordingId);
  }
  for (const legId of legs) await telephone.do('hangup', legId);
  for (const legId of legs) await telephone.hears('leg-ended', legId);
  for (const roomId of rooms) await telephone.do('closeRoom', roomId);
  telephone.host.forget('event');
}

async function measureKind(on: SwitchName, ground: Ground, kind: CallKind): Promise<Figure[]> {
  const { server, media } = await ground.processes();
  const sum = async (of: (pid: number) => Promise<number>, pids: readonly number[]): Promise<number> =>
    (await Promise.all(pids.map(of))).reduce((total, value) => total + value, 0);
  const all = [server, ...media];
  // The first call of a process loads and compiles what all others use.
  await clear(ground, await build(ground, { ...kind, calls: 1 }));
  const memoryBefore = await sum(memoryOf, all);
  const running = await build(ground, kind);
  await wait(SETTLE_MS);
  ground.legs.send({ type: 'counts' });
  await ground.legs.next('counts');
  const [serverBefore, mediaBefore] = [await sum(cpuOf, [server]), await sum(cpuOf, media)];
  const startedAt = performance.now();
  await wait(SECONDS * 1000);
  const [serverUsed, mediaUsed] = [
    (await sum(cpuOf, [server])) - serverBefore,
    (await sum(cpuOf, media)) - mediaBefore,
  ];
  const seconds = (performance.now() - startedAt) / 1000;
  const memory = (await sum(memoryOf, all)) - memoryBefore;
  ground.legs.send({ type: 'counts' });
  const { sent, received } = await ground.legs.next('counts');
  await clear(ground, running);
  const perCall = (used: number): number => (100 * used) / seconds / kind.calls;
  const reference = `${kind.calls} at once, ${SECONDS} s`;
  progress(
    `${on}, ${kind.name}: ${perCall(serverUsed + mediaUsed).toFixed(2)} % a call, ${received} of ${sent} packets`,
  );
  return [
    figure(`${kind.name}: CPU per call`, perCall(serverUsed + mediaUsed), '% of a core', null, reference),
    figure(`${kind.name}: of it the server`, perCall(serverUsed), '% of a core', null, reference),
    figure(`${kind.name}: memory per call`, memory / kind.calls, 'MB', null, reference),
    figure(
      `${kind.name}: packets heard per packet said`,
      received / Math.max(1, sent),
      'ratio',
      '1',
      reference,
    ),
  ];
}

async function measure(on: SwitchName): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const kind of KINDS) {
    // Fresh processes: memory that an earlier kind of call has left free would hide what this one takes.
    const ground = new Ground();
    try {
      await ground.open(on);
      figures.push(...(await measureKind(on, ground, kind)));
    } finally {
      await ground.close();
    }
  }
  return figures;
}

await reportSideBySide('calls', await onEach(measure), {
  ratioAim: (metric) => (metric.endsWith('CPU per call') ? AIM : null),
});
