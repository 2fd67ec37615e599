import { openSocket, stringify } from '../platform/platform.ts';
import { WIRE_VERSION } from '../../server/contract/wire.ts';
import {
  MOST_NAMED,
  type ClientMessage,
  type ServerMessage,
  type Subscription,
} from '../../server/contract/realtime/frame.ts';
import { partsOf, type Topic } from '../../server/vocabulary/topics.ts';
import { Backoff } from '../api/backoff.ts';
import { onPage } from '../platform/page-events.ts';
import { eventOf, parseMessage, type TopicEvent } from './server-messages.ts';
import { TopicPositions } from './topic-positions.ts';

/** The part of `WebSocket` that is used. */
export interface Socket {
  send(data: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
}

export type ConnectionEvent =
  | TopicEvent
  | { type: 'answer-leg'; legId: string }
  /** The phone registers elsewhere from now on; a new credential says where. */
  | { type: 'phone-moved' }
  /** Round trip, and server clock minus local clock, both ms. */
  | { type: 'pulse'; latencyMs: number; clockOffsetMs: number }
  /** The socket is gone; it is being opened again. */
  | { type: 'lost' }
  /** The server refuses this connection; it is not tried again. `version-mismatch`: the page must be reloaded. */
  | { type: 'refused'; reason: 'unauthorized' | 'forbidden' | 'taken-over' | 'version-mismatch' };

export interface ConnectionOptions {
  /** Absolute ws(s) address of /realtime. */
  url: string;
  token: string;
  clientId: string;
  /** What the page wants to follow now; `follow` says that it is different. */
  topics: () => readonly Topic[];
  /** What the heartbeat says of this page's phone. */
  phone: () => Extract<ClientMessage, { type: 'heartbeat' }>['phone'];
  openSocket?: (url: string) => Socket;
}

const HEARTBEAT_MS = 5000;
/** No pulse for so long after a heartbeat: the socket is dead, whatever the browser thinks. */
const PULSE_LIMIT_MS = 4000;
/** Connecting and the first message may take so long. */
const HELLO_LIMIT_MS = 8000;
const SLOW_DOWN_MS = 10_000;

/**
 * The page's socket: hello, then of each topic a snapshot and patches in order. A break is resumed after the last patch that was
 * seen; a gap in a topic's sequence is asked for again. Heartbeats follow pulses instead of an interval, because browsers
 * throttle chains of timers in hidden pages to one a minute but not a timer that a message has started.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #listener: (event: ConnectionEvent) => void;
  readonly #backoff = new Backoff();
  readonly #abort = new AbortController();
  readonly #positions = new TopicPositions();
  /** Topics that the present socket has been asked for. */
  readonly #asked = new Set<Topic>();
  #socket: Socket | null = null;
  #heartbeat: ReturnType<typeof setTimeout> | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #reconnect: ReturnType<typeof setTimeout> | undefined;
  /** Set by the server's last words, so that the close that follows is understood. */
  #refusal: Extract<ConnectionEvent, { type: 'refused' }>['reason'] | null = null;
  #slowDown = false;
  /** The server has answered the hello on the present socket. */
  #accepted = false;

  constructor(options: ConnectionOptions, listener: (event: ConnectionEvent) => void) {
    this.#options = options;
    this.#listener = listener;
    const { signal } = this.#abort;
    onPage(window, 'online', () => this.check(), { signal });
    onPage(document, 'visibilitychange', () => document.hidden || this.check(), { signal });
    // Back out of the browser's cache of pages, which has closed the socket meanwhile.
    onPage(window, 'pageshow', ({ persisted }: PageTransitionEvent) => persisted && this.check(), { signal });
    this.#connect();
  }

