import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Flow, FlowListener } from './flow.ts';

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

/** SIP over one UDP socket (RFC 3261 §18): requests and responses leave from the port that they came to (RFC 3581). */
export class UdpTransport {
  #socket: Socket | null = null;
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
    const socket = createSocket({ type: isIP(address) === 6 ? 'udp6' : 'udp4', recvBufferSize: 1 << 20 });
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
    this.#socket = socket;
  }

  flow(address: string, port: number): Flow {
    return new UdpFlow(this, address, port);
  }

  /** A flow to a host that may be a name; rejects when it cannot be resolved. */
  async flowTo(host: string, port: number): Promise<Flow> {
    const bare = host.replace(/^\[|\]$/g, '');
    return this.flow(isIP(bare) ? bare : (await lookup(bare, { family: 4 })).address, port);
  }

  send(text: string, address: string, port: number): boolean {
    if (!this.#socket) return false;
    try {
      this.#socket.send(text, port, address, (error) => {
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
    const socket = this.#socket;
    this.#socket = null;
    if (socket) await new Promise<void>((resolve) => socket.close(() => resolve()));
  }
}
