import { EntitySchema, In, IsNull, Not, type EntityManager } from 'typeorm';
import type { AgentId, GroupId, TeamId } from '../../core/kernel/ids.ts';
import { GROUP_RULES } from '../../core/model/set-up.ts';
import { flag, id, integer, json, milliseconds, nullable, primaryId, text } from '../../store/columns.ts';
import type { RowPage, RowQuery } from '../../core/ports/unit-of-work.ts';
import { listSorted } from '../../store/cursor.ts';
import { searchKey } from '../../store/search-key.ts';
import { insertRows } from '../../store/many-rows.ts';
import { updateVersioned } from '../../store/versioned.ts';
import type {
  DialledNumber,
  GroupStore,
  GroupRow,
  LeaderRow,
  MemberRow,
  NewGroup,
  NewMember,
} from './set-up-store.ts';

/** One that is closed has given its number away, and holds its id in its place. */
interface GroupRecord extends GroupRow {
  releasedNumber: string | null;
}
const Group = new EntitySchema<GroupRecord>({
  name: 'agent_group',
  columns: {
    id: primaryId,
    teamId: id,
    name: text,
    number: text,
    ringMs: milliseconds,
    retryMs: milliseconds,
    acwMode: text,
    acwLimitMs: nullable(milliseconds),
    dialling: text,
    callerId: nullable(text),
    transferReturn: text,
    lastAgent: text,
    transferOutside: flag,
    talkOnMs: milliseconds,
    strategy: text,
    skillSteps: json,
    priority: integer,
    sticky: nullable(json),
    maxWaitMs: nullable(milliseconds),
    maxLength: nullable(integer),
    overflow: nullable(json),
    whenNobody: text,
    whenPaused: text,
    whenBusy: text,
    pauseAfterMissed: nullable(integer),
    announcements: nullable(json),
    sounds: nullable(text),
    serviceLevel: json,
    version: integer,
    closedAt: nullable(milliseconds),
    successorId: nullable(id),
    releasedNumber: nullable(text),
  },
});

const Member = new EntitySchema<MemberRow>({
  name: 'group_member',
  columns: {
    groupId: primaryId,
    agentId: primaryId,
    teamId: id,
    static: { ...flag, name: 'is_static' },
    level: integer,
  },
});

const Leader = new EntitySchema<LeaderRow>({
  name: 'group_leader',
  columns: { groupId: primaryId, agentId: primaryId, teamId: id },
});

export const groupEntities = [Group, Member, Leader];

export class Groups implements GroupStore {
  readonly #manager: EntityManager;
  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  async all(teamId: TeamId): Promise<GroupRow[]> {
    const records = await this.#manager.find(Group, { where: { teamId }, order: { number: 'ASC' } });
    return records.map(rowOf);
  }

  async search(teamId: TeamId, query: RowQuery<'number' | 'name'>): Promise<RowPage<GroupRow>> {
    return searchGroups(await this.all(teamId), query);
  }

