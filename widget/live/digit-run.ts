import type { DigitStep } from '../../server/contract/digit-row.ts';

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
