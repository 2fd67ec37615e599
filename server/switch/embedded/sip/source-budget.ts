import type { Clock } from '../../../core/ports/clock.ts';
import { TokenBucket } from './token-bucket.ts';

/** Sources that are remembered; beyond it the one that was quiet for longest goes, so that forged ones cost no memory. */
const MAX_SOURCES = 10_000;

/** A token bucket for each source. */
export class SourceBudget {
  readonly #clock: Clock;
  readonly #burst: number;
  readonly #refillMs: number;
  /** The one that spent last stands last. */
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(clock: Clock, burst: number, refillMs: number) {
    this.#clock = clock;
    this.#burst = burst;
    this.#refillMs = refillMs;
  }

  /** 0: the source has one left; else ms until it has. */
  wait(source: string): number {
    return this.#buckets.get(source)?.wait ?? 0;
  }

  /** Spends one of the source's if it has one. */
  take(source: string): boolean {
    const bucket = this.#buckets.get(source) ?? new TokenBucket(this.#clock, this.#burst, this.#refillMs);
    this.#buckets.delete(source);
    this.#buckets.set(source, bucket);
    if (this.#buckets.size > MAX_SOURCES) {
      for (const oldest of this.#buckets.keys()) {
        this.#buckets.delete(oldest);
        break;
      }
    }
    return bucket.take();
  }
}
