import { openSocket, stringify } from '../platform/platform.ts';
import { WIRE_VERSION } from '../../server/contract/wire.ts';
import type { DeskSnapshot } from '../../server/contract/desk.ts';
import { ServerMessage, type ClientMessage } from '../../server/contract/realtime/frame.ts';
import { onPage } from '../platform/page-events.ts';
import { Backoff } from './backoff.ts';
import type { Change } from '../../server/contract/realtime/desk.ts';

/** The part of `WebSocket` that is used. */
export interface Socket {
  send(data: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
}

export type RealtimeEvent =
  | { type: 'snapshot'; snapshot: DeskSnapshot; time: number }
  | { type: 'changes'; changes: Change[]; time: number }
  /** The stream goes on where it broke. */
  | { type: 'resumed' }
  | { type: 'answer-leg'; legId: string }
  /** The phone registers elsewhere from now on; a new credential says where. */
  | { type: 'phone-moved' }
  /** Round trip, and server clock minus local clock, both ms. */
  | { type: 'pulse'; latencyMs: number; clockOffsetMs: number }
  /** The socket is gone; it is being opened again. */
  | { type: 'lost' }
  /** The server refuses this connection; it is not tried again. `version-mismatch`: the page must be reloaded. */
  | { type: 'refused'; reason: 'unauthorized' | 'forbidden' | 'taken-over' | 'version-mismatch' };

export interface RealtimeOptions {
  /** Absolute ws(s) address of /realtime. */
  url: string;
  token: string;
  clientId: string;
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
 * The desk's socket: hello, a snapshot, then patches in order. A break is resumed after the last patch that was seen; a
 * gap in the sequence is treated as a break. Heartbeats follow pulses instead of an interval, because browsers
 * throttle chains of timers in hidden pages to one a minute but not a timer that a message has started.
 */
export class RealtimeClient {
  readonly #options: RealtimeOptions;
  readonly #listener: (event: RealtimeEvent) => void;
  readonly #backoff = new Backoff();
  readonly #abort = new AbortController();
  #socket: Socket | null = null;
  #position: { epoch: string; sequence: number } | null = null;
  #heartbeat: ReturnType<typeof setTimeout> | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #reconnect: ReturnType<typeof setTimeout> | undefined;
  /** Set by the server's last words, so that the close that follows is understood. */
  #refusal: Extract<RealtimeEvent, { type: 'refused' }>['reason'] | null = null;
  #slowDown = false;
  /** The server has answered the hello on the present socket. */
  #accepted = false;

  constructor(options: RealtimeOptions, listener: (event: RealtimeEvent) => void) {
    this.#options = options;
    this.#listener = listener;
    const { signal } = this.#abort;
    onPage(window, 'online', () => this.check(), { signal });
    onPage(document, 'visibilitychange', () => document.hidden || this.check(), { signal });
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
        ...(this.#position === null ? {} : { resume: this.#position }),
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
    const message = parse(data);
    if (message === 'unknown') return;
    if (message === 'unreadable-patch') {
      // What we have is no longer whole; ask for all of it.
      this.#position = null;
      this.#drop(4000);
      return this.#lost(4000);
    }
    switch (message.type) {
      case 'snapshot':
        this.#position = { epoch: message.epoch, sequence: message.sequence };
        this.#arrived();
        return this.#listener({ type: 'snapshot', snapshot: message.state, time: message.time });
      case 'resumed':
        this.#arrived();
        return this.#listener({ type: 'resumed' });
      case 'patch':
        return this.#patch(message);
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

  #patch(message: Extract<ServerMessage, { type: 'patch' }>): void {
    if (this.#position === null) return;
    // Patches that were on their way before a resume come once more.
    if (message.sequence <= this.#position.sequence) return;
    if (message.sequence !== this.#position.sequence + 1) {
      this.#drop(4000);
      this.#lost(4000);
      return;
    }
    this.#position = { ...this.#position, sequence: message.sequence };
    this.#listener({ type: 'changes', changes: message.changes, time: message.time });
  }

  /** The server has accepted us. */
  #arrived(): void {
    this.#backoff.reset();
    this.#slowDown = false;
    this.#accepted = true;
    clearTimeout(this.#deadline);
    this.#beat();
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
    socket?.close(code);
  }

  #send(message: ClientMessage): void {
    this.#socket?.send(stringify(message));
  }
}

const UNAUTHORIZED: ReadonlySet<string> = new Set(['token-missing', 'token-expired', 'token-invalid']);

/** A newer server may say what this page does not know; only an unknown patch matters, because the state misses it. */
function parse(data: unknown): ServerMessage | 'unknown' | 'unreadable-patch' {
  if (typeof data !== 'string') return 'unknown';
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    // Not from a Telebar server; the deadline of the hello ends such a connection.
    return 'unknown';
  }
  const parsed = ServerMessage.safeParse(json);
  if (parsed.success) return parsed.data;
  return (json as { type?: unknown } | null)?.type === 'patch' ? 'unreadable-patch' : 'unknown';
}
