import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../core/kernel/clock.ts';

/** The machine's time as a clock needs it. */
export interface TimeSource {
  /** Goes on evenly, ms from any beginning. */
  monotonic(): number;
  /** Milliseconds since the Unix epoch; may be set forwards and backwards. */
  wall(): number;
  timer(ms: number, fn: () => void): () => void;
  /** As `timer`, again and again, and no reason to keep the process alive. */
  beat(ms: number, fn: () => void): void;
}

/** So often the clock looks whether the process runs, ms. */
export const BEAT_MS = 250;
/** A process that has not looked at its clock for so long was stalled: it saw and heard nothing, ms. */
export const STALL_MS = 1_000;
/** What came in during a stall is read in this time; nobody is judged before, ms. */
export const SETTLE_MS = 1_000;
/** A process that stalls all the time has to do its work between the stalls: no timer is put off for longer, ms. */
const MOST_SETTLING_MS = 5_000;
/** The longest time that a timer of Node takes, ms. */
const LONGEST_MS = 2 ** 31 - 1;
/** Timers of Node may fire so much early, ms. */
const EARLY_MS = 2;

/**
 * A clock whose timers count only the time in which this process paid attention. A process that was stopped (a paused
 * machine, a closed laptop, a blocked event loop) finds all its timers due at once, before it has read a single byte of
 * what its peers sent meanwhile: a late timer proves our own absence and nobody else's. So the time of a stall is added
 * to every timer that ran during it, and none fires before what came in has been read.
 *
 * `now()` stays the time of the day. Who keeps points in time rather than timers hears of the gap by `onSkip`.
 */
export class AttentiveClock implements Clock {
  readonly #source: TimeSource;
  readonly #listeners = new Set<(ms: number) => void>();
  /** Time with our attention since the beginning, ms. */
  #attended = 0;
  #seenMonotonic: number;
  #seenWall: number;
  /** On the monotonic clock: until then what was missed is read. */
  #settledAt = Number.NEGATIVE_INFINITY;

  constructor(source: TimeSource = machine) {
    this.#source = source;
    this.#seenMonotonic = source.monotonic();
    this.#seenWall = source.wall();
    source.beat(BEAT_MS, () => this.#look());
  }

  now(): number {
    this.#look();
    return this.#seenWall;
  }

  after(ms: number, fn: () => void): () => void {
    this.#look();
    const due = this.#attended + ms;
    let cancel: () => void;
    const arm = (wait: number): void => {
      cancel = this.#source.timer(Math.min(Math.max(wait, 0), LONGEST_MS), () => {
        this.#look();
        const settling = this.#settledAt - this.#seenMonotonic;
        const overdue = this.#attended - due;
        const left = Math.max(-overdue, Math.min(settling, MOST_SETTLING_MS - overdue));
        if (left > EARLY_MS) arm(left);
        else fn();
      });
    };
    arm(ms);
    return () => cancel();
  }

  /**
   * Tells how much further the time of the day is than our attention: after a stall, after a sleep of the machine, and
   * (then it may be negative) when its clock was set. Told before `now()` returns a time behind the gap.
   */
  onSkip(listener: (ms: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Sockets that had something at the beginning of this turn of the event loop have been read. */
  gathered(): Promise<void> {
    return nextTurn();
  }

  #look(): void {
    const monotonic = this.#source.monotonic();
    const wall = this.#source.wall();
    const passed = monotonic - this.#seenMonotonic;
    const attended = passed >= STALL_MS ? Math.min(passed, BEAT_MS) : passed;
    const skipped = Math.round(wall - this.#seenWall - attended);
    this.#attended += attended;
    this.#seenMonotonic = monotonic;
    this.#seenWall = wall;
    // A machine that slept may not count that on its monotonic clock: the time of the day tells.
    const absent = Math.max(passed - attended, skipped);
    if (absent >= STALL_MS - BEAT_MS) this.#settledAt = monotonic + SETTLE_MS;
    if (Math.abs(skipped) < STALL_MS - BEAT_MS) return;
    for (const listener of this.#listeners) listener(skipped);
  }
}

const machine: TimeSource = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
  timer: (ms, fn) => {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
  beat: (ms, fn) => void setInterval(fn, ms).unref(),
};
