import type { DeskSnapshot } from '../../../server/contract/desk.ts';
import type { ClientMessage, ServerMessage } from '../../../server/contract/realtime/frame.ts';
import { WIRE_VERSION } from '../../../server/contract/wire.ts';
import type { Topic } from '../../../server/vocabulary/topics.ts';
import type { Session, SipCredential } from '../../../server/contract/session.ts';
import type { Socket } from '../../../widget/live/connection.ts';
import { NOW, agent, team } from './desk-states.ts';
import type { Change } from '../../../server/contract/realtime/desk.ts';

export const SERVER = 'https://telebar.test';

export function session(patch: Partial<Session> = {}): Session {
  return {
    token: 'session-token',
    endTicket: 'end-ticket',
    expiresAt: NOW + 3_600_000,
    serverTime: NOW,
    agent: { id: 'agent-1', number: '1001', username: '1001', name: 'Li', role: 'agent' },
    rights: [],
    team: { id: 'team-1', slug: 'demo', name: 'Demo' },
    ...patch,
  };
}

export function deskSnapshot(patch: Partial<DeskSnapshot> = {}): DeskSnapshot {
  return {
    serverTime: Date.now(),
    team,
    agent: agent(),
    calls: [],
    supervision: null,
    monitored: [],
    ...patch,
  };
}

export const credential: SipCredential = {
  endpointId: 'endpoint-1',
  uri: 'sip:b1@telebar',
  username: 'b1',
  password: 'secret',
  realm: 'telebar',
  server: '/sip',
  expiresAt: NOW + 3_600_000,
  iceServers: [],
};

/** One socket of the page, seen from the server. */
export class ScriptedSocket implements Socket {
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  readonly received: ClientMessage[] = [];
  closedWith: number | null | undefined = null;
  readonly #heard: (() => void)[] = [];
  readonly #epochs = new Map<Topic, string>();
  #isWelcome = false;

  constructor() {
    queueMicrotask(() => this.onopen?.(new Event('open')));
  }

  send(data: string): void {
    this.received.push(JSON.parse(data) as ClientMessage);
    for (const resolve of this.#heard.splice(0)) resolve();
  }

  close(code?: number): void {
    this.closedWith = code;
  }

  say(message: ServerMessage): void {
    this.onmessage?.(new MessageEvent('message', { data: JSON.stringify(message) }));
  }

  /** Accepts the hello. */
  welcome(): void {
    this.#isWelcome = true;
    this.say({ type: 'welcome', version: WIRE_VERSION, time: Date.now() });
  }

  snapshot(state: DeskSnapshot = deskSnapshot(), sequence = 1, epoch = 'epoch-1'): void {
    this.snapshotOf('desk', state, sequence, epoch);
  }

  snapshotOf(topic: Topic, state: unknown, sequence = 1, epoch = 'epoch-1'): void {
    if (!this.#isWelcome) this.welcome();
    this.#epochs.set(topic, epoch);
    this.say({ type: 'snapshot', topic, epoch, sequence, time: Date.now(), state });
  }

  resumed(topic: Topic, sequence: number, epoch = 'epoch-1'): void {
    if (!this.#isWelcome) this.welcome();
    this.#epochs.set(topic, epoch);
    this.say({ type: 'resumed', topic, epoch, sequence });
  }

  patch(sequence: number, ...changes: Change[]): void {
    this.patchOf('desk', sequence, changes);
  }

  patchOf(topic: Topic, sequence: number, patch: unknown): void {
    this.say({ type: 'patch', topic, epoch: this.#epochs.get(topic) ?? '', sequence, patch });
  }

  /** The connection breaks from the server's side. */
  break(code = 1006): void {
    this.onclose?.(new CloseEvent('close', { code }));
  }

  /** Resolves with the first message of this type. */
  async hear<T extends ClientMessage['type']>(type: T): Promise<Extract<ClientMessage, { type: T }>> {
    for (;;) {
      const found = this.received.find((message) => message.type === type);
      if (found !== undefined) return found as Extract<ClientMessage, { type: T }>;
      await new Promise<void>((resolve) => this.#heard.push(resolve));
    }
  }
}

/** `text`: what somebody answers who is not the server. */
type Answer = { status?: number; body?: unknown; text?: string };
export interface SeenRequest {
  method: string;
  path: string;
  body: unknown;
  token: string | null;
}

/** A server that answers each route as the test says, and hands out the sockets that the page opens. */
export class ScriptedServer {
  readonly requests: SeenRequest[] = [];
  readonly #routes = new Map<string, (request: SeenRequest) => Answer | Promise<Answer>>();
  readonly #sockets: ScriptedSocket[] = [];
  readonly #awaited: ((socket: ScriptedSocket) => void)[] = [];

  constructor() {
    this.on('POST /sessions', () => ({ status: 201, body: session() }));
    this.on('POST /sessions/end', () => ({ status: 204 }));
    this.on('POST /devices/browser', () => ({ status: 201, body: credential }));
  }

  on(route: string, answer: (request: SeenRequest) => Answer | Promise<Answer>): void {
    this.#routes.set(route, answer);
  }

  refuse(route: string, status: number, code: string, details: Record<string, unknown> = {}): void {
    this.on(route, () => ({ status, body: problem(status, code, details) }));
  }

  asked(route: string): SeenRequest[] {
    return this.requests.filter(({ method, path }) => `${method} ${path}` === route);
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const url = new URL(input as string);
    const request: SeenRequest = {
      method: init?.method ?? 'GET',
      path: url.pathname.replace(/^\/api\/v1/, ''),
      body: typeof init?.body === 'string' ? (JSON.parse(init.body) as unknown) : null,
      token: new Headers(init?.headers).get('authorization'),
    };
    this.requests.push(request);
    const answer = this.#routes.get(`${request.method} ${request.path}`);
    if (answer === undefined) throw new TypeError('Failed to fetch');
    const { status = 200, body, text } = await answer(request);
    return new Response(text ?? (body === undefined ? null : JSON.stringify(body)), { status });
  };

  readonly openSocket = (): Socket => {
    const socket = new ScriptedSocket();
    const awaited = this.#awaited.shift();
    if (awaited === undefined) this.#sockets.push(socket);
    else awaited(socket);
    return socket;
  };

  /** The next socket that the page opens, or the oldest that nobody has asked for. */
  socket(): Promise<ScriptedSocket> {
    const waiting = this.#sockets.shift();
    if (waiting !== undefined) return Promise.resolve(waiting);
    return new Promise((resolve) => this.#awaited.push(resolve));
  }
}

export function problem(status: number, code: string, details: Record<string, unknown> = {}): unknown {
  return {
    type: `about:blank#${code}`,
    title: code,
    status,
    code,
    detail: `It is ${code}.`,
    instance: 'test',
    retryable: false,
    ...details,
  };
}

/** Resolves when the condition holds; fails the test after two seconds. */
export async function until(condition: () => boolean, what = 'the condition'): Promise<void> {
  const end = performance.now() + 2000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
