/** Used where nobody has said another; as the country of numbers is China then. */
export const DEFAULT_TIME_ZONE = 'Asia/Shanghai';

export const DAY_MS = 86_400_000;
/** Clocks of all zones change their day, and their offset, at quarters of an hour of UTC only. */
const QUARTER_MS = 900_000;

class ZoneClock {
  readonly #format: Intl.DateTimeFormat;
  #quarter = NaN;
  #day = NaN;

  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  }

  /** Read anew only when a quarter has passed: a clock of `Intl` takes its time. */
  dayAt(at: number): number {
    const quarter = Math.floor(at / QUARTER_MS);
    if (quarter === this.#quarter) return this.#day;
    this.#quarter = quarter;
    this.#day = Date.parse(this.#format.format(at)) / DAY_MS;
    return this.#day;
  }
}

const clocks = new Map<string, ZoneClock>();

/** The day at that time by the zone's clock, in days since 1970-01-01. `at`: ms since the epoch. */
export function dayIn(timeZone: string, at: number): number {
  const clock = clocks.get(timeZone) ?? new ZoneClock(timeZone);
  clocks.set(timeZone, clock);
  return clock.dayAt(at);
}

/** Whether it is a zone with rules (`Europe/Berlin`, `UTC`). A mere offset has none for the summer, and is refused. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    // A `RangeError` is how it says no.
    return false;
  }
}
