import type { Clock } from '../../../core/kernel/clock.ts';
import { TokenBucket } from './token-bucket.ts';

/** Sources that are remembered, at least half of them; those that were quiet for longest go, so that forged ones cost no memory. */
const MAX_SOURCES = 10_000;

/** A token bucket for each source. */
export class SourceBudget {
  readonly #clock: Clock;
  readonly #burst: number;
  readonly #refillMs: number;
  /**
   * Two generations: what is not asked for while a new one fills is forgotten with the old one. A source that spends often
   * changes neither: entries that come and go with each message are garbage that only a full collection finds.
   */
  #young = new Map<string, TokenBucket>();
  #old = new Map<string, TokenBucket>();

  constructor(clock: Clock, burst: number, refillMs: number) {
    this.#clock = clock;
    this.#burst = burst;
    this.#refillMs = refillMs;
  }

  /** 0: the source has one left; else ms until it has. */
  wait(source: string): number {
    return (this.#young.get(source) ?? this.#old.get(source))?.wait ?? 0;
  }

  /** Spends one of the source's if it has one. */
  take(source: string): boolean {
    return this.#bucket(source).take();
  }

  /** Spends one of the source's, which it may have to owe. Returns ms until it has one again. */
  spend(source: string): number {
    const bucket = this.#bucket(source);
    bucket.spend();
    return bucket.wait;
  }

  #bucket(source: string): TokenBucket {
    const known = this.#young.get(source);
    if (known) return known;
    const bucket = this.#old.get(source) ?? new TokenBucket(this.#clock, this.#burst, this.#refillMs);
    if (this.#young.size >= MAX_SOURCES / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(source, bucket);
    return bucket;
  }
}
