import type { Clock } from '../../server/core/kernel/clock.ts';

interface Timer {
  at: number;
  order: number;
  fn: () => void;
}

/** A clock that stands still until a test moves it. Timers fire in the order of their times, then of their setting. */
export class ManualClock implements Clock {
  #now: number;
  #order = 0;
  readonly #timers = new Set<Timer>();
  readonly #listeners = new Set<(ms: number) => void>();

  /** @param start ms since the epoch; a Friday morning unless told. */
  constructor(start = Date.UTC(2026, 10, 20, 9, 0, 0)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, fn: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(0, ms), order: this.#order++, fn };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  onSkip(listener: (ms: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The process stands still for so long; or, when it is negative, its clock is set back. Timers count neither. */
  skip(ms: number): void {
    this.#now += ms;
    for (const timer of this.#timers) timer.at += ms;
    for (const listener of this.#listeners) listener(ms);
  }

  /** Timers that are set and not yet due: zero after everything under test has been stopped. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Moves the time forward and lets promises settle after every timer, also those set on the way. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let timer = this.#next(end); timer; timer = this.#next(end)) {
      this.#fire(timer);
      await settle();
    }
    this.#now = end;
    await settle();
  }

  /** As `advance`, for code under test that awaits nothing. */
  advanceNow(ms: number): void {
    const end = this.#now + ms;
    for (let timer = this.#next(end); timer; timer = this.#next(end)) this.#fire(timer);
    this.#now = end;
  }

  #next(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at > end) continue;
      if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order))
        first = timer;
    }
    return first;
  }

  #fire(timer: Timer): void {
    this.#timers.delete(timer);
    this.#now = Math.max(this.#now, timer.at);
    timer.fn();
  }
}

/** Lets everything run that waits for promises only (a few turns of the event loop, no real time). */
export async function settle(turns = 4): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}
