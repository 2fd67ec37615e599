import type { Clock } from '../../../core/kernel/clock.ts';
import type { Flow } from './flow.ts';
import { SourceBudget } from './source-budget.ts';
import { sourceNetwork } from './source-network.ts';
import type { TokenBucket } from './token-bucket.ts';

/** So many at once, then one more every so many ms. */
type Rate = readonly [burst: number, refillMs: number];

/** A part of what a network may send that a port draws from only as long as it has said little. */
interface Reserve {
  readonly port: SourceBudget;
  readonly network: SourceBudget;
}

/**
 * What each network may send in datagrams. Most of it goes to whoever is quickest. Two reserves are for ports that have said
 * little: one for the first datagram of a port in half a minute, one for the few after it. Who floods from hundreds of ports
 * has spent the reserves of those, so that a phone behind the same address gets in by its own port. The first reserve is
 * enough for the telephones of a large office that start at the same moment.
 */
export class DatagramBudget {
  readonly #rest: SourceBudget;
  readonly #reserves: readonly Reserve[];
  readonly #all: { reserves: TokenBucket; rest: TokenBucket } | null;

  /** @param all what all networks together may send, where addresses can be forged */
  constructor(clock: Clock, rest: Rate, all: { reserves: TokenBucket; rest: TokenBucket } | null = null) {
    this.#rest = new SourceBudget(clock, ...rest);
    this.#reserves = [
      { port: new SourceBudget(clock, 1, 30_000), network: new SourceBudget(clock, 600, 40) },
      { port: new SourceBudget(clock, 4, 2_000), network: new SourceBudget(clock, 100, 40) },
    ];
    this.#all = all;
  }

  /** Spends one of what the sender may send, if there is one. */
  take({ address, port }: Flow): boolean {
    const network = sourceNetwork(address);
    const source = `${address} ${port}`;
    if (this.#reserves.some((reserve) => this.#takeReserved(reserve, network, source))) return true;
    return this.#rest.take(network) && (this.#all?.rest.take() ?? true);
  }

  /** Spends a port's own only when its network, and all together, have something left. */
  #takeReserved(reserve: Reserve, network: string, source: string): boolean {
    const all = this.#all?.reserves;
    if (reserve.network.wait(network) > 0 || (all?.wait ?? 0) > 0) return false;
    return reserve.port.take(source) && reserve.network.take(network) && (all?.take() ?? true);
  }
}
