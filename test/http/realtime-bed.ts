import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { WebSocket } from 'ws';
import type { EndedSession, Identity } from '../../server/core/kernel/actor.ts';
import type { Desks, Sessions, TopicPlace, TopicSource } from '../../server/realtime/doors.ts';
import { WIRE_VERSION } from '../../server/contract/wire.ts';
import type { QueueFigures } from '../../server/contract/realtime/queue.ts';
import type { DeskSnapshot } from '../../server/contract/desk.ts';
import { ServerMessage } from '../../server/contract/realtime/frame.ts';
import { DomainError } from '../../server/core/kernel/domain-error.ts';
import { asId, type AgentId, type SessionId, type TeamId } from '../../server/core/kernel/ids.ts';
import { RealtimeServer } from '../../server/realtime/realtime-server.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { silent } from './bed.ts';
import type { Change, PageOrder } from '../../server/contract/realtime/desk.ts';

export const who: Identity = {
  kind: 'agent',
  teamId: asId<TeamId>('team_1'),
  agentId: asId<AgentId>('agent_1'),
  sessionId: asId<SessionId>('session_1'),
  role: 'agent',
  expiresAt: 0,
};

/** A topic that says what a test wants; its state is what was said last. */
class ScriptedTopic implements TopicSource {
  readonly #changed: () => void;
  readonly #closed: () => void;
  #state: unknown;
  #patch: unknown = null;

  constructor(state: unknown, changed: () => void, closed: () => void) {
    this.#state = state;
    this.#changed = changed;
    this.#closed = closed;
  }
  say(patch: unknown, state: unknown): void {
    this.#patch = patch;
    this.#state = state;
    this.#changed();
  }
  patch(): string | null {
    const patch = this.#patch;
    this.#patch = null;
    return patch === null ? null : JSON.stringify(patch);
  }
  snapshot(): string {
    return JSON.stringify(this.#state);
  }
  close(): void {
    this.#closed();
  }
}

/** Desks that say what a test wants, and remember what they were told. */
export class ScriptedDesks implements Desks {
  readonly told: string[] = [];
  readonly pages = new Map<string, (order: PageOrder) => void>();
  /** Open topics by key. */
  readonly topics = new Map<string, ScriptedTopic>();
  /** Topics that nobody may follow. */
  readonly forbidden = new Set<string>();
  regrouped: (teamId: TeamId) => void = () => undefined;

  topic(asked: Identity, name: string): TopicPlace {
    if (this.forbidden.has(name)) throw new DomainError('forbidden', `No '${name}' for you.`);
    const key = name === 'desk' ? `desk ${asked.agentId}` : name;
    return {
      key,
      coalesceMs: name === 'desk' ? 0 : 200,
      open: (changed) => {
        const closed = () => {
          this.told.push(`closed ${key}`);
          this.topics.delete(key);
        };
        const topic = new ScriptedTopic(name === 'desk' ? snapshot : figures(0), changed, closed);
        this.topics.set(key, topic);
        return topic;
      },
    };
  }
  onRegrouped(listener: (teamId: TeamId) => void): () => void {
    this.regrouped = listener;
    return () => undefined;
  }
  subscribe(_who: Identity, clientId: string, listener: (order: PageOrder) => void): () => void {
    this.pages.set(clientId, listener);
    return () => {
      this.told.push(`unsubscribed ${clientId}`);
      this.pages.delete(clientId);
    };
  }
  heartbeat(_who: Identity, clientId: string, phone: object | null): void {
    this.told.push(`heartbeat ${clientId} ${JSON.stringify(phone)}`);
  }
  disconnected(_who: Identity, clientId: string): void {
    this.told.push(`disconnected ${clientId}`);
  }
  /** One change on the desk of the agent. */
  change(...ids: string[]): void {
    const changes: Change[] = ids.map((id) => ({ entity: 'call-removed', id }));
    this.topics.get(`desk ${who.agentId}`)?.say(changes, snapshot);
  }
  /** So many wait in a queue now. */
  wait(waiting: number, key = 'queue:sales'): void {
    this.topics.get(key)?.say(figures(waiting), figures(waiting));
  }
}

export function figures(waiting: number): QueueFigures {
  const serviceLevel = {
    ...{ withinMs: 20_000, percent: 80, shortAbandonMs: 5_000, since: null, share: null },
    ...{ answered: 0, answeredInTime: 0, abandoned: 0, shortAbandoned: 0 },
  };
  return {
    waiting,
    longestWaitSince: null,
    free: 0,
    onCall: 0,
    acw: 0,
    paused: 0,
    unreachable: 0,
    serviceLevel,
  };
}

export const snapshot: DeskSnapshot = {
  serverTime: 1,
  team: {
    id: 'team_1',
    slug: 'one',
    name: 'One',
    locale: 'en',
    pauseReasons: [],
    wrapUpReasons: [],
    callResults: [],
    customerFields: [],
  },
  agent: {
    id: 'agent_1',
    number: '1001',
    username: '1001',
    name: 'Ada',
    role: 'agent',
    state: 'idle',
    since: 1,
    pause: null,
    locked: false,
    acw: null,
    wrapUp: null,
    next: null,
    outsidePhone: null,
    device: {
      kind: 'browser',
      endpointId: null,
      name: '',
      online: false,
      address: null,
      userAgent: null,
      latencyMs: null,
    },
    groups: [],
    forced: null,
    leads: [],
  },
  calls: [],
  supervision: null,
  monitored: [],
};

/** A page's end of the socket. */
export class Page {
  readonly messages: ServerMessage[] = [];
  readonly closed: Promise<number>;
  readonly socket: WebSocket;
  #arrived: () => void = () => undefined;

