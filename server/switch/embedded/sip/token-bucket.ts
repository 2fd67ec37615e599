import type { Clock } from '../../../core/kernel/clock.ts';

/** `burst` at once, then one more every `refillMs`. Spending more than there is makes a debt that is waited for. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #burst: number;
  readonly #refillMs: number;
  #tokens: number;
  #filledAt: number;

  constructor(clock: Clock, burst: number, refillMs: number) {
    this.#clock = clock;
    this.#burst = burst;
    this.#refillMs = refillMs;
    this.#tokens = burst;
    this.#filledAt = clock.now();
  }

  /** 0: there is one; else ms until there is. */
  get wait(): number {
    this.#fill();
    return this.#tokens >= 1 ? 0 : Math.ceil((1 - this.#tokens) * this.#refillMs);
  }

  spend(amount = 1): void {
    this.#fill();
    this.#tokens -= amount;
  }

  /** Spends one if there is one. */
  take(): boolean {
    if (this.wait > 0) return false;
    this.spend();
    return true;
  }

  #fill(): void {
    const now = this.#clock.now();
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, now - this.#filledAt) / this.#refillMs);
    this.#filledAt = now;
  }
}
