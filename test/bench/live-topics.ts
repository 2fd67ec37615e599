import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Clock } from '../../server/core/kernel/clock.ts';
import type { Identity } from '../../server/core/kernel/actor.ts';
import type { AgentId, SessionId } from '../../server/core/kernel/ids.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { Decision } from '../../server/core/model/draft.ts';
import type { Changes } from '../../server/core/model/changes.ts';
import { teamSettings } from '../../server/live/commands/desk-service.ts';
import { TeamTopics } from '../../server/live/projections/team-topics.ts';
import type { Sink } from '../../server/realtime/topic-stream.ts';
import { TopicStreams } from '../../server/realtime/topic-streams.ts';
import { TEAM, filled, member } from '../support/builders.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { LiveTeam, planOfLiveTeam } from './live-team.ts';
import { figure, type Figure } from './report.ts';

const MIB = 1024 * 1024;
const LEADERS = 50;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What realtime costs, for a team of a thousand agents. */
export async function figuresOfTopics(): Promise<Figure[]> {
  const [bytes, cpuMs] = [agentChangeBytes(), await agentChangeCpuOnSockets()];
  return [
    figure('one arrival told to 1000 desks: bytes', arrivalBytes(), 'bytes', '< 300000', 'all in the group'),
    figure('one agent change told to 50 leaders: bytes', bytes, 'bytes', '< 25000', 'roster and queue'),
    figure('one agent change told to 50 leaders: CPU ms', cpuMs, 'ms', '< 0.5', 'to sockets of this machine'),
    figure('one agent change told to 50 leaders: CPU ms before the sockets', agentChangeCpu(), 'ms'),
    figure('resume buffers of 1000 pages', resumeBuffers(), 'MiB', '< 32', 'a busy minute'),
  ];
}

/** A live team with its topics and streams, and pages that count what they get. */
class TopicsBed {
  readonly live: LiveTeam;
  readonly clock = new ManualClock();
  readonly streams: TopicStreams;
  readonly #topics: TeamTopics;

