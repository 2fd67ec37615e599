import type { Numbers } from './numbers.ts';

/** Shorter ones are services, emergency calls and extensions, which are nobody's telephone. */
const LEAST_DIGITS = 7;
/** ITU-T E.164 §6.1. */
const MOST_DIGITS = 15;

/** The number of a telephone anywhere, as the switch is given it; null: it cannot be somebody's telephone. */
export function outsidePhone(numbers: Numbers, typed: string): string | null {
  const number = numbers.normaliseDialled(typed);
  if (!number || !/^\+?\d+$/.test(number)) return null;
  const digits = numbers.comparableNumber(number).length;
  return digits >= LEAST_DIGITS && digits <= MOST_DIGITS ? number : null;
}
