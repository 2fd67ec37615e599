import type { Numbers } from './numbers.ts';

/** Digits by which a line is looked for: shorter than any way of spelling it. */
const LAST_DIGITS = 6;

/** Numbers that lead into a team of this server. */
export interface Lines<T extends { readonly number: string }> {
  /** Those of all teams that end like that. */
  routesEndingIn(digits: string): Promise<readonly T[]>;
}

/**
 * The line of this server that a number spells, of whichever team; null: it leads outside. A call that the server places
 * there comes back to it.
 */
export async function ownLine<T extends { readonly number: string }>(
  lines: Lines<T>,
  numbers: Numbers,
  number: string,
): Promise<T | null> {
  const comparable = numbers.comparableNumber(number);
  if (comparable === '') return null;
  const found = await lines.routesEndingIn(comparable.slice(-LAST_DIGITS));
  return found.find((each) => numbers.comparableNumber(each.number) === comparable) ?? null;
}
