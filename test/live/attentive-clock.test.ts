import { beforeEach, describe, expect, test } from 'vitest';
import { AttentiveClock, BEAT_MS, SETTLE_MS, type TimeSource } from '../../server/start/attentive-clock.ts';

/** A machine whose process can be stopped: its timers then are all late, in the order of their times. */
class Machine implements TimeSource {
  #monotonic = 0;
  #wall = Date.UTC(2026, 10, 20);
  readonly #timers = new Set<{ at: number; fn: () => void }>();

  monotonic(): number {
    return this.#monotonic;
  }

  wall(): number {
    return this.#wall;
  }

  timer(ms: number, fn: () => void): () => void {
    const timer = { at: this.#monotonic + ms, fn };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  beat(ms: number, fn: () => void): void {
    this.timer(ms, () => {
      fn();
      this.beat(ms, fn);
    });
  }

  run(ms: number): void {
    const end = this.#monotonic + ms;
    for (;;) {
      const [next] = [...this.#timers].toSorted((a, b) => a.at - b.at);
      if (next === undefined || next.at > end) break;
      this.#timers.delete(next);
      this.#pass(Math.max(0, next.at - this.#monotonic));
      next.fn();
    }
    this.#pass(end - this.#monotonic);
  }

  /** Nothing runs: the process is stopped. */
  stop(ms: number): void {
    this.#pass(ms);
  }

  /** The whole machine sleeps: its monotonic clock does not count that. */
  sleep(ms: number): void {
    this.#wall += ms;
  }

  #pass(ms: number): void {
    this.#monotonic += ms;
    this.#wall += ms;
  }
}

describe('a clock that knows when the process was away', () => {
  let machine: Machine;
  let clock: AttentiveClock;
  let fired: number | null;
  let skips: number[];

  beforeEach(() => {
    machine = new Machine();
    clock = new AttentiveClock(machine);
    fired = null;
    skips = [];
    clock.onSkip((ms) => skips.push(ms));
  });

  function arm(ms: number): () => void {
    const since = machine.monotonic();
    return clock.after(ms, () => (fired = machine.monotonic() - since));
  }

  test('timers of a process that runs fire in time, and nothing is skipped', () => {
    arm(60_000);
    machine.run(59_999);
    expect(fired).toBeNull();
    machine.run(1);
    expect(fired).toBe(60_000);
    expect(skips).toEqual([]);
  });

  test('the time of a stall is added to the timers that ran during it', () => {
    arm(5_000);
    machine.run(2_000);
    machine.stop(10_000);
    machine.run(2_500);
    expect(fired).toBeNull();
    machine.run(500 + BEAT_MS);
    expect(fired).toBeGreaterThanOrEqual(15_000 - BEAT_MS);
  });

  test('a timer that was nearly due waits until what came in during the stall has been read', () => {
    arm(5_000);
    machine.run(4_990);
    machine.stop(10_000);
    machine.run(SETTLE_MS - 10);
    expect(fired).toBeNull();
    machine.run(20);
    expect(fired).not.toBeNull();
  });

  test('a timer that is cancelled while it waits does not fire', () => {
    const cancel = arm(5_000);
    machine.run(4_990);
    machine.stop(10_000);
    machine.run(100);
    cancel();
    machine.run(20_000);
    expect(fired).toBeNull();
  });

  test('a timer that was set after the stall is not put off by it for longer than the settling', () => {
    machine.stop(10_000);
    machine.run(BEAT_MS);
    arm(3_000);
    machine.run(3_000);
    expect(fired).toBe(3_000);
  });

  test('a process that stalls again and again still gets to its work', () => {
    arm(1_000);
    for (let turn = 0; turn < 60; turn += 1) {
      machine.stop(1_000);
      machine.run(500);
    }
    expect(fired).not.toBeNull();
  });

  test('a stall is told before the time behind it is seen, and once', () => {
    machine.run(1_000);
    const before = clock.now();
    machine.stop(10_000);
    let toldFirst = false;
    clock.onSkip(() => (toldFirst = true));
    expect(clock.now() - before).toBe(10_000);
    expect(toldFirst).toBe(true);
    machine.run(5_000);
    expect(skips).toEqual([10_000 - BEAT_MS]);
  });

  test('a sleep of the machine is told too, and nobody is judged at once after it', () => {
    arm(5_000);
    machine.run(4_990);
    machine.sleep(3_600_000);
    machine.run(SETTLE_MS - 10);
    expect(fired).toBeNull();
    machine.run(BEAT_MS + 20);
    expect(fired).not.toBeNull();
    expect(skips).toEqual([3_600_000]);
  });

  test('a clock that is set back is told as well, and timers go on', () => {
    arm(5_000);
    machine.run(1_000);
    machine.sleep(-3_600_000);
    machine.run(4_000);
    expect(fired).toBe(5_000);
    expect(skips).toEqual([-3_600_000]);
  });

  test('who does not listen any more is told nothing', () => {
    const told: number[] = [];
    const stop = clock.onSkip((ms) => told.push(ms));
    stop();
    machine.stop(10_000);
    clock.now();
    expect(told).toEqual([]);
  });
});
