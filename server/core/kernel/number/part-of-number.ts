import type { Numbers } from './numbers.ts';

/**
 * What to look for within comparable numbers when a person has typed a number, or a part of one: none for what is none.
 * Half-typed numbers are too short for the comparable form to drop their trunk zero.
 */
export function partsOfNumber(typed: string, numbers: Numbers): string[] {
  const text = typed.normalize('NFKC');
  if (/\p{L}/u.test(text)) return [];
  const national = text.replace(/\D/g, '').replace(/^0+(?=\d)/, '');
  return [...new Set([numbers.comparableNumber(text), national])].filter((part) => part !== '');
}