  async overflowNumbers(): Promise<DialledNumber[]> {
    const where = { overflow: Not(IsNull()), closedAt: IsNull() };
    const records = await this.#manager.find(Group, {
      select: { teamId: true, name: true, overflow: true },
      where,
    });
    return overflowNumbersOf(records);
  }

  async byId(teamId: TeamId, groupId: GroupId): Promise<GroupRow | null> {
    const record = await this.#manager.findOneBy(Group, { teamId, id: groupId });
    return record && rowOf(record);
  }

  async sizes(teamId: TeamId): Promise<{ members: Map<GroupId, number>; leaders: Map<GroupId, number> }> {
    return { members: await this.#counted(Member, teamId), leaders: await this.#counted(Leader, teamId) };
  }

  async #counted(schema: typeof Member | typeof Leader, teamId: TeamId): Promise<Map<GroupId, number>> {
    const counted = await this.#manager
      .createQueryBuilder<LeaderRow>(schema as typeof Leader, 'b')
      .select('b.groupId', 'groupId')
      .addSelect('COUNT(*)', 'count')
      .where('b.teamId = :teamId', { teamId })
      .groupBy('b.groupId')
      .getRawMany<{ groupId: GroupId; count: string | number }>();
    return new Map(counted.map(({ groupId, count }) => [groupId, Number(count)]));
  }

  membersOf(teamId: TeamId, groupId: GroupId): Promise<MemberRow[]> {
    return this.#manager.find(Member, { where: { teamId, groupId }, order: { agentId: 'ASC' } });
  }

  leadersOf(teamId: TeamId, groupId: GroupId): Promise<LeaderRow[]> {
    return this.#manager.find(Leader, { where: { teamId, groupId }, order: { agentId: 'ASC' } });
  }

  membershipsOf(teamId: TeamId, agentIds: readonly AgentId[]): Promise<MemberRow[]> {
    return this.#manager.find(Member, {
      where: { teamId, agentId: In([...agentIds]) },
      order: { groupId: 'ASC' },
    });
  }

  leadershipsOf(teamId: TeamId, agentIds: readonly AgentId[]): Promise<LeaderRow[]> {
    return this.#manager.find(Leader, {
      where: { teamId, agentId: In([...agentIds]) },
      order: { groupId: 'ASC' },
    });
  }

  async setMemberships(teamId: TeamId, agentId: AgentId, members: readonly MemberRow[]): Promise<void> {
    await this.#manager.delete(Member, { teamId, agentId });
    await insertRows(this.#manager, Member, members, { by: ['groupId', 'agentId'] });
  }

  async setLeaderships(teamId: TeamId, agentId: AgentId, leaders: readonly LeaderRow[]): Promise<void> {
    await this.#manager.delete(Leader, { teamId, agentId });
    await insertRows(this.#manager, Leader, leaders, { by: ['groupId', 'agentId'] });
  }

  async raiseVersions(teamId: TeamId, ids: readonly GroupId[]): Promise<void> {
    if (ids.length > 0) await this.#manager.increment(Group, { teamId, id: In([...ids]) }, 'version', 1);
  }

  members(teamId: TeamId): Promise<MemberRow[]> {
    return this.#manager.find(Member, { where: { teamId }, order: { groupId: 'ASC', agentId: 'ASC' } });
  }

  async insert(group: NewGroup): Promise<void> {
    await this.#manager.insert(Group, { version: 1, ...GROUP_RULES, ...group });
  }

  update(group: GroupRow): Promise<boolean> {
    const { id: groupId, teamId, version, ...columns } = group;
    const released = group.closedAt === null ? {} : { number: groupId, releasedNumber: group.number };
    return updateVersioned(
      this.#manager,
      Group,
      { id: groupId, teamId, version },
      { ...columns, ...released },
    );
  }

  async setMembers(teamId: TeamId, groupId: GroupId, members: readonly MemberRow[]): Promise<void> {
    await this.#manager.delete(Member, { teamId, groupId });
    await insertRows(this.#manager, Member, members, { by: ['groupId', 'agentId'] });
  }

  async setLeaders(teamId: TeamId, groupId: GroupId, leaders: readonly LeaderRow[]): Promise<void> {
    await this.#manager.delete(Leader, { teamId, groupId });
    await insertRows(this.#manager, Leader, leaders, { by: ['groupId', 'agentId'] });
  }

  async insertMember(member: NewMember): Promise<void> {
    await this.#manager.insert(Member, { level: 1, ...member });
  }

  leaders(teamId: TeamId): Promise<LeaderRow[]> {
    return this.#manager.find(Leader, { where: { teamId }, order: { groupId: 'ASC', agentId: 'ASC' } });
  }

  async insertLeader(leader: LeaderRow): Promise<void> {
    await this.#manager.insert(Leader, leader);
  }
}

function rowOf({ releasedNumber, ...group }: GroupRecord): GroupRow {
  return { ...group, number: releasedNumber ?? group.number };
}

/** A team has few enough groups to look through. */
export function searchGroups(
  rows: readonly GroupRow[],
  query: RowQuery<'number' | 'name'>,
): RowPage<GroupRow> {
  const key = searchKey(query.q ?? '');
  const found = rows.filter(
    ({ closedAt, name, number }) =>
      closedAt === null && (searchKey(name).includes(key) || number.startsWith(key)),
  );
  const columns = { number: (row: GroupRow) => row.number, name: (row: GroupRow) => searchKey(row.name) };
  return listSorted(found, query, columns, ({ id }) => id);
}

export function overflowNumbersOf(
  groups: ReadonlyArray<Pick<GroupRow, 'teamId' | 'name' | 'overflow'>>,
): DialledNumber[] {
  return groups.flatMap(({ teamId, name, overflow }) =>
    overflow?.to.kind === 'number' ? [{ teamId, name, number: overflow.to.number }] : [],
  );
}
