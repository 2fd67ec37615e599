import type { Clock } from '../core/kernel/clock.ts';

/** What is to be told within a time is told together, so that whoever follows much of it gets it in one write. */
export class Batches {
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Set<() => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `tell` within so many ms. Returns what cancels it. */
  within(ms: number, tell: () => void): () => void {
    const waiting = this.#waiting.get(ms) ?? this.#begin(ms);
    waiting.add(tell);
    return () => void waiting.delete(tell);
  }

  #begin(ms: number): Set<() => void> {
    const waiting = new Set<() => void>();
    this.#waiting.set(ms, waiting);
    this.#clock.after(ms, () => {
      this.#waiting.delete(ms);
      for (const tell of waiting) tell();
    });
    return waiting;
  }
}
