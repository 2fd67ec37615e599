import { GROUP_RULES } from '../../server/core/model/set-up.ts';
import { overflowNumbersOf, searchGroups } from '../../server/features/set-up/groups-rows.ts';
import { NEW_AGENT } from '../../server/features/set-up/set-up-store.ts';
import type {
  AgentRow,
  AgentStore,
  GroupRow,
  GroupStore,
  LeaderRow,
  MemberRow,
} from '../../server/features/set-up/set-up-store.ts';
import { listSorted } from '../../server/store/cursor.ts';
import { searchKey } from '../../server/store/search-key.ts';
import { insertNew, update } from './memory-rows.ts';

interface PeopleTables {
  agents: AgentRow[];
  groups: GroupRow[];
  members: MemberRow[];
  leaders: LeaderRow[];
}

function byTeam<T extends { teamId: string }>(rows: T[], teamId: string): T[] {
  return rows.filter((row) => row.teamId === teamId);
}

export function memoryAgents(tables: PeopleTables): AgentStore {
  const undeleted = (teamId: string) => byTeam(tables.agents, teamId).filter((row) => row.deletedAt === null);
  return {
    all: async (teamId) => byTeam(tables.agents, teamId),
    search: async (teamId, query) => {
      const key = searchKey(query.q ?? '');
      const found = undeleted(teamId)
        .filter(
          (row) =>
            searchKey(row.name).includes(key) ||
            [row.number, row.username, row.email].some((each) => searchKey(each).startsWith(key)),
        )
        .filter(({ role }) => query.role === undefined || role === query.role)
        .filter(({ active }) => query.active === undefined || active === query.active)
        .filter(({ id }) => belongs(tables.members, id, query.memberOf))
        .filter(({ id }) => belongs(tables.leaders, id, query.leaderOf));
      const columns = {
        number: (row: AgentRow) => row.number,
        name: (row: AgentRow) => searchKey(row.name),
        username: (row: AgentRow) => row.username,
        role: (row: AgentRow) => row.role,
      };
      return listSorted(found, query, columns, ({ id }) => id);
    },
    byId: async (teamId, id) => byTeam(tables.agents, teamId).find((row) => row.id === id) ?? null,
    known: async (teamId, ids) =>
      new Set(
        undeleted(teamId)
          .map(({ id }) => id)
          .filter((id) => ids.includes(id)),
      ),
    byUsername: async (teamId, username) =>
      undeleted(teamId).find((row) => row.username === username) ?? null,
    outsideNumbers: async () =>
      tables.agents
        .filter(({ deletedAt, outsideNumber }) => deletedAt === null && outsideNumber !== null)
        .map(({ teamId, name, outsideNumber }) => ({ teamId, name, number: outsideNumber ?? '' })),
    byNumber: async (teamId, number) => undeleted(teamId).find((row) => row.number === number) ?? null,
    insert: async (row) =>
      insertNew(
        tables.agents,
        { version: 1, deletedAt: null, ...NEW_AGENT, ...row },
        ['id'],
        ['teamId', 'username', 'deletedAt'],
        ['teamId', 'number', 'deletedAt'],
      ),
    update: async (row) => update(tables.agents, row, ['id']),
    replacePassword: async ({ teamId, id }, was, now) => {
      const row = byTeam(tables.agents, teamId).find((each) => each.id === id && each.passwordHash === was);
      if (row === undefined) return false;
      Object.assign(row, { passwordHash: now, passwordMustChange: false, version: row.version + 1 });
      return true;
    },
    raiseVersions: async (teamId, ids) => {
      for (const row of byTeam(tables.agents, teamId)) if (ids.includes(row.id)) row.version += 1;
    },
  };
}

function belongs(rows: readonly LeaderRow[], agentId: string, groupId: string | undefined): boolean {
  return groupId === undefined || rows.some((row) => row.agentId === agentId && row.groupId === groupId);
}

export function memoryGroups(tables: PeopleTables): GroupStore {
  return {
    all: async (teamId) => byTeam(tables.groups, teamId),
    overflowNumbers: async () => overflowNumbersOf(tables.groups.filter(({ closedAt }) => closedAt === null)),
    search: async (teamId, query) => searchGroups(byTeam(tables.groups, teamId), query),
    byId: async (teamId, id) => byTeam(tables.groups, teamId).find((row) => row.id === id) ?? null,
    sizes: async (teamId) => ({
      members: counted(byTeam(tables.members, teamId)),
      leaders: counted(byTeam(tables.leaders, teamId)),
    }),
    members: async (teamId) => byTeam(tables.members, teamId),
    membersOf: async (teamId, groupId) =>
      byTeam(tables.members, teamId).filter((row) => row.groupId === groupId),
    leadersOf: async (teamId, groupId) =>
      byTeam(tables.leaders, teamId).filter((row) => row.groupId === groupId),
    membershipsOf: async (teamId, agentIds) =>
      byTeam(tables.members, teamId).filter((row) => agentIds.includes(row.agentId)),
    leadershipsOf: async (teamId, agentIds) =>
      byTeam(tables.leaders, teamId).filter((row) => agentIds.includes(row.agentId)),
    setMemberships: async (_teamId, agentId, rows) => {
      tables.members = [...tables.members.filter((each) => each.agentId !== agentId), ...rows];
    },
    setLeaderships: async (_teamId, agentId, rows) => {
      tables.leaders = [...tables.leaders.filter((each) => each.agentId !== agentId), ...rows];
    },
    raiseVersions: async (teamId, ids) => {
      for (const row of byTeam(tables.groups, teamId)) if (ids.includes(row.id)) row.version += 1;
    },
    insert: async (row) =>
      insertNew(tables.groups, { version: 1, closedAt: null, successorId: null, ...GROUP_RULES, ...row }, [
        'id',
      ]),
    update: async (row) => update(tables.groups, row, ['id']),
    setMembers: async (_teamId, groupId, rows) => {
      tables.members = [...tables.members.filter((each) => each.groupId !== groupId), ...rows];
    },
    setLeaders: async (_teamId, groupId, rows) => {
      tables.leaders = [...tables.leaders.filter((each) => each.groupId !== groupId), ...rows];
    },
    insertMember: async (row) => insertNew(tables.members, { level: 1, ...row }, ['groupId', 'agentId']),
    leaders: async (teamId) => byTeam(tables.leaders, teamId),
    insertLeader: async (row) => insertNew(tables.leaders, row, ['groupId', 'agentId']),
  };
}

function counted<T extends { groupId: GroupRow['id'] }>(rows: readonly T[]): Map<GroupRow['id'], number> {
  const counts = new Map<GroupRow['id'], number>();
  for (const { groupId } of rows) counts.set(groupId, (counts.get(groupId) ?? 0) + 1);
  return counts;
}
