import { Ownership, type PlaceFate } from '../../server/live/ownership/ownership.ts';
import type { ManualClock } from './manual-clock.ts';
import type { MemoryStore } from './memory-store.ts';

export const LIFE_MS = 6_000;

/** A process's right to teams, in a test that moves the time. `stopped` processes do not see it go by. */
export function ownershipIn(
  store: Pick<MemoryStore, 'run'>,
  clock: ManualClock,
  process: string,
  {
    home = 'home',
    slugs = null,
    dead = () => false,
    fateOf = () => 'left',
  }: {
    home?: string;
    slugs?: string[] | null;
    dead?: (process: string) => boolean;
    fateOf?: () => PlaceFate;
  } = {},
): Ownership {
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  return new Ownership({
    unitOfWork: store,
    clock,
    logger: silent,
    self: { process, url: `http://${process}.test` },
    home,
    access: null,
    fateOf,
    slugs,
    lifeMs: LIFE_MS,
    elapsed: () => clock.now(),
    isDead: dead,
  });
}
