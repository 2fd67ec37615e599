import { WebSocket, type RawData } from 'ws';
import type { Clock } from '../core/kernel/clock.ts';
import type { Identity } from '../core/kernel/actor.ts';
import { WIRE_VERSION } from '../contract/wire.ts';
import { ClientMessage, type ServerMessage } from '../contract/realtime/frame.ts';
import { closeCodeOf, type LastWord } from './close-codes.ts';
import type { DeskStream, StreamSink } from './desk-stream.ts';
import { MessageBudget } from './message-budget.ts';

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

/** What a connection asks of its server. */
export interface PageHost {
  readonly clock: Clock;
  authenticate(token: string): Promise<Identity>;
  /** The page's stream, made or found again. */
  streamOf(who: Identity, clientId: string, connection: PageConnection): DeskStream;
  heartbeat(who: Identity, clientId: string, phone: Heartbeat['phone']): void;
  gone(connection: PageConnection): void;
  /** The code and sentence for an error; null for a fault of the program, which is logged there. */
  explain(error: unknown): { code: LastWord; detail: string };
}

/**
 * One page's socket.
 *
 *   waiting for hello ── hello ──▶ authenticating ──▶ live ──▶ closed
 *          └───────────── any refusal: last word, then close ────┘
 */
export class PageConnection implements StreamSink {
  readonly #socket: WebSocket;
  readonly #host: PageHost;
  readonly #budget: MessageBudget;
  #hello: Hello | null = null;
  #live: { who: Identity; clientId: string; stream: DeskStream } | null = null;
  #cancelDeadline: () => void;
  #cancelRecheck: () => void = () => undefined;
  #cancelExpiry: () => void = () => undefined;
  #behindSince: number | null = null;
  #closing = false;

  constructor(socket: WebSocket, host: PageHost) {
    this.#socket = socket;
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

  send(message: ServerMessage): void {
    if (this.#socket.readyState !== WebSocket.OPEN || this.#closing) return;
    this.#socket.send(JSON.stringify(message), () => this.#flushed());
  }

  close(reason: 'taken-over'): void {
    this.end(reason, 'Another page of the agent carries the voice now.');
  }

  /** Says why, then closes. */
  end(code: LastWord, detail: string): void {
    if (this.#closing) return;
    this.send({ type: 'error', version: WIRE_VERSION, code, detail, time: this.#host.clock.now() });
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
    const message = isBinary ? null : parse(data);
    if (message === null) return this.end('invalid-request', 'The message is not understood.');
    if (message.type === 'hello') this.#greet(message);
    else this.#heartbeat(message);
  }

  /** Pages do not ping; a client that does has the same budget, and nothing is queued for one that does not read. */
  #answerPing(data: Buffer): void {
    if (this.#closing) return;
    if (!this.#budget.take(this.#host.clock.now())) return this.end('rate-limited', 'Too many messages.');
    if (this.writable) this.#socket.pong(data);
  }

  #greet(hello: Hello): void {
    if (this.#hello !== null) return this.end('invalid-request', 'There is one hello only.');
    this.#hello = hello;
    if (hello.version !== WIRE_VERSION) {
      return this.end('version-mismatch', `This server speaks version ${WIRE_VERSION}: reload the page.`);
    }
    this.#open(hello).catch((error: unknown) => this.#fail(error));
  }

  async #open(hello: Hello): Promise<void> {
    const who = await this.#host.authenticate(hello.token);
    if (this.#closing || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#awaitNext();
    this.#scheduleRecheck(hello.token);
    this.#cancelExpiry = this.#host.clock.after(
      // Longer times than a timer can hold are looked at again by the recheck.
      Math.min(2 ** 31 - 1, Math.max(0, who.expiresAt - this.#host.clock.now())),
      () => this.end('token-expired', 'The session has expired.'),
    );
    const stream = this.#host.streamOf(who, hello.clientId, this);
    this.#live = { who, clientId: hello.clientId, stream };
    await stream.attach(this, hello.resume);
  }

  #heartbeat(message: Heartbeat): void {
    // Before the answer to hello there is nobody whose heart could beat.
    if (this.#live === null) {
      if (this.#hello === null) this.end('token-missing', 'The first message must be hello.');
      return;
    }
    this.#awaitNext();
    this.#host.heartbeat(this.#live.who, this.#live.clientId, message.phone);
    this.send({ type: 'pulse', version: WIRE_VERSION, sent: message.sent, time: this.#host.clock.now() });
    this.#catchUp();
  }

  #flushed(): void {
    if (this.#live !== null && this.#socket.bufferedAmount === 0) this.#catchUp();
  }

  #catchUp(): void {
    this.#live?.stream.drained().catch((error: unknown) => this.#fail(error));
  }

  #awaitNext(): void {
    this.#cancelDeadline();
    this.#cancelDeadline = this.#host.clock.after(SILENCE_MS, () => this.#socket.terminate());
  }

  #scheduleRecheck(token: string): void {
    this.#cancelRecheck = this.#host.clock.after(RECHECK_MS, () => {
      this.#host.authenticate(token).then(
        () => {
          if (!this.#closing) this.#scheduleRecheck(token);
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
    this.#host.gone(this);
  }
}

function parse(data: RawData): ClientMessage | null {
  try {
    const value: unknown = JSON.parse((data as Buffer).toString('utf8'));
    const parsed = ClientMessage.safeParse(value);
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
