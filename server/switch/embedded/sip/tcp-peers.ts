import type { Clock } from '../../../core/kernel/clock.ts';
import type { Flow } from './flow.ts';
import type { TcpTransport } from './tcp-transport.ts';

/** So long a peer that took no connection is not asked again, ms. */
const REFUSED_MS = 600_000;
/** Peers that are remembered. */
const MAX_PEERS = 1_000;

/** Which peers on UDP take TCP as well: found out when a request is too large for a datagram. */
export class TcpPeers {
  readonly #tcp: TcpTransport;
  readonly #clock: Clock;
  /** Until when a peer is left alone. */
  readonly #refused = new Map<string, number>();

  constructor(tcp: TcpTransport, clock: Clock) {
    this.#tcp = tcp;
    this.#clock = clock;
  }

  /** The way over TCP to the same address, or the one that was given. */
  async way(flow: Flow): Promise<Flow> {
    if ((this.#refused.get(flow.id) ?? 0) > this.#clock.now()) return flow;
    const tcp = this.#tcp.flow(flow.address, flow.port);
    if (!tcp) return flow;
    if (await tcp.opened()) return tcp;
    this.#refused.delete(flow.id);
    this.#refused.set(flow.id, this.#clock.now() + REFUSED_MS);
    if (this.#refused.size > MAX_PEERS) {
      for (const oldest of this.#refused.keys()) {
        this.#refused.delete(oldest);
        break;
      }
    }
    return flow;
  }
}
