/** Waits between attempts to reach the server, ms: fast first, because most breaks are a moment long. */
const STEPS_MS = [200, 500, 1000, 2000, 5000] as const;

/** Spread, so that the pages of a whole floor do not come back in the same instant. */
const JITTER = 0.3;

/** A series of waits; `reset` when the server was reached. */
export class Backoff {
  #attempt = 0;
  readonly #random: () => number;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Ms to wait now. */
  next(): number {
    const step = STEPS_MS[Math.min(this.#attempt, STEPS_MS.length - 1)] ?? 5000;
    this.#attempt += 1;
    return Math.round(step * (1 - JITTER + 2 * JITTER * this.#random()));
  }

  reset(): void {
    this.#attempt = 0;
  }
}
