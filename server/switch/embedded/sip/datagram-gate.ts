import type { Clock } from '../../../core/ports/clock.ts';
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
 * budget that nobody else can use up. The rest shares one, within which each address has its own: forged addresses can empty
 * that, and a phone that is to be challenged asks again (RFC 3261 §17.1.2.2).
 */
export class DatagramGate {
  readonly #who: Acquaintance;
  readonly #proved: SourceBudget;
  readonly #unproved: SourceBudget;
  readonly #all: TokenBucket;

  constructor(clock: Clock, who: Acquaintance) {
    this.#who = who;
    this.#proved = new SourceBudget(clock, 500, 5);
    this.#unproved = new SourceBudget(clock, 400, 10);
    this.#all = new TokenBucket(clock, 6_000, 1 / 3);
  }

  admits(request: InboundRequest): boolean {
    if (this.#who.isFamiliar(request.flow)) return true;
    if (!this.#who.wasChallenged(request)) return this.admitsStranger(request.flow.address);
    return this.#proved.take(sourceNetwork(request.flow.address));
  }

  /** For what could not even be read. */
  admitsStranger(address: string): boolean {
    return this.#unproved.take(sourceNetwork(address)) && this.#all.take();
  }
}
