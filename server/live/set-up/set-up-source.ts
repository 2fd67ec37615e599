import { roleOf, teamConfig } from '../../core/model/set-up.ts';
import type { CustomerField, DeskPhone, Reason, Team, TeamConfig } from '../../core/model/set-up.ts';
import type { SetUpSource } from '../../core/ports/live-store.ts';

/** What desks are drawn with; nothing of it is removed. */
export interface DeskSetUp {
  readonly reasons: readonly Reason[];
  readonly fields: readonly CustomerField[];
}

/** A team's set-up as its tables have it. */
export interface SetUp {
  readonly row: Team;
  readonly desk: DeskSetUp;
  readonly phones: readonly DeskPhone[];
  readonly config: TeamConfig;
}

export async function readSetUp(
  { agents, groups, teams, phones: desks, roles, webhooks, fields, bindings }: SetUpSource,
  row: Team,
): Promise<SetUp> {
  const own = new Map((await roles.all(row.id)).map((role) => [role.id, role]));
  const phones = await desks.all(row.id);
  const reasons = await teams.reasons(row.id);
  const config = teamConfig({
    team: row,
    agents: (await agents.all(row.id)).map(({ role, ...agent }) => ({ ...agent, ...roleOf(role, own) })),
    groups: await groups.all(row.id),
    members: await groups.members(row.id),
    leaders: await groups.leaders(row.id),
    phones,
    reasons,
    heard: await webhooks.heard(row.id),
    bindings: await bindings.all(row.id),
  });
  const desk = { reasons: reasons.filter(isKept), fields: (await fields.all(row.id)).filter(isKept) };
  return { row, desk, phones, config };
}

function isKept({ deletedAt }: { deletedAt: number | null }): boolean {
  return deletedAt === null;
}
