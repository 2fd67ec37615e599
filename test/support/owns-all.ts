import type { TeamOwnership } from '../../server/live/call-centre.ts';
import type { Lease } from '../../server/live/ownership/lease.ts';
import type { MemoryStore } from './memory-store.ts';

/** A right that nobody ever takes away. */
export const sureLease: Lease = { sure: true, confirm: async () => undefined, fence: async () => undefined };

/** Of a process that takes no places of others. */
export function noOtherSwitch(place: string): never {
  throw new Error(`there is no switch for ${place}`);
}

/** Of one process that is the only one, for tests about something else. */
export function ownsAll(store: MemoryStore): TeamOwnership {
  return {
    home: 'home',
    get teams() {
      return store.tables.teams.map(({ id: teamId }) => ({ teamId, place: 'home', epoch: 1 }));
    },
    lease: () => sureLease,
    follow: () => undefined,
    giveBack: () => undefined,
    settle: async () => undefined,
  };
}
