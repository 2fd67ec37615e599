import type { Duplex } from 'node:stream';
import { WebSocket, type RawData } from 'ws';
import type { Clock } from '../core/kernel/clock.ts';
import type { Identity } from '../core/kernel/actor.ts';
import { WIRE_VERSION } from '../contract/wire.ts';
import { AnyHello, ClientMessage, type ServerMessage } from '../contract/realtime/frame.ts';
import type { PageOrder } from '../contract/realtime/desk.ts';
import { closeCodeOf, type LastWord } from './close-codes.ts';
import type { Explain } from './doors.ts';
import { MessageBudget } from './message-budget.ts';
import type { OrderTaker, PageOrders } from './page-orders.ts';
import { PageTopics } from './page-topics.ts';
import { PassedPage } from './passed-page.ts';
import { frameOf, type Sink } from './topic-stream.ts';
import type { TopicStreams } from './topic-streams.ts';

/** Time for the first message, ms. */
const HELLO_MS = 5000;
/** A page beats every five seconds; after so long without a word it is gone, ms. */
const SILENCE_MS = 20_000;
/** How often a session is looked at again: another server may have ended it, ms. */
const RECHECK_MS = 30_000;
/** Waiting bytes above which a page is behind; below it falls again before it gets its snapshot. */
const MOST_WAITING = 256 * 1024;
/** A page that stays behind for so long is cut off, ms. */
const BEHIND_MS = 15_000;
/** Whoever has been told goodbye and does not close is cut off after this time, ms. */
const GOODBYE_MS = 2000;
const BURST = 40;
const PER_SECOND = 10;

type Hello = Extract<ClientMessage, { type: 'hello' }>;
type Heartbeat = Extract<ClientMessage, { type: 'heartbeat' }>;

interface Live {
  /** As the session said last: its role may change. */
  who: Identity;
  readonly clientId: string;
  readonly topics: PageTopics;
}

/** What a connection asks of its server. */
export interface PageHost {
  readonly clock: Clock;
  authenticate(token: string): Promise<Identity>;
  /** Where the page's team lives, and how its page is told of there; null: here. */
  elsewhere(who: Identity): Promise<{ url: string; headers: Record<string, string> } | null>;
  /** It has proved who it is. */
  passedOn(connection: PageConnection): void;
  readonly streams: TopicStreams;
  /** What is meant for the page alone, also while it was away. */
  ordersOf(who: Identity, clientId: string, connection: PageConnection): PageOrders;
  heartbeat(who: Identity, clientId: string, phone: Heartbeat['phone']): void;
  gone(connection: PageConnection): void;
  readonly explain: Explain;
}

/**
 * One page's socket.
 *
 *   waiting for hello ── hello ──▶ authenticating ──▶ live ──▶ closed
 *          └───────────── any refusal: last word, then close ────┘
 */
export class PageConnection implements Sink, OrderTaker {
  readonly #socket: WebSocket;
  readonly #raw: Duplex;
  readonly #host: PageHost;
  readonly #budget: MessageBudget;
  #hello: Hello | null = null;
  /** The team lives at another server. */
  #passed: PassedPage | null = null;
  #live: Live | null = null;
  #cancelDeadline: () => void;
  #cancelRecheck: () => void = () => undefined;
  #cancelExpiry: () => void = () => undefined;
  #behindSince: number | null = null;
  #isCorked = false;
  #closing = false;

