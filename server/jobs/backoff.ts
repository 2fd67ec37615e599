import type { JobKind } from '../core/ports/jobs.ts';

const USUAL = { firstMs: 1000, mostMs: 600_000 };

/**
 * How long to wait after the nth failure: twice as long each time, and of that a random part from the half on, so that what
 * failed together does not come back together.
 * @param random from 0 to 1
 */
export function backoffMs(
  { firstMs, mostMs }: NonNullable<JobKind<unknown>['backoff']> = USUAL,
  failures: number,
  random: number,
): number {
  const full = Math.min(mostMs, firstMs * 2 ** (failures - 1));
  return Math.round(full * (0.5 + random / 2));
}
