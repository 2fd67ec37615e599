import { DomainError } from '../../core/kernel/domain-error.ts';
import { asId } from '../../core/kernel/ids.ts';
import type { AgentId, GroupId } from '../../core/kernel/ids.ts';
import { missing } from './set-up-changes.ts';
import type { SetUpStores } from './set-up-changes.ts';
import type { AgentRow, GroupRow, LeaderRow, MemberRow } from './set-up-store.ts';

/** Who is in which group and who leads which, as far as they are given: they replace those of before. */
export interface Belonging<Member> {
  readonly members?: readonly Member[] | undefined;
  readonly leaders?: readonly string[] | undefined;
}

/** Says who belongs to a group. Agents who come or go have another version from then on, as the group has. */
export async function setBelongingOfGroup(
  { agents, groups }: SetUpStores,
  { id: groupId, teamId }: Pick<GroupRow, 'id' | 'teamId'>,
  { members, leaders }: Belonging<{ agentId: string; static: boolean; level: number }>,
): Promise<void> {
  const named = [...(members ?? []).map(({ agentId }) => agentId), ...(leaders ?? [])];
  const known = await agents.known(teamId, named);
  const unknown = named.find((id) => !known.has(id));
  if (unknown !== undefined) {
    throw new DomainError('not-found', 'There is no such agent.', { agentId: unknown });
  }
  const changed = new Set<AgentId>();
  if (members) {
    const rows = lastOfEach(members, ({ agentId }) => agentId).map((member) => ({
      teamId,
      groupId,
      agentId: asId<AgentId>(member.agentId),
      static: member.static,
      level: member.level,
    }));
    const before = await groups.membersOf(teamId, groupId);
    for (const { agentId } of different(before, rows)) changed.add(agentId);
    await groups.setMembers(teamId, groupId, rows);
  }
  if (leaders) {
    const rows = [...new Set(leaders)].map((id) => ({ teamId, groupId, agentId: asId<AgentId>(id) }));
    const before = await groups.leadersOf(teamId, groupId);
    for (const { agentId } of different(before, rows)) changed.add(agentId);
    await groups.setLeaders(teamId, groupId, rows);
  }
  await agents.raiseVersions(teamId, [...changed]);
}

/** Says what an agent belongs to. Groups that are joined or left have another version from then on. */
export async function setBelongingOfAgent(
  { groups }: SetUpStores,
  { id: agentId, teamId }: Pick<AgentRow, 'id' | 'teamId'>,
  of: {
    readonly groups?: ReadonlyArray<{ groupId: string; static: boolean; level: number }> | undefined;
    readonly leads?: readonly string[] | undefined;
  },
): Promise<void> {
  const wanted = [...(of.groups ?? []).map(({ groupId }) => groupId), ...(of.leads ?? [])];
  if (wanted.length > 0) {
    const open = new Set<string>();
    for (const { id, closedAt } of await groups.all(teamId)) if (closedAt === null) open.add(id);
    if (wanted.some((id) => !open.has(id))) throw missing('group');
  }
  const changed = new Set<GroupId>();
  if (of.groups) {
    const rows = lastOfEach(of.groups, ({ groupId }) => groupId).map((each) => ({
      teamId,
      groupId: asId<GroupId>(each.groupId),
      agentId,
      static: each.static,
      level: each.level,
    }));
    const before = await groups.membershipsOf(teamId, [agentId]);
    for (const { groupId } of different(before, rows)) changed.add(groupId);
    await groups.setMemberships(teamId, agentId, rows);
  }
  if (of.leads) {
    const rows = [...new Set(of.leads)].map((id) => ({ teamId, groupId: asId<GroupId>(id), agentId }));
    const before = await groups.leadershipsOf(teamId, [agentId]);
    for (const { groupId } of different(before, rows)) changed.add(groupId);
    await groups.setLeaderships(teamId, agentId, rows);
  }
  await groups.raiseVersions(teamId, [...changed]);
}

function lastOfEach<T>(all: readonly T[], keyOf: (each: T) => string): T[] {
  return [...new Map(all.map((each) => [keyOf(each), each])).values()];
}

/** Rows that are only on one side. */
function different<Row extends LeaderRow | MemberRow>(before: readonly Row[], after: readonly Row[]): Row[] {
  const textOf = (row: Row) =>
    `${row.groupId} ${row.agentId} ${'level' in row && `${row.static} ${row.level}`}`;
  const [old, now] = [before, after].map((rows) => new Set(rows.map(textOf)));
  return [
    ...before.filter((row) => now?.has(textOf(row)) === false),
    ...after.filter((row) => old?.has(textOf(row)) === false),
  ];
}
