import type { WebSocket } from 'ws';
import type { FlowBudget } from './flow-budget.ts';
import type { Flow } from './flow.ts';
import { sourceNetwork } from './source-network.ts';
import { MAX_BUFFERED_BYTES, budgetOf, type StreamHost } from './stream-host.ts';

const PING_MS = 5_000;
/** A peer that does not answer a ping in this time is gone: TCP would notice minutes later. */
const PONG_MS = 4_000;
/** Time to register, and to register again after a registration has ended, ms. */
const REGISTER_MS = 15_000;
/** A stranger's messages that wait for its budget; more of them mean no good. */
const MAX_KEPT = 256;

/**
 * One WebSocket as a way to a peer. It is pinged, read no faster than its budget allows, and closed when nobody registers:
 *
 * ```
 *  stranger ──registered, or in a call──▶ known ──neither any more──▶ stranger ──15 s──▶ closed
 * ```
 */
export class WebSocketFlow implements Flow {
  readonly protocol = 'WS';
  readonly reliable = true;
  readonly id: string;
  readonly address: string;
  readonly port: number;
  readonly network: string;
  readonly #socket: WebSocket;
  readonly #host: StreamHost<WebSocketFlow>;
  readonly #budget: FlowBudget;
  #strangerSince: number;
  #pingedAt = 0;
  #waiting = false;
  #kept: Buffer[] = [];
  #unanswered: Buffer | null = null;
  #stopPing: () => void = () => undefined;
  #stopDeadline: () => void = () => undefined;
  #stopPause: () => void = () => undefined;

  constructor(id: string, socket: WebSocket, host: StreamHost<WebSocketFlow>, address: string, port: number) {
    this.id = id;
    this.address = address;
    this.port = port;
    this.#socket = socket;
    this.#host = host;
    this.network = sourceNetwork(address);
    this.#budget = budgetOf(this, host);
    this.#strangerSince = host.clock.now();
    socket.on('pong', () => this.#onPong());
    socket.on('ping', (data) => {
      this.#count(data.length);
      // Of many only the last is answered (RFC 6455 §5.5.3).
      if (this.#waiting) this.#unanswered = data;
      else socket.pong(data);
    });
    socket.on('message', (data) => {
      const buffer = Buffer.isBuffer(data)
        ? data
        : Array.isArray(data)
          ? Buffer.concat(data)
          : Buffer.from(data);
      this.#receive(buffer);
    });
    // Too long a message, a broken frame: `close` follows and tells what has to be told.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#stopPing();
      this.#stopDeadline();
      this.#stopPause();
      this.#kept = [];
      host.onStanding(this, true);
      host.onClosed(this);
    });
    this.#ping();
    this.#watchStanding();
  }

  get open(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  send(text: string): boolean {
    if (!this.open) return false;
    if (this.#socket.bufferedAmount > MAX_BUFFERED_BYTES) {
      this.#socket.terminate();
      return false;
    }
    this.#socket.send(text, () => undefined);
    return true;
  }

  /** Cut off, for another one that has more right to the room. */
  giveUp(): void {
    this.#socket.terminate();
  }

  #ping(): void {
    const { clock } = this.#host;
    this.#pingedAt = clock.now();
    this.#socket.ping();
    this.#stopPing = clock.after(PONG_MS, () => {
      // Its answer may be among what we do not read yet.
      if (this.#waiting && this.#host.isKnown(this)) this.#ping();
      else this.#socket.terminate();
    });
  }

  #onPong(): void {
    if (this.#pingedAt === 0) {
      this.#count(0);
      return;
    }
    const { clock } = this.#host;
    const took = clock.now() - this.#pingedAt;
    this.#pingedAt = 0;
    this.#host.onLatency(this, took);
    this.#stopPing();
    this.#stopPing = clock.after(Math.max(PING_MS - took, 0), () => this.#ping());
  }

  #watchStanding(): void {
    const { clock } = this.#host;
    const wait = Math.max(this.#strangerSince + REGISTER_MS - clock.now(), 0);
    this.#stopDeadline = clock.after(Math.min(wait, PING_MS), () => {
      const known = this.#host.isKnown(this);
      if (known) this.#strangerSince = clock.now();
      this.#host.onStanding(this, known);
      if (clock.now() - this.#strangerSince < REGISTER_MS) this.#watchStanding();
      // A peer that waits for the end of its own closing handshake is not waited for.
      else if (this.open) {
        this.#socket.close(1008, 'nobody registered');
        this.#stopDeadline = clock.after(PONG_MS, () => this.#socket.terminate());
      }
    });
  }

  /** What was read from the wire together with the message that ended the budget is served when there is some again. */
  #receive(message: Buffer): void {
    if (!this.#waiting) {
      this.#host.onMessage(message, this);
      this.#count(message.length);
    } else if (this.#kept.push(message) > MAX_KEPT && !this.#host.isKnown(this)) this.giveUp();
  }

  /** Takes one message, or what costs as much, from the budget; nothing is served or read until there is some again. */
  #count(bytes: number): void {
    const wait = this.#budget.spend(bytes);
    if (wait === 0) return;
    this.#waiting = true;
    this.#socket.pause();
    this.#stopPause();
    this.#stopPause = this.#host.clock.after(wait, () => this.#goOn());
  }

  #goOn(): void {
    this.#waiting = false;
    if (this.#unanswered) this.#socket.pong(this.#unanswered);
    this.#unanswered = null;
    while (!this.#waiting && this.open) {
      const message = this.#kept.shift();
      if (!message) break;
      this.#receive(message);
    }
    if (!this.#waiting) this.#socket.resume();
  }
}