  constructor(url: string) {
    this.socket = new WebSocket(url);
    this.socket.on('message', (data: Buffer) => {
      this.messages.push(ServerMessage.parse(JSON.parse(data.toString('utf8'))));
      this.#arrived();
    });
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => this.socket.on('close', resolve));
  }
  async open(): Promise<this> {
    await once(this.socket, 'open');
    return this;
  }
  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }
  hello(overrides: Record<string, unknown> = {}): void {
    const topics = [{ topic: 'desk' }];
    this.send({
      type: 'hello',
      version: WIRE_VERSION,
      token: 'good',
      clientId: 'page-1',
      topics,
      ...overrides,
    });
  }
  /** Waits until so many messages have come in all. */
  async until(count: number): Promise<ServerMessage[]> {
    while (this.messages.length < count) await new Promise<void>((resolve) => (this.#arrived = resolve));
    return this.messages;
  }
  get last(): ServerMessage | undefined {
    return this.messages.at(-1);
  }
}

/** A realtime server on real sockets, with one agent whose token is `good`. */
export class RealtimeBed {
  readonly clock = new ManualClock();
  readonly desks = new ScriptedDesks();
  readonly realtime: RealtimeServer;
  role: Identity['role'] = 'agent';
  /** What authenticating rejects with, when set. */
  refusal: Error | null = null;
  endSession: (ended: EndedSession) => unknown = () => undefined;
  readonly #http: Server = createServer();
  readonly #pages: Page[] = [];

  private constructor() {
    const sessions = {
      authenticate: async (token: string | null) => {
        if (this.refusal !== null) throw this.refusal;
        if (token !== 'good') throw new DomainError('token-invalid', 'No such session.');
        return { ...who, role: this.role, expiresAt: this.clock.now() + 60 * 60 * 1000 };
      },
      isAllowedOrigin: async () => true,
      isOriginOf: async () => true,
      onEnded: (listener: (ended: EndedSession) => unknown) => {
        this.endSession = listener;
        return () => undefined;
      },
    } satisfies Partial<Sessions> as unknown as Sessions;
    this.realtime = new RealtimeServer({
      elsewhere: async () => null,
      services: { sessions, desks: this.desks },
      clock: this.clock,
      logger: silent,
    });
    // The path stands for the network that a socket comes from.
    this.#http.on('upgrade', (request, socket, head) => {
      const from = { origin: null, network: request.url ?? '', refuse: () => socket.destroy() };
      void this.realtime.handleUpgrade(request, socket, head, from);
    });
  }

  static async open(): Promise<RealtimeBed> {
    const bed = new RealtimeBed();
    bed.#http.listen(0, '127.0.0.1');
    await once(bed.#http, 'listening');
    return bed;
  }

  async close(): Promise<void> {
    for (const page of this.#pages) page.socket.terminate();
    this.realtime.close();
    this.realtime.terminate();
    this.#http.close();
    await once(this.#http, 'close');
  }

  get url(): string {
    const address = this.#http.address();
    return `ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  }

  async connect(network = ''): Promise<Page> {
    const page = await new Page(`${this.url}/${network}`).open();
    this.#pages.push(page);
    return page;
  }

  async greeted(overrides: Record<string, unknown> = {}): Promise<Page> {
    const page = await this.connect();
    page.hello(overrides);
    await page.until(2);
    return page;
  }
}

/** What the patches of the desk said, as `sequence:id`. */
export const patches = (page: Page): string[] =>
  page.messages.flatMap((message) =>
    message.type === 'patch' && message.topic === 'desk'
      ? (message.patch as Change[]).map((change) =>
          'id' in change ? `${message.sequence}:${change.id}` : '',
        )
      : [],
  );

/** What was said of a topic, as `snapshot 0:3` or `patch 1:4`: sequence and callers that wait. */
export const queues = (page: Page, topic = 'queue:sales'): string[] =>
  page.messages.flatMap((message) => {
    if (!('topic' in message) || message.topic !== topic) return [];
    if (message.type === 'closed') return [`closed ${message.code}`];
    if (message.type === 'resumed') return [`resumed ${message.sequence}`];
    const said = message.type === 'snapshot' ? message.state : message.patch;
    return [`${message.type} ${message.sequence}:${(said as QueueFigures).waiting}`];
  });
