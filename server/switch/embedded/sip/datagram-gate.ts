import type { Clock } from '../../../core/kernel/clock.ts';
import type { Flow } from './flow.ts';
import type { InboundRequest } from './sip-message.ts';
import { SourceBudget } from './source-budget.ts';
import { sourceNetwork } from './source-network.ts';
import { TokenBucket } from './token-bucket.ts';

/** What the gate asks about who sends. */
export interface Acquaintance {
  /** Somebody has registered by this way, or it leads to a carrier. */
  isFamiliar(flow: Flow): boolean;
  /** Answers a challenge of ours, and so is where it says that it is. */
  wasChallenged(request: InboundRequest): boolean;
}

/**
 * How much strangers on UDP may ask. Whoever is familiar passes. Who answers a challenge has proved its address, and has a
 * budget that nobody else can use up. The rest shares one, within which each address has its own. The first datagrams of a
 * port come out of another one: who floods from the same address has spent its own, and leaves the others theirs. Forged
 * addresses can empty both, and a phone that is to be challenged asks again (RFC 3261 §17.1.2.2).
 */
export class DatagramGate {
  readonly #who: Acquaintance;
  readonly #proved: SourceBudget;
  readonly #unproved: SourceBudget;
  readonly #all: TokenBucket;
  readonly #first: { port: SourceBudget; network: SourceBudget; all: TokenBucket };

  constructor(clock: Clock, who: Acquaintance) {
    this.#who = who;
    this.#proved = new SourceBudget(clock, 500, 5);
    this.#unproved = new SourceBudget(clock, 400, 10);
    this.#all = new TokenBucket(clock, 4_000, 1 / 2);
    this.#first = {
      port: new SourceBudget(clock, 5, 2_000),
      network: new SourceBudget(clock, 100, 40),
      all: new TokenBucket(clock, 2_000, 1),
    };
  }

  admits(request: InboundRequest): boolean {
    if (this.#who.isFamiliar(request.flow)) return true;
    if (!this.#who.wasChallenged(request)) return this.admitsStranger(request.flow);
    return this.#proved.take(sourceNetwork(request.flow.address));
  }

  /** For what could not even be read. */
  admitsStranger(flow: Flow): boolean {
    const network = sourceNetwork(flow.address);
    return this.#isFirst(network, flow) || (this.#unproved.take(network) && this.#all.take());
  }

  /** Spends of a port's own only when its network, and all together, have something left. */
  #isFirst(network: string, { address, port }: Flow): boolean {
    const first = this.#first;
    if (first.network.wait(network) > 0 || first.all.wait > 0) return false;
    return first.port.take(`${address} ${port}`) && first.network.take(network) && first.all.take();
  }
}
