import type { LeaseStore, Place, TeamLease } from '../../server/core/ports/lease-store.ts';
import type { TeamRow } from '../../server/features/set-up/set-up-store.ts';

export interface LeaseTables {
  places: Array<{ name: string; process: string; url: string; until: number; access: string | null }>;
  teamLeases: TeamLease[];
  teams: TeamRow[];
}

/** @param now ms, by the clock of this database */
export function memoryLeases(tables: LeaseTables, now: () => number): LeaseStore {
  const placeOf = ({ name, process, url, until, access }: LeaseTables['places'][number]): Place => ({
    name,
    holder: process === '' ? null : { process, url },
    free: until < now(),
    inhabited: tables.teamLeases.some(({ place }) => place === name),
    access,
  });
  const raise = (teams: readonly TeamLease[], change: Partial<TeamLease> = {}): void => {
    tables.teamLeases = tables.teamLeases.map((team) =>
      teams.includes(team) ? { ...team, ...change, epoch: team.epoch + 1 } : team,
    );
  };
  const holds = (teamId: string, epoch: number): boolean =>
    tables.teamLeases.some((team) => team.teamId === teamId && team.epoch === epoch);
  return {
    renew: async (process, lifeMs) => {
      for (const place of tables.places) if (place.process === process) place.until = now() + lifeMs;
    },
    held: async (process) => {
      const places = tables.places
        .filter((place) => place.process === process)
        .map(({ name, access }) => ({ name, access }));
      const names = places.map(({ name }) => name);
      return { places, teams: tables.teamLeases.filter(({ place }) => names.includes(place)) };
    },
    take: async (name, { process, url }, { lifeMs, givenBack, freeForMs = Infinity, dead, access }) => {
      const found = tables.places.find((place) => place.name === name);
      const place = found ?? { name, process: '', url: '', until: 0, access: null };
      if (found === undefined) tables.places.push(place);
      const isGiven =
        (givenBack && place.process === '') || place.process === dead || place.until + freeForMs < now();
      if (!isGiven && place.process !== process) return false;
      Object.assign(place, { process, url, until: now() + lifeMs });
      if (access !== undefined) place.access = access;
      raise(tables.teamLeases.filter((team) => team.place === name));
      return true;
    },
    release: async (process, lifeMs, only) => {
      for (const place of tables.places) {
        if (place.process !== process || (only !== undefined && place.name !== only)) continue;
        Object.assign(place, { process: '', until: now() + lifeMs });
      }
    },
    move: async (from, to) =>
      raise(
        tables.teamLeases.filter(({ place }) => place === from),
        { place: to },
      ),
    places: async () => tables.places.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(placeOf),
    settle: async (place, slugs, fromLate) => {
      const wanted = tables.teams.filter(({ slug }) => slugs === null || slugs.includes(slug));
      for (const { id } of wanted) {
        if (tables.teamLeases.some(({ teamId }) => teamId === id)) continue;
        tables.teamLeases.push({ teamId: id, place, epoch: 1 });
      }
      if (slugs === null || slugs.length === 0) return;
      const left = tables.teamLeases.filter(({ teamId }) => wanted.some(({ id }) => id === teamId));
      for (const each of tables.places) {
        const isLeft = left.some((team) => team.place === each.name);
        if (fromLate && isLeft && each.until < now() && each.name !== place) each.process = '';
      }
      const held = tables.places
        .filter(({ until, process }) => until >= now() || process !== '')
        .map(({ name }) => name);
      raise(
        tables.teamLeases.filter(
          (team) =>
            team.place !== place && !held.includes(team.place) && wanted.some(({ id }) => id === team.teamId),
        ),
        { place },
      );
    },
    placeOf: async (teamId) => {
      const lease = tables.teamLeases.find((team) => team.teamId === teamId);
      const place = tables.places.find(({ name }) => name === lease?.place);
      return place === undefined ? null : placeOf(place);
    },
    holds: async (teamId, epoch) => holds(teamId, epoch),
    fence: async (teamId, epoch, lost) => {
      if (!holds(teamId, epoch)) throw lost();
    },
  };
}