  /** @param raw what the socket writes to */
  constructor(socket: WebSocket, raw: Duplex, host: PageHost) {
    this.#socket = socket;
    this.#raw = raw;
    this.#host = host;
    this.#budget = new MessageBudget(BURST, PER_SECOND, host.clock.now());
    this.#cancelDeadline = host.clock.after(HELLO_MS, () =>
      this.end('token-missing', 'The first message did not come in time.'),
    );
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('ping', (data) => this.#answerPing(data));
    socket.on('close', () => this.#closed());
    // A message that is too large or malformed; ws closes the socket itself and `close` follows.
    socket.on('error', () => undefined);
  }

  get identity(): Identity | null {
    return this.#live?.who ?? null;
  }

  get clientId(): string | null {
    return this.#live?.clientId ?? null;
  }

  get writable(): boolean {
    if (this.#socket.bufferedAmount <= MOST_WAITING) {
      this.#behindSince = null;
      return true;
    }
    const now = this.#host.clock.now();
    this.#behindSince ??= now;
    if (now - this.#behindSince > BEHIND_MS) this.#socket.terminate();
    return false;
  }

  send(frame: Buffer): void {
    if (this.#socket.readyState !== WebSocket.OPEN || this.#closing) return;
    this.#cork();
    // Between whole frames of its own: it compresses nothing, so that it has none that wait.
    this.#raw.write(frame, this.#flushed);
  }

  /** What is sent in one turn leaves in one write. */
  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#raw.cork();
    process.nextTick(() => {
      this.#isCorked = false;
      this.#raw.uncork();
    });
  }

  obey(order: PageOrder): void {
    if (order.type === 'taken-over') {
      this.end('taken-over', 'Another page of the agent carries the voice now.');
    } else this.#say({ ...order, time: this.#host.clock.now() });
  }

  /** Who may follow what may be different now. */
  review(): void {
    this.#guarded(({ who, topics }) => topics.review(who));
  }

  /** Says why, then closes. */
  end(code: LastWord, detail: string): void {
    if (this.#closing) return;
    this.#say({ type: 'error', version: WIRE_VERSION, code, detail, time: this.#host.clock.now() });
    this.#closing = true;
    this.#socket.close(closeCodeOf(code), code);
    this.#cancelDeadline();
    this.#cancelDeadline = this.#host.clock.after(GOODBYE_MS, () => this.#socket.terminate());
  }

  /** Without a word: the far side does not listen. */
  terminate(): void {
    this.#socket.terminate();
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#closing) return;
    if (!this.#budget.take(this.#host.clock.now())) {
      return this.end('rate-limited', 'Too many messages.');
    }
    if (this.#passed !== null && !isBinary) {
      this.#awaitNext();
      return this.#passed.say(data);
    }
    const message = isBinary ? null : parse(data);
    if (message === null) return this.end('invalid-request', 'The message is not understood.');
    if (message === 'other-version') {
      return this.end('version-mismatch', `This server speaks version ${WIRE_VERSION}: reload the page.`);
    }
    if (message.type === 'hello') return this.#greet(message, data);
    // Before the answer to hello there is nobody whose heart could beat.
    if (this.#hello === null) return this.end('token-missing', 'The first message must be hello.');
    switch (message.type) {
      case 'heartbeat':
        return this.#heartbeat(message);
      case 'subscribe':
        return this.#guarded(({ who, topics }) => topics.subscribe(who, message.topics));
      case 'unsubscribe':
        return this.#guarded(({ topics }) => topics.unsubscribe(message.topics));
      default:
        return message satisfies never;
    }
  }

  /** Pages do not ping; a client that does has the same budget, and nothing is queued for one that does not read. */
  #answerPing(data: Buffer): void {
    if (this.#closing) return;
    if (!this.#budget.take(this.#host.clock.now())) return this.end('rate-limited', 'Too many messages.');
    if (this.writable) this.#socket.pong(data);
  }

  #greet(hello: Hello, data: RawData): void {
    if (this.#hello !== null) return this.end('invalid-request', 'There is one hello only.');
    this.#hello = hello;
    this.#open(hello, data).catch((error: unknown) => this.#fail(error));
  }

  async #open(hello: Hello, data: RawData): Promise<void> {
    const who = await this.#host.authenticate(hello.token);
    const elsewhere = await this.#host.elsewhere(who);
    if (this.#closing || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#awaitNext();
    if (elsewhere !== null) {
      this.#host.passedOn(this);
      this.#passed = new PassedPage(this.#socket, { ...elsewhere, hello: data }, () =>
        this.end('shutting-down', 'The server that has the team has gone: come again.'),
      );
      return;
    }
    this.#scheduleRecheck(hello.token);
    this.#cancelExpiry = this.#host.clock.after(
      // Longer times than a timer can hold are looked at again by the recheck.
      Math.min(2 ** 31 - 1, Math.max(0, who.expiresAt - this.#host.clock.now())),
      () => this.end('token-expired', 'The session has expired.'),
    );
    const orders = this.#host.ordersOf(who, hello.clientId, this);
    const topics = new PageTopics(this, this.#host.streams, this.#host.explain);
    this.#live = { who, clientId: hello.clientId, topics };
    if (orders.attach(this)) return;
    this.#say({ type: 'welcome', version: WIRE_VERSION, time: this.#host.clock.now() });
    topics.subscribe(who, hello.topics);
    orders.catchUp();
  }

  #heartbeat(message: Heartbeat): void {
    if (this.#live === null) return;
    this.#awaitNext();
    this.#host.heartbeat(this.#live.who, this.#live.clientId, message.phone);
    this.#say({ type: 'pulse', sent: message.sent, time: this.#host.clock.now() });
    this.#live.topics.catchUp();
  }

  #say(message: ServerMessage): void {
    this.send(frameOf(message));
  }

  readonly #flushed = (): void => {
    if (this.#socket.bufferedAmount === 0) this.#live?.topics.catchUp();
  };

  #guarded(act: (live: Live) => void): void {
    if (this.#live === null || this.#closing) return;
    try {
      act(this.#live);
    } catch (error) {
      this.#fail(error);
    }
  }

  #awaitNext(): void {
    this.#cancelDeadline();
    this.#cancelDeadline = this.#host.clock.after(SILENCE_MS, () => this.#socket.terminate());
  }

  #scheduleRecheck(token: string): void {
    this.#cancelRecheck = this.#host.clock.after(RECHECK_MS, () => {
      this.#host.authenticate(token).then(
        (who) => {
          if (this.#closing) return;
          this.#scheduleRecheck(token);
          if (this.#live === null || this.#live.who.role === who.role) return;
          this.#live.who = who;
          this.review();
        },
        (error: unknown) => this.#fail(error),
      );
    });
  }

  #fail(error: unknown): void {
    const { code, detail } = this.#host.explain(error);
    this.end(code, detail);
  }

  #closed(): void {
    this.#closing = true;
    this.#cancelDeadline();
    this.#cancelRecheck();
    this.#cancelExpiry();
    this.#passed?.close();
    this.#live?.topics.leave();
    this.#host.gone(this);
  }
}

function parse(data: RawData): ClientMessage | 'other-version' | null {
  try {
    const value: unknown = JSON.parse((data as Buffer).toString('utf8'));
    const hello = AnyHello.safeParse(value);
    if (hello.success && hello.data.version !== WIRE_VERSION) return 'other-version';
    const parsed = ClientMessage.safeParse(value);
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
