import type { TeamId } from '../../core/kernel/ids.ts';
import type { Holder, LeaseStore, Place } from '../../core/ports/lease-store.ts';
import { isAbsence, type UnitOfWork } from '../../core/ports/unit-of-work.ts';

/** The database is asked about a team so often at most, ms. */
const FRESH_MS = 1_000;

export interface WhereaboutsDeps {
  readonly unitOfWork: Pick<UnitOfWork<{ readonly leases: LeaseStore }>, 'run'>;
  readonly elapsed: () => number;
}

/** Which server has a team, as the database said a moment ago. */
export class Whereabouts {
  readonly #deps: WhereaboutsDeps;
  readonly #known = new Map<TeamId, { place: Place | null; until: number }>();

  constructor(deps: WhereaboutsDeps) {
    this.#deps = deps;
  }

  /** While the database is away the last answer stands. @throws StorageError */
  async holderOf(teamId: TeamId): Promise<Holder | null> {
    const { unitOfWork, elapsed } = this.#deps;
    const known = this.#known.get(teamId);
    let place = known?.place ?? null;
    if (known === undefined || known.until <= elapsed()) {
      try {
        place = await unitOfWork.run(({ leases }) => leases.placeOf(teamId), { live: 'asks' });
      } catch (error) {
        if (known === undefined || !isAbsence(error)) throw error;
      }
      this.#known.set(teamId, { place, until: elapsed() + FRESH_MS });
    }
    return place?.holder ?? null;
  }
}
