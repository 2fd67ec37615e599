import { RateLimiterMemory } from 'rate-limiter-flexible';
import { DomainError } from '../../core/kernel/domain-error.ts';
import { networkOf } from '../../core/kernel/network-of.ts';

const WINDOW_S = 15 * 60;

/** How often something may be asked for from one network in a quarter of an hour: an office stands behind it. */
export class NetworkBudget {
  readonly #limiter: RateLimiterMemory;
  readonly #most: number;
  readonly #refusal: string;

  /** @param refusal the sentence for who has asked too often */
  constructor(most: number, refusal: string) {
    this.#limiter = new RateLimiterMemory({ points: most, duration: WINDOW_S });
    this.#most = most;
    this.#refusal = refusal;
  }

  /** @throws rate-limited */
  async spend(address: string): Promise<void> {
    const counted = await this.#limiter.penalty(networkOf(address));
    if (counted.consumedPoints <= this.#most) return;
    throw new DomainError('rate-limited', this.#refusal, { retryAfterMs: counted.msBeforeNext });
  }
}
