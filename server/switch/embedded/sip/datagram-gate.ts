import type { Clock } from '../../../core/kernel/clock.ts';
import { DatagramBudget } from './datagram-budget.ts';
import type { Flow } from './flow.ts';
import type { InboundRequest } from './sip-message.ts';
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
 * budget that no other address can use up. The rest shares one, within which each address has its own. Forged addresses can
 * empty that, and a phone that is to be challenged asks again (RFC 3261 §17.1.2.2).
 */
export class DatagramGate {
  readonly #who: Acquaintance;
  readonly #proved: DatagramBudget;
  readonly #unproved: DatagramBudget;

  constructor(clock: Clock, who: Acquaintance) {
    this.#who = who;
    this.#proved = new DatagramBudget(clock, [500, 5]);
    this.#unproved = new DatagramBudget(clock, [400, 10], {
      reserves: new TokenBucket(clock, 2_000, 1),
      rest: new TokenBucket(clock, 4_000, 1 / 2),
    });
  }

  admits(request: InboundRequest): boolean {
    if (this.#who.isFamiliar(request.flow)) return true;
    return (this.#who.wasChallenged(request) ? this.#proved : this.#unproved).take(request.flow);
  }

  /** For what could not even be read. */
  admitsStranger(flow: Flow): boolean {
    return this.#unproved.take(flow);
  }
}
