import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Flow, FlowListener } from './flow.ts';
import { bareAddress } from './sip-uri.ts';

/** So that what phones say outlives a flood while the process is busy for a moment; Linux gives at most `net.core.rmem_max`. */
const RECEIVE_BUFFER_BYTES = 4 << 20;

class UdpFlow implements Flow {
  readonly id: string;
  readonly protocol = 'UDP';
  readonly reliable = false;
  readonly address: string;
  readonly port: number;
  readonly #transport: UdpTransport;

  constructor(transport: UdpTransport, address: string, port: number) {
    this.id = `udp:${address}:${port}`;
    this.address = address;
    this.port = port;
    this.#transport = transport;
  }

  get open(): boolean {
    return this.#transport.open;
  }

  send(text: string): boolean {
    return this.#transport.send(text, this.address, this.port);
  }
}

/**
 * SIP over UDP (RFC 3261 §18), on one socket for IPv4 and one for IPv6 where that is wanted: requests and responses leave from
 * the port that they came to (RFC 3581).
 */
export class UdpTransport {
  #socket: Socket | null = null;
  #second: Socket | null = null;
  readonly #listener: FlowListener;
  readonly #onError: (error: Error) => void;

  constructor(listener: FlowListener, onError: (error: Error) => void) {
    this.#listener = listener;
    this.#onError = onError;
  }

  get open(): boolean {
    return this.#socket !== null;
  }

  /** The bound port; 0 while closed. */
  get port(): number {
    return this.#socket?.address().port ?? 0;
  }

  /** Rejects when the port is taken. */
  async listen(address: string, port: number): Promise<void> {
    this.#socket = await this.#bind(address, port);
  }

  /** Also on this address, at the same port. */
  async listenToo(address: string): Promise<void> {
    this.#second = await this.#bind(address, this.port);
  }

  async #bind(address: string, port: number): Promise<Socket> {
    const socket = createSocket({
      // One that takes IPv4 as well would write those addresses in a spelling of its own.
      ...(isIP(address) === 6 ? { type: 'udp6', ipv6Only: true } : { type: 'udp4' }),
      recvBufferSize: RECEIVE_BUFFER_BYTES,
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(port, address, () => {
        socket.off('error', reject);
        resolve();
      });
    });
    // ICMP errors of a peer that is gone arrive here; timers deal with the peer.
    socket.on('error', this.#onError);
    socket.on('message', (data, from) => this.#listener.onMessage(data, this.flow(from.address, from.port)));
    return socket;
  }

  flow(address: string, port: number): Flow {
    return new UdpFlow(this, address, port);
  }

  /** A flow to a host that may be a name; rejects when it cannot be resolved. */
  async flowTo(host: string, port: number): Promise<Flow> {
    const bare = bareAddress(host);
    if (isIP(bare)) return this.flow(bare, port);
    if (!this.#second) return this.flow((await lookup(bare, { family: 4 })).address, port);
    return this.flow((await lookup(bare, { order: 'ipv4first' })).address, port);
  }

  send(text: string, address: string, port: number): boolean {
    if (!this.#socket) return false;
    const socket = isIP(address) === 6 && this.#second ? this.#second : this.#socket;
    try {
      socket.send(text, port, address, (error) => {
        if (error) this.#onError(error);
      });
      return true;
    } catch (error) {
      // An address of the wrong family or an impossible port, taken from a peer's message.
      this.#onError(error instanceof Error ? error : new Error(String(error)));
      return false;
    }
  }

  async close(): Promise<void> {
    const sockets = [this.#socket, this.#second];
    this.#socket = null;
    this.#second = null;
    for (const socket of sockets) {
      if (socket) await new Promise<void>((resolve) => socket.close(() => resolve()));
    }
  }
}
