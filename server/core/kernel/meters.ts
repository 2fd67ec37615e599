/**
 * What runs, in numbers, for those who look after the server. Kinds are words of the code: their number is known, and no
 * person, number or team is among them.
 */

/** Counts things of a few kinds, from the start on. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(kind: string, count = 1): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + count);
  }

  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }
}

/** Upper ends of the buckets, s: from what nobody notices to what a caller hangs up over. */
export const TIMING_BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const;

export interface Timing {
  /** How many took at most as long as the bucket says: not added up; the last one is beyond all. */
  readonly buckets: readonly number[];
  readonly count: number;
  /** s */
  readonly sum: number;
}

/** How long things of a few kinds take. */
export class Timings {
  readonly #kinds = new Map<string, { buckets: number[]; count: number; sum: number }>();

  observe(kind: string, ms: number): void {
    const seconds = ms / 1000;
    const known = this.#kinds.get(kind);
    const timing = known ?? {
      buckets: Array.from({ length: TIMING_BUCKETS.length + 1 }, () => 0),
      count: 0,
      sum: 0,
    };
    if (!known) this.#kinds.set(kind, timing);
    const found = TIMING_BUCKETS.findIndex((end) => seconds <= end);
    const index = found < 0 ? TIMING_BUCKETS.length : found;
    timing.buckets[index] = (timing.buckets[index] ?? 0) + 1;
    timing.count += 1;
    timing.sum += seconds;
  }

  /** Observes how long the task takes, whether it fails or not. */
  async time<T>(kind: string, task: () => Promise<T>): Promise<T> {
    const began = performance.now();
    try {
      return await task();
    } finally {
      this.observe(kind, performance.now() - began);
    }
  }

  get kinds(): ReadonlyMap<string, Timing> {
    return this.#kinds;
  }
}
