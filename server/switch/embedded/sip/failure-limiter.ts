import type { Clock } from '../../../core/ports/clock.ts';

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** Sources that are remembered; beyond it those that are full again go, then the oldest. */
const MAX_SOURCES = 10_000;

/**
 * Counts failures per source with a token bucket: `burst` failures at once, then one more every `refillMs`. Whoever has no
 * token left is refused before anything is checked, so that passwords cannot be tried out.
 */
export class FailureLimiter {
  readonly #clock: Clock;
  readonly #burst: number;
  readonly #refillMs: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, burst: number, refillMs: number) {
    this.#clock = clock;
    this.#burst = burst;
    this.#refillMs = refillMs;
  }

  /** 0: may try; else ms until the next try. */
  blockedFor(source: string): number {
    const bucket = this.#buckets.get(source);
    if (!bucket) return 0;
    const tokens = this.#tokens(bucket);
    return tokens >= 1 ? 0 : Math.ceil((1 - tokens) * this.#refillMs);
  }

  fail(source: string): void {
    const bucket = this.#buckets.get(source);
    const tokens = bucket ? this.#tokens(bucket) : this.#burst;
    this.#buckets.delete(source);
    this.#buckets.set(source, { tokens: Math.max(tokens - 1, 0), filledAt: this.#clock.now() });
    if (this.#buckets.size > MAX_SOURCES) this.#shrink();
  }

  #tokens(bucket: Bucket): number {
    return Math.min(this.#burst, bucket.tokens + (this.#clock.now() - bucket.filledAt) / this.#refillMs);
  }

  #shrink(): void {
    for (const [source, bucket] of this.#buckets) {
      if (this.#tokens(bucket) >= this.#burst) this.#buckets.delete(source);
    }
    for (const source of this.#buckets.keys()) {
      if (this.#buckets.size <= MAX_SOURCES) break;
      this.#buckets.delete(source);
    }
  }
}
