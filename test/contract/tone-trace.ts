/** One packet of 20 ms. */
const FRAME_MS = 20;
const BEAT_MS = 5;
/** After each step the far ends are heard for so long, ms. */
const WINDOW_MS = 200;

/** When a far end heard a tone. */
export interface ToneTrace {
  /** Beginning and end of the watch, ms on the clock of `performance`. */
  readonly from: number;
  readonly to: number;
  /** When packets came that had the tone, ascending. */
  readonly heardAt: readonly number[];
}

/**
 * Measures the longest time in which none of the far ends was given the tone that they listen for, while a step is taken
 * and shortly after it, ms. The time in which this process itself was kept from running (its far ends speak and hear in
 * it) is not the switch's and is taken off.
 */
export async function gapWhile(
  step: () => Promise<void>,
  ...listeners: ReadonlyArray<() => () => ToneTrace>
): Promise<number> {
  const outages = new Outages();
  const ends = listeners.map((begin) => begin());
  await step();
  await new Promise((resolve) => setTimeout(resolve, WINDOW_MS));
  const traces = ends.map((end) => end());
  outages.stop();
  const from = Math.min(...traces.map((trace) => trace.from));
  const to = Math.max(...traces.map((trace) => trace.to));
  const heard = traces.flatMap(({ heardAt }) => heardAt).toSorted((a, b) => a - b);
  let longest = 0;
  let last = from - FRAME_MS;
  for (const at of [...heard, to]) {
    longest = Math.max(longest, at - last - FRAME_MS - outages.within(last, at));
    last = at;
  }
  return longest;
}

/** A switch that interrupts does so each time; a busy machine does not. */
export function median(gaps: readonly number[]): number {
  return gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? Number.NaN;
}

/** When this process did not run: a beat came late. */
class Outages {
  readonly #late: Array<readonly [number, number]> = [];
  readonly #timer: NodeJS.Timeout;
  #last = performance.now();

  constructor() {
    this.#timer = setInterval(() => {
      const now = performance.now();
      if (now - this.#last > 3 * BEAT_MS) this.#late.push([this.#last + BEAT_MS, now]);
      this.#last = now;
    }, BEAT_MS);
  }

  within(from: number, to: number): number {
    return this.#late.reduce((sum, [begin, end]) => {
      return sum + Math.max(0, Math.min(to, end) - Math.max(from, begin));
    }, 0);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
