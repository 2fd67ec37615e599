/** `,` `;` and `w` wait so long, as telephones do, ms. */
const PAUSE_MS = 2000;
/** The switch takes so long for a digit and the gap after it, ms. */
const DIGIT_MS = 200;
/** So many at once, so that stopping comes soon. */
const AT_ONCE = 8;

/** Digits to send together, then a wait. */
export interface DigitStep {
  readonly digits: string;
  readonly waitMs: number;
}

/**
 * What was typed or pasted as keys and pauses; null when there is something else in it. Blanks and what only divides a number
 * is left out; letters are no keys, but A to D are.
 */
export function digitSteps(typed: string): DigitStep[] | null {
  const keys = typed
    .normalize('NFKC')
    .replace(/[\s().\-/\u2010-\u2015]/g, '')
    .toUpperCase()
    .replace(/[;WP]/g, ',');
  if (!/^[0-9*#A-D,]+$/.test(keys) || !/[^,]/.test(keys)) return null;
  const parts = keys.match(new RegExp(`[^,]{1,${AT_ONCE}}|,+`, 'g')) ?? [];
  const steps: DigitStep[] = [];
  for (const part of parts) {
    const last = steps.at(-1);
    if (!part.startsWith(',')) steps.push({ digits: part, waitMs: part.length * DIGIT_MS });
    else if (last === undefined) steps.push({ digits: '', waitMs: part.length * PAUSE_MS });
    else steps[steps.length - 1] = { ...last, waitMs: last.waitMs + part.length * PAUSE_MS };
  }
  return steps;
}

/** Sends one step after the other; resolves when the last was handed over, or `signal` has stopped it. */
export async function runDigits(
  steps: readonly DigitStep[],
  send: (digits: string) => Promise<unknown>,
  signal?: AbortSignal,
  sent: (digits: string) => void = () => {},
): Promise<void> {
  for (const [index, { digits, waitMs }] of steps.entries()) {
    if (signal?.aborted === true) return;
    if (digits !== '') await send(digits);
    sent(digits);
    if (index < steps.length - 1) await passed(waitMs, signal);
  }
}

function passed(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
