import type { Effects } from '../../contract/people.ts';
import type { TeamSetUp, TeamSetUpPatch } from '../../contract/set-up.ts';
import type { Requester } from '../../core/kernel/actor.ts';
import { patched } from '../../core/kernel/patched.ts';
import { checkVersion, missing } from './set-up-changes.ts';
import type { SetUpChanges } from './set-up-changes.ts';
import type { TeamRow, TeamRules } from './set-up-store.ts';
import { checkTimeZone } from './time-zone-rule.ts';

/** What holds for the whole team. Its version is that of the team's set-up: any other change of it counts as well. */
export class SetUpTeam {
  readonly #changes: SetUpChanges;

  constructor(changes: SetUpChanges) {
    this.#changes = changes;
  }

  get({ teamId }: Requester): Promise<TeamSetUp> {
    return this.#changes.read(async ({ teams }) => {
      const row = await teams.byId(teamId);
      if (!row) throw missing('team');
      return shown(row, row.setUpVersion);
    });
  }

  effects({ teamId }: Requester): Effects {
    return this.#changes.effects(teamId, { kind: 'team' }, []);
  }

  /** @throws invalid-request (the time zone), version-conflict */
  change(who: Requester, version: number, fields: TeamSetUpPatch): Promise<TeamSetUp> {
    if (fields.timeZone !== undefined) checkTimeZone(fields.timeZone, 'timeZone');
    return this.#changes.change(who, async (stores) => {
      const found = await stores.teams.byId(who.teamId);
      if (!found) throw missing('team');
      // The change itself has made it one higher by now.
      const read = { ...found, version: found.setUpVersion - 1 };
      checkVersion(read, version, shown(found, read.version));
      const rules = patched(rulesOf(found), fields);
      await stores.teams.setRules(who.teamId, rules);
      const of = { id: who.teamId, teamId: who.teamId };
      await this.#changes.record(stores, who, 'team', {
        before: { ...of, ...rulesOf(found) },
        after: { ...of, ...rules },
      });
      return shown({ ...found, ...rules }, found.setUpVersion);
    });
  }
}

function rulesOf(team: TeamRules): TeamRules {
  const { name, locale, timeZone, monitorNotice, priorityPointMs, outsidePhones, outsideConfirm } = team;
  return { name, locale, timeZone, monitorNotice, priorityPointMs, outsidePhones, outsideConfirm };
}

function shown(team: TeamRules & Pick<TeamRow, 'slug'>, version: number): TeamSetUp {
  return { slug: team.slug, ...rulesOf(team), version };
}
