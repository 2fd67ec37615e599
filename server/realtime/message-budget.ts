/** A token bucket: `burst` messages at once, `perSecond` in the long run. */
export class MessageBudget {
  readonly #burst: number;
  readonly #perMs: number;
  #left: number;
  #at: number;

  /** @param now ms */
  constructor(burst: number, perSecond: number, now: number) {
    this.#burst = burst;
    this.#perMs = perSecond / 1000;
    this.#left = burst;
    this.#at = now;
  }

  /** Whether one more is allowed now, which then is counted. */
  take(now: number): boolean {
    this.#left = Math.min(this.#burst, this.#left + (now - this.#at) * this.#perMs);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