  constructor(plan = planOfLiveTeam()) {
    this.live = new LiveTeam(plan);
    const team = { state: this.live.team, links: { latencyOf: () => null } };
    const settings = () => teamSettings({ row: filled({}).team, desk: { reasons: [], fields: [] } });
    const clock: Clock = this.clock;
    this.#topics = new TeamTopics(team, settings, { clock, logger: silent });
    this.streams = new TopicStreams(
      { topic: (who, name) => this.#topics.place(who, name) },
      { clock, logger: silent },
    );
  }

  follow(agentId: AgentId, role: Identity['role'], topics: readonly string[], sink: Sink): void {
    const who: Identity = {
      ...{ kind: 'agent', teamId: TEAM, agentId, role, expiresAt: Number.MAX_SAFE_INTEGER },
      sessionId: asId<SessionId>(`session-${agentId}`),
    };
    for (const topic of topics) this.streams.of(who, topic).follow(sink);
  }

  decided({ changes }: { changes: Changes }): void {
    this.#topics.changed(changes);
  }
}

class CountingSink implements Sink {
  readonly writable = true;
  bytes = 0;
  send(frame: Buffer): void {
    this.bytes += frame.length;
  }
}

/** One call comes to a group in which all thousand agents are, and rings at one of them. */
function arrivalBytes(): number {
  const plan = planOfLiveTeam();
  const everybody = (plan.agents ?? []).map(({ number }) => member(number, asId('group-0')));
  const bed = new TopicsBed({ ...plan, members: everybody });
  const sink = new CountingSink();
  for (const id of bed.live.agents) {
    bed.live.signIn(id);
    bed.follow(id, 'agent', ['desk', 'queue:group-0'], sink);
  }
  sink.bytes = 0;
  const { decision, callId, legId } = bed.live.arrive(0);
  bed.decided(decision);
  bed.decided(bed.live.take({ type: 'LegUp', callId, legId }));
  bed.clock.advanceNow(200);
  return sink.bytes;
}

/** Leaders who watch a group, its queue and the agents in it: an agent pauses. */
function changesForLeaders(sinks: readonly Sink[]): () => void {
  const bed = new TopicsBed();
  for (const id of bed.live.agents.slice(0, 100)) bed.live.signIn(id);
  for (const [index, sink] of sinks.entries()) {
    bed.follow(bed.live.agents[index + 900]!, 'admin', ['roster:group-0', 'queue:group-0'], sink);
  }
  const [agentId] = bed.live.agents;
  return () => {
    bed.decided(pauseOrResume(bed.live, agentId!));
    bed.clock.advanceNow(200);
  };
}

function pauseOrResume(live: LiveTeam, agentId: AgentId): Decision {
  live.now += 1;
  return live.team.agents.get(agentId)?.pause
    ? live.take({ type: 'Resume', agentId })
    : live.take({ type: 'Pause', agentId, reasonId: asId('lunch') });
}

function agentChangeBytes(): number {
  const sink = new CountingSink();
  const change = changesForLeaders(Array.from({ length: LEADERS }, () => sink));
  change();
  sink.bytes = 0;
  change();
  return sink.bytes;
}

/** What is decided, compared and written as text. */
function agentChangeCpu(): number {
  const change = changesForLeaders(Array.from({ length: LEADERS }, () => new CountingSink()));
  for (let round = 0; round < 500; round++) change();
  const before = process.cpuUsage();
  for (let round = 0; round < 1_000; round++) change();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / 1_000;
}

/** The kernel hands over to the readers within the write: that is more than it does in life. */
async function agentChangeCpuOnSockets(): Promise<number> {
  const http = createServer();
  const sockets: Array<{ socket: WebSocket; raw: Duplex }> = [];
  const server = new WebSocketServer({ noServer: true });
  http.on('upgrade', (request, socket, head) => {
    server.handleUpgrade(request, socket, head, (each) => void sockets.push({ socket: each, raw: socket }));
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const readers = Array.from({ length: LEADERS }, () => connect(port, '127.0.0.1'));
  for (const reader of readers) shakeHands(reader);
  while (sockets.length < LEADERS) await new Promise((resolve) => setImmediate(resolve));
  const flushed = (): void => undefined;
  // As a page's connection does it.
  const sinks = sockets.map(({ raw }): Sink => {
    const send = (frame: Buffer): void => {
      if (raw.writableCorked === 0) {
        raw.cork();
        process.nextTick(() => raw.uncork());
      }
      raw.write(frame, flushed);
    };
    return { send, writable: true };
  });
  const change = changesForLeaders(sinks);
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  for (let round = 0; round < 500; round++) {
    change();
    await turn();
  }
  const rounds = 1_000;
  let spent = 0;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    change();
    await new Promise((resolve) => process.nextTick(resolve));
    const { user, system } = process.cpuUsage(before);
    spent += (user + system) / 1_000;
    await turn();
  }
  for (const reader of readers) reader.destroy();
  for (const { socket } of sockets) socket.terminate();
  http.close();
  return spent / rounds;
}

function shakeHands(reader: Socket): void {
  reader.write(
    'GET / HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  reader.resume();
}

/** A thousand pages that are away for a minute in which more happens than is kept: what the process holds for them. */
function resumeBuffers(): number {
  const bed = new TopicsBed();
  const gone = new CountingSink();
  const groups = [...Array(50).keys()].map((index) => `queue:group-${index}`);
  for (const id of bed.live.agents) {
    bed.live.signIn(id);
    bed.follow(id, 'admin', ['desk', 'roster', ...groups], gone);
  }
  const held = (): number => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return (heapUsed + external) / MIB;
  };
  const busy = (seconds: number): void => {
    for (let each = 0; each < seconds * bed.live.agents.length; each++) {
      bed.decided(pauseOrResume(bed.live, bed.live.agents[each % bed.live.agents.length]!));
      if (each % 10 === 0) bed.clock.advanceNow(10);
    }
  };
  // What is not kept for pages is there before: code, and what each topic was told last.
  busy(10);
  bed.clock.advanceNow(61_000);
  bed.decided(pauseOrResume(bed.live, bed.live.agents[0]!));
  const before = held();
  busy(60);
  const after = held();
  bed.streams.close();
  return after - before;
}
