import type { Logger } from '../core/kernel/logger.ts';
import type { LeaseStore } from '../core/ports/lease-store.ts';
import type { UnitOfWork } from '../core/ports/unit-of-work.ts';
import { Ownership } from '../live/ownership/ownership.ts';
import type { Config } from './config/config.ts';
import { stopwatch } from './elapsed.ts';
import { accessOf, fateOf } from './place-access.ts';
import { isDead, processIdentity } from './process-identity.ts';
import { systemClock } from './system-clock.ts';

/** One embedded switch a database: a second server waits until the first has gone. Every application of an Asterisk is a place. */
function homeOf({ asterisk }: Config): string {
  return asterisk === null ? 'embedded' : `asterisk/${asterisk.application}`;
}

/** @returns also what others are told of this server, whose address is known when it listens */
export function ownershipOf(
  config: Config,
  parts: { unitOfWork: UnitOfWork<{ readonly leases: LeaseStore }>; logger: Logger },
): { ownership: Ownership; self: { readonly process: string; url: string } } {
  const self = { process: processIdentity(), url: '' };
  const { teams: slugs, leaseMs: lifeMs, takesOver } = config.servers;
  const home = homeOf(config);
  const access = accessOf(config);
  const own = { access, allTeams: slugs === null, takesOver };
  // The database knows no other clock than the machine's.
  const ownership = new Ownership({
    ...parts,
    clock: systemClock,
    self,
    home,
    access: access === null ? null : JSON.stringify(access),
    slugs,
    fateOf: (place) => fateOf(place, own),
    lifeMs,
    isDead,
    elapsed: stopwatch(),
  });
  return { ownership, self };
}
