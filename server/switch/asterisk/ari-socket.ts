import { WebSocket } from 'ws';
import type { Clock } from '../../core/kernel/clock.ts';
import type { AriEvent } from './ari-types.ts';
import { Repeats } from './repeats.ts';

const PING_MS = 5_000;
/** Largest event that is accepted, bytes: channel variables may be long. */
const MAX_EVENT = 1 << 20;

export interface AriSocketHandlers {
  onEvent(event: AriEvent): void;
  /** The socket is gone, whoever closed it; not told for `close()`. */
  onClosed(reason: string): void;
}

/** One event socket: it opens once, and is replaced when it has closed. */
export class AriSocket {
  readonly #socket: WebSocket;
  readonly #handlers: AriSocketHandlers;
  readonly #clock: Clock;
  readonly #repeats = new Repeats();
  #stopPing: () => void = () => undefined;
  #heard = true;
  #closed = false;

  private constructor(socket: WebSocket, clock: Clock, handlers: AriSocketHandlers) {
    this.#socket = socket;
    this.#clock = clock;
    this.#handlers = handlers;
    // `ws` gives one Buffer a message, unless it is told otherwise.
    socket.on('message', (data) => Buffer.isBuffer(data) && this.#onMessage(data.toString()));
    socket.on('pong', () => {
      this.#heard = true;
    });
    socket.on('close', (code) => this.#gone(`the event socket was closed (${code})`));
    socket.on('error', (error) => this.#gone(error.message));
    this.#schedulePing();
  }

  /** Resolves when it is open. Rejects with what `ws` says. */
  static async open(
    url: string,
    authorization: string,
    clock: Clock,
    handlers: AriSocketHandlers,
  ): Promise<AriSocket> {
    const socket = new WebSocket(url, {
      headers: { authorization },
      handshakeTimeout: PING_MS,
      maxPayload: MAX_EVENT,
      perMessageDeflate: false,
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    socket.removeAllListeners('error');
    return new AriSocket(socket, clock, handlers);
  }

  close(): void {
    this.#closed = true;
    this.#stopPing();
    this.#socket.close();
    this.#clock.after(500, () => this.#socket.terminate());
  }

  #gone(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopPing();
    this.#socket.terminate();
    this.#handlers.onClosed(reason);
  }

  #schedulePing(): void {
    this.#stopPing = this.#clock.after(PING_MS, () => {
      if (!this.#heard) {
        this.#gone('Asterisk has not answered a ping');
        return;
      }
      this.#heard = false;
      this.#socket.ping();
      this.#schedulePing();
    });
  }

  #onMessage(text: string): void {
    this.#heard = true;
    if (this.#closed || this.#repeats.isRepeat(text)) return;
    let event: unknown;
    try {
      event = JSON.parse(text);
    } catch {
      return this.#gone('Asterisk sent what is no JSON');
    }
    if (typeof event === 'object' && event !== null && 'type' in event) {
      this.#handlers.onEvent(event as AriEvent);
    }
  }
}
