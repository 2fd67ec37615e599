/** Used where nobody has said another; as the country of numbers is China then. */
export const DEFAULT_TIME_ZONE = 'Asia/Shanghai';

export const DAY_MS = 86_400_000;
const clocks = new Map<string, Intl.DateTimeFormat>();

/** The day at that time by the zone's clock, in days since 1970-01-01. `at`: ms since the epoch. */
export function dayIn(timeZone: string, at: number): number {
  const clock = clocks.get(timeZone) ?? new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  clocks.set(timeZone, clock);
  return Date.parse(clock.format(at)) / DAY_MS;
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
