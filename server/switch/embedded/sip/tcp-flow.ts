import type { Socket } from 'node:net';
import type { FlowBudget } from './flow-budget.ts';
import type { Flow } from './flow.ts';
import { sourceNetwork } from './source-network.ts';
import { MAX_BUFFERED_BYTES, budgetOf, type StreamHost } from './stream-host.ts';
import { TcpFraming } from './tcp-framing.ts';

/** A message that has begun is to end in this time: whoever sends byte by byte is cut off. */
const MESSAGE_MS = 10_000;
/** Time to make oneself known: to register, to call, or to answer what we have asked. */
const STRANGER_MS = 15_000;
const LOOK_MS = 5_000;
/** A connection that we ask for is there by then, or never. */
export const CONNECT_MS = 3_000;
const KEEP_ALIVE_MS = 30_000;

/** One TCP connection as a way to a peer, whoever opened it. */
export class TcpFlow implements Flow {
  readonly protocol = 'TCP';
  readonly reliable = true;
  readonly id: string;
  readonly address: string;
  readonly port: number;
  readonly network: string;
  readonly #socket: Socket;
  readonly #host: StreamHost<TcpFlow>;
  readonly #framing = new TcpFraming();
  readonly #budget: FlowBudget;
  #strangerSince: number;
  #waiting = false;
  #stopMessage: (() => void) | null = null;
  #stopLook: () => void = () => undefined;
  #stopPause: () => void = () => undefined;
  #stopConnect: () => void = () => undefined;

  constructor(id: string, socket: Socket, host: StreamHost<TcpFlow>, address: string, port: number) {
    this.id = id;
    this.address = address;
    this.port = port;
    this.network = sourceNetwork(address);
    this.#socket = socket;
    this.#host = host;
    this.#budget = budgetOf(this, host);
    this.#strangerSince = host.clock.now();
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('data', (piece) => this.#read(piece));
    // `close` follows and tells what has to be told.
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      this.#stopMessage?.();
      this.#stopLook();
      this.#stopPause();
      this.#stopConnect();
      host.onStanding(this, true);
      host.onClosed(this);
    });
    if (socket.connecting) {
      this.#stopConnect = host.clock.after(CONNECT_MS, () => socket.destroy());
      socket.once('connect', () => this.#stopConnect());
    }
    this.#look();
  }

  get open(): boolean {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  /** Also while it is being opened: what is sent leaves when it is open. */
  send(text: string): boolean {
    if (!this.open) return false;
    if (this.#socket.writableLength > MAX_BUFFERED_BYTES) {
      this.#socket.destroy();
      return false;
    }
    this.#socket.write(text);
    return true;
  }

  /** Resolves when it is open, or will never be: with whether it is. */
  opened(): Promise<boolean> {
    if (!this.#socket.connecting) return Promise.resolve(this.open);
    return new Promise((resolve) => {
      this.#socket.once('connect', () => resolve(true));
      this.#socket.once('close', () => resolve(false));
    });
  }

  giveUp(): void {
    this.#socket.destroy();
  }

  /** Closes it when all that was sent has left. */
  finish(): void {
    this.#socket.end(() => this.#socket.destroy());
  }

  #read(piece: Buffer): void {
    this.#framing.add(piece);
    if (!this.#waiting) this.#serve();
  }

  /** As many of the messages that are there as the budget has room for. */
  #serve(): void {
    for (let message = this.#next(); message !== null; message = this.#next()) {
      this.#stopMessage?.();
      this.#stopMessage = null;
      this.#host.onMessage(message, this);
      this.#count(message.length);
      if (this.#waiting) return;
    }
    if (this.#framing.pending === 0 || this.#socket.destroyed) return;
    this.#stopMessage ??= this.#host.clock.after(MESSAGE_MS, () => this.#socket.destroy());
  }

  #next(): Buffer | null {
    try {
      return this.#socket.destroyed ? null : this.#framing.next();
    } catch {
      // Where one message ends and the next begins is lost.
      this.#socket.destroy();
      return null;
    }
  }

  #count(bytes: number): void {
    const wait = this.#budget.spend(bytes);
    if (wait === 0) return;
    this.#waiting = true;
    this.#socket.pause();
    this.#stopPause = this.#host.clock.after(wait, () => {
      this.#waiting = false;
      this.#serve();
      if (!this.#waiting) this.#socket.resume();
    });
  }

  #look(): void {
    const { clock } = this.#host;
    this.#stopLook = clock.after(LOOK_MS, () => {
      const known = this.#host.isKnown(this);
      if (known) this.#strangerSince = clock.now();
      this.#host.onStanding(this, known);
      if (clock.now() - this.#strangerSince < STRANGER_MS) this.#look();
      else this.#socket.destroy();
    });
  }
}
