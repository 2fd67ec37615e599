import * as z from 'zod/mini';
import { atMost } from './wire.ts';

/** `,` waits so long, as telephones do, ms. */
const PAUSE_MS = 2000;
/** A switch takes no longer for a digit and the gap after it, ms. */
const DIGIT_MS = 250;
/** So many at once, so that whatever is asked meanwhile, to hold or to stop, comes soon. */
const AT_ONCE = 8;

/**
 * Keys and pauses as people type and paste them: `,` `;` `w` `p` are a pause of two seconds, blanks and what only divides a
 * number is left out; letters are no keys, but A to D are.
 */
export const DigitRow = z.string().check(
  z.overwrite((typed: string) =>
    typed
      .normalize('NFKC')
      .replace(/[\s().\-/\u2010-\u2015]/g, '')
      .toUpperCase()
      .replace(/[;WP]/g, ','),
  ),
  atMost(1000),
  z.regex(/^,*[0-9*#A-D][0-9*#A-D,]*$/),
);

/** Digits to send together, then a wait. */
export interface DigitStep {
  readonly digits: string;
  readonly waitMs: number;
}

/** @param row as `DigitRow` has read it */
export function digitSteps(row: string): DigitStep[] {
  const parts = row.match(new RegExp(`[^,]{1,${AT_ONCE}}|,+`, 'g')) ?? [];
  const steps: DigitStep[] = [];
  for (const part of parts) {
    const last = steps.at(-1);
    if (!part.startsWith(',')) steps.push({ digits: part, waitMs: part.length * DIGIT_MS });
    else if (last === undefined) steps.push({ digits: '', waitMs: part.length * PAUSE_MS });
    else steps[steps.length - 1] = { ...last, waitMs: last.waitMs + part.length * PAUSE_MS };
  }
  return steps;
}
