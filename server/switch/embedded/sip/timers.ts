import type { Clock } from '../../../core/kernel/clock.ts';

/** Timer values of RFC 3261 §17, table 4, in ms. */
export const T1 = 500;
export const T2 = 4_000;
export const T4 = 5_000;
/** Timers B, D (at least 32 s), F, H, J, L and M. */
export const TIMEOUT = 64 * T1;

/** The running timers of one transaction; they end together. */
export class TransactionTimers {
  readonly #clock: Clock;
  #cancels: Array<() => void> = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  after(ms: number, fn: () => void): void {
    this.#cancels.push(this.#clock.after(ms, fn));
  }

  clear(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels = [];
  }
}