  close(): void {
    this.#abort.abort();
    clearTimeout(this.#reconnect);
    this.#drop(1000);
  }

  /** Tells the server about the phone at once instead of at the next beat, and proves that the socket lives. */
  check(): void {
    if (this.#abort.signal.aborted) return;
    if (this.#socket === null) {
      clearTimeout(this.#reconnect);
      this.#connect();
    } else if (this.#accepted) {
      this.#beat();
    }
  }

  /** The page wants to follow other topics than before. */
  follow(): void {
    if (!this.#accepted) return;
    const wanted = this.#options.topics();
    const left = [...this.#asked].filter((topic) => !wanted.includes(topic));
    for (const topic of left) {
      this.#asked.delete(topic);
      this.#positions.forget(topic);
    }
    for (const topics of chunks(left)) this.#send({ type: 'unsubscribe', topics });
    this.#subscribe(wanted.filter((topic) => !this.#asked.has(topic)));
  }

  #subscribe(topics: readonly Topic[]): void {
    for (const chunk of chunks(topics)) this.#send({ type: 'subscribe', topics: this.#ask(chunk) });
  }

  #ask(topics: readonly Topic[]): Subscription[] {
    return topics.map((topic) => {
      this.#asked.add(topic);
      const resume = this.#positions.of(topic);
      return { topic, ...(resume === undefined ? {} : { resume }) };
    });
  }

  #connect(): void {
    const open = this.#options.openSocket ?? openSocket;
    const socket = open(this.#options.url);
    this.#socket = socket;
    socket.onopen = () => {
      if (socket !== this.#socket) return;
      this.#send({
        type: 'hello',
        version: WIRE_VERSION,
        token: this.#options.token,
        clientId: this.#options.clientId,
        topics: this.#ask(this.#options.topics().slice(0, MOST_NAMED)),
      });
    };
    socket.onmessage = ({ data }: MessageEvent) => {
      if (socket === this.#socket) this.#receive(data);
    };
    socket.onclose = ({ code }) => {
      if (socket === this.#socket) this.#lost(code);
    };
    this.#limit(HELLO_LIMIT_MS);
  }

  #receive(data: unknown): void {
    const message = parseMessage(data);
    if (message === null) return;
    switch (message.type) {
      case 'welcome':
        return this.#arrived();
      case 'snapshot':
      case 'patch':
      case 'resumed':
        return this.#receiveOf(message);
      case 'closed': {
        const { topic, code } = message;
        this.#positions.forget(topic);
        return this.#listener({ type: 'closed', topic: topic as Topic, code });
      }
      case 'answer-leg':
        return this.#listener({ type: 'answer-leg', legId: message.legId });
      case 'phone-moved':
        return this.#listener({ type: 'phone-moved' });
      case 'pulse': {
        clearTimeout(this.#deadline);
        this.#schedule();
        const latencyMs = Math.max(0, Date.now() - message.sent);
        const clockOffsetMs = Math.round(message.time - (message.sent + latencyMs / 2));
        return this.#listener({ type: 'pulse', latencyMs, clockOffsetMs });
      }
      case 'error':
        if (message.code === 'taken-over' || message.code === 'version-mismatch')
          this.#refusal = message.code;
        else if (UNAUTHORIZED.has(message.code)) this.#refusal = 'unauthorized';
        else if (message.code === 'origin-not-allowed' || message.code === 'forbidden')
          this.#refusal = 'forbidden';
        else if (message.code === 'rate-limited') this.#slowDown = true;
        return;
      default:
        return message satisfies never;
    }
  }

  #receiveOf(message: Extract<ServerMessage, { type: 'snapshot' | 'patch' | 'resumed' }>): void {
    const topic = message.topic as Topic;
    const kind = partsOf(topic)?.kind;
    if (kind === undefined || !this.#asked.has(topic)) return;
    const event = eventOf(message, topic, kind);
    if (event === null) {
      // What we have is no longer whole; ask for all of it.
      if (message.type === 'patch' && this.#positions.of(topic)) this.#askAnew(topic);
      return;
    }
    const verdict = this.#positions.take(message);
    if (verdict === 'gap') this.#subscribe([topic]);
    else if (verdict === 'next') this.#listener(event);
  }

  #askAnew(topic: Topic): void {
    this.#positions.forget(topic);
    this.#subscribe([topic]);
  }

  /** The server has accepted us. */
  #arrived(): void {
    this.#backoff.reset();
    this.#slowDown = false;
    this.#accepted = true;
    clearTimeout(this.#deadline);
    this.#beat();
    // What has been wanted since the hello.
    this.follow();
  }

  #beat(): void {
    clearTimeout(this.#heartbeat);
    this.#send({ type: 'heartbeat', sent: Date.now(), phone: this.#options.phone() });
    this.#limit(PULSE_LIMIT_MS);
  }

  #schedule(): void {
    clearTimeout(this.#heartbeat);
    this.#heartbeat = setTimeout(() => this.#beat(), HEARTBEAT_MS);
  }

  /** Gives the socket up when nothing has cleared the deadline by then. */
  #limit(ms: number): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => {
      this.#drop(4000);
      this.#lost(4000);
    }, ms);
  }

  #lost(code: number): void {
    this.#drop();
    if (code === 4401) this.#refusal ??= 'unauthorized';
    if (code === 4403) this.#refusal ??= 'forbidden';
    if (code === 4409) this.#refusal ??= 'taken-over';
    if (code === 4426) this.#refusal ??= 'version-mismatch';
    if (this.#refusal !== null) {
      this.#abort.abort();
      this.#listener({ type: 'refused', reason: this.#refusal });
      return;
    }
    const wait = code === 4429 || this.#slowDown ? SLOW_DOWN_MS : this.#backoff.next();
    clearTimeout(this.#reconnect);
    this.#reconnect = setTimeout(() => this.#connect(), wait);
    this.#listener({ type: 'lost' });
  }

  #drop(code?: number): void {
    clearTimeout(this.#heartbeat);
    clearTimeout(this.#deadline);
    const socket = this.#socket;
    this.#socket = null;
    this.#accepted = false;
    this.#asked.clear();
    socket?.close(code);
  }

  #send(message: ClientMessage): void {
    this.#socket?.send(stringify(message));
  }
}

const UNAUTHORIZED: ReadonlySet<string> = new Set(['token-missing', 'token-expired', 'token-invalid']);

function* chunks<T>(items: readonly T[]): Iterable<T[]> {
  for (let from = 0; from < items.length; from += MOST_NAMED) yield items.slice(from, from + MOST_NAMED);
}
