import { CONNECTING, OPEN, openSocket } from '../platform/platform.ts';
import { Backoff } from '../api/backoff.ts';
import { RegisterWatch } from './register-watch.ts';

const KEEPALIVE_MS = 5000;
/** No answer to a keepalive for so long: the socket is dead. */
const PONG_LIMIT_MS = 4000;
const OPEN_LIMIT_MS = 8000;
/** RFC 5626 §4.4.1, as WebSocket messages: RFC 7118 §6. */
const PING = '\r\n\r\n';
const PONG = '\r\n';
/** Close code of a switch that has another registration of this endpoint now. */
const DISPLACED = 4409;

/**
 * SIP over WebSocket (RFC 7118) in the shape that JsSIP wants of a socket. JsSIP's own notices a dead connection only
 * when something is sent and waits seconds before it tries again; this one pings, measures, and comes back at once. One
 * over which nobody answers a REGISTER counts as dead, too.
 * JsSIP hears of every break and every return by the callbacks that it has put here.
 */
export class SipSocket {
  readonly url: string;
  readonly sip_uri: string;
  readonly via_transport: string;
  onconnect: () => void = () => {};
  ondisconnect: (error: boolean, code?: number, reason?: string) => void = () => {};
  ondata: (data: unknown) => void = () => {};
  readonly #measured: (latencyMs: number | null) => void;
  readonly #displaced: () => void;
  readonly #backoff = new Backoff();
  readonly #registering = new RegisterWatch(() => this.#lost(1006, 'no answer'));
  #socket: WebSocket | null = null;
  #wanted = false;
  /** Not every switch answers pings; only one that did is held to it. */
  #answersPings = false;
  #pingedAt = 0;
  #keepalive: ReturnType<typeof setTimeout> | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, measured: (latencyMs: number | null) => void, displaced: () => void) {
    const { hostname, port, protocol } = new URL(url);
    this.url = url;
    this.sip_uri = `sip:${hostname}${port === '' ? '' : `:${port}`};transport=ws`;
    this.via_transport = protocol === 'wss:' ? 'WSS' : 'WS';
    this.#measured = measured;
    this.#displaced = displaced;
  }

  connect(): void {
    this.#wanted = true;
    clearTimeout(this.#retry);
    if (this.#socket !== null) return;
    const socket = openSocket(this.url, 'sip');
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    socket.onopen = () => {
      clearTimeout(this.#deadline);
      this.#backoff.reset();
      this.onconnect();
      this.#ping();
    };
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code, reason }) => {
      if (socket === this.#socket) this.#lost(code, reason);
    };
    this.#limit(OPEN_LIMIT_MS);
  }

  disconnect(): void {
    this.#wanted = false;
    this.#drop();
  }

  send(message: string | ArrayBufferLike | Blob | ArrayBufferView): boolean {
    if (!this.isConnected()) return false;
    this.#socket?.send(message as string);
    if (typeof message === 'string') this.#registering.sent(message);
    return true;
  }

  isConnected(): boolean {
    return this.#socket?.readyState === OPEN;
  }

  isConnecting(): boolean {
    return this.#socket?.readyState === CONNECTING;
  }

  /** Proves at once whether the socket lives, or opens it now instead of later. */
  check(): void {
    if (!this.#wanted) return;
    if (this.#socket === null) this.connect();
    else if (this.isConnected()) this.#ping();
  }

  #ping(): void {
    clearTimeout(this.#keepalive);
    this.#pingedAt = performance.now();
    this.#socket?.send(PING);
    if (this.#answersPings) this.#limit(PONG_LIMIT_MS);
    else this.#keepalive = setTimeout(() => this.#ping(), KEEPALIVE_MS);
  }

  #receive(data: unknown): void {
    if (data !== PONG) {
      const message = data instanceof ArrayBuffer ? new TextDecoder().decode(data) : data;
      if (typeof message === 'string') this.#registering.received(message);
      return this.ondata(message);
    }
    clearTimeout(this.#deadline);
    this.#answersPings = true;
    this.#measured(Math.round(performance.now() - this.#pingedAt));
    // Started by a message, so that hidden pages are not slowed down to one ping a minute.
    clearTimeout(this.#keepalive);
    this.#keepalive = setTimeout(() => this.#ping(), KEEPALIVE_MS);
  }

  #limit(ms: number): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#lost(1006, 'no answer'), ms);
  }

  #lost(code: number, reason: string): void {
    this.#drop();
    this.#measured(null);
    if (code === DISPLACED) this.#wanted = false;
    this.ondisconnect(true, code, reason);
    if (code === DISPLACED) return this.#displaced();
    if (this.#wanted) this.#retry = setTimeout(() => this.connect(), this.#backoff.next());
  }

  #drop(): void {
    clearTimeout(this.#keepalive);
    clearTimeout(this.#deadline);
    clearTimeout(this.#retry);
    this.#registering.stop();
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
