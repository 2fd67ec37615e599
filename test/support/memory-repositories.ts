import { chineseNumbers } from '../../server/core/kernel/number/numbers.ts';
import type { AgentId } from '../../server/core/kernel/ids.ts';
import { StorageError, type RowPage } from '../../server/core/ports/unit-of-work.ts';
import { decodeCursor, pageOf } from '../../server/store/cursor.ts';
import type {
  AgentRow,
  GroupRow,
  LeaderRow,
  MemberRow,
  PhoneRow,
  ReasonRow,
  RouteRow,
  TeamRow,
} from '../../server/features/set-up/set-up-store.ts';
import type {
  BrowserPhoneRow,
  CallRow,
  JournalRow,
  LegRow,
  PresenceRow,
  SetAsideRow,
} from '../../server/core/ports/live-store.ts';
import type { CustomerRow } from '../../server/features/customers/customers-store.ts';
import type { Repositories } from '../../server/start/tables.ts';
import type { SessionRow } from '../../server/features/sessions/sessions-store.ts';

export interface Tables {
  teams: TeamRow[];
  reasons: ReasonRow[];
  routes: RouteRow[];
  phones: PhoneRow[];
  agents: AgentRow[];
  groups: GroupRow[];
  members: MemberRow[];
  leaders: LeaderRow[];
  sessions: SessionRow[];
  tokenIds: Array<{ teamId: string; jti: string; expiresAt: number }>;
  customers: Array<{ row: CustomerRow; comparable: string[] }>;
  calls: Array<{ call: CallRow; legs: LegRow[] }>;
  presences: PresenceRow[];
  browserPhones: BrowserPhoneRow[];
  journal: JournalRow[];
  setAside: SetAsideRow[];
}

export function repositories(tables: Tables): Repositories {
  const byTeam = <T extends { teamId: string }>(rows: T[], teamId: string): T[] =>
    rows.filter((row) => row.teamId === teamId);
  return {
    teams: {
      all: async () => tables.teams,
      byId: async (id) => tables.teams.find((row) => row.id === id) ?? null,
      bySlug: async (slug) => tables.teams.find((row) => row.slug === slug) ?? null,
      insert: async (row) => insertNew(tables.teams, row, ['id'], ['slug']),
      setAllowedOrigins: async (id, allowedOrigins) => {
        tables.teams = tables.teams.map((row) => (row.id === id ? { ...row, allowedOrigins } : row));
      },
      reasons: async (teamId) => byTeam(tables.reasons, teamId).toSorted((a, b) => a.position - b.position),
      insertReason: async (row) => insertNew(tables.reasons, row, ['id']),
      route: async (number) => tables.routes.find((row) => row.number === number) ?? null,
      insertRoute: async (row) => insertNew(tables.routes, row, ['number']),
      phones: async (teamId) => byTeam(tables.phones, teamId).toSorted((a, b) => compare(a.name, b.name)),
      insertPhone: async (row) => insertNew(tables.phones, row, ['endpointId'], ['username']),
    },
    agents: {
      all: async (teamId) => byTeam(tables.agents, teamId),
      byId: async (teamId, id) => byTeam(tables.agents, teamId).find((row) => row.id === id) ?? null,
      byUsername: async (teamId, username) =>
        byTeam(tables.agents, teamId).find((row) => row.username === username) ?? null,
      byNumber: async (teamId, number) =>
        byTeam(tables.agents, teamId).find((row) => row.number === number) ?? null,
      insert: async (row) =>
        insertNew(tables.agents, row, ['id'], ['teamId', 'username'], ['teamId', 'number']),
    },
    groups: {
      all: async (teamId) => byTeam(tables.groups, teamId),
      members: async (teamId) => byTeam(tables.members, teamId),
      insert: async (row) => insertNew(tables.groups, row, ['id']),
      insertMember: async (row) => insertNew(tables.members, row, ['groupId', 'agentId']),
      leaders: async (teamId) => byTeam(tables.leaders, teamId),
      insertLeader: async (row) => insertNew(tables.leaders, row, ['groupId', 'agentId']),
    },
    sessions: {
      insert: async (row) => {
        if (!tables.agents.some(({ id }) => id === row.agentId))
          throw new StorageError('broken-reference', row.agentId);
        insertNew(tables.sessions, row, ['id'], ['tokenHash']);
      },
      byTokenHash: async (hash) => tables.sessions.find((row) => row.tokenHash === hash) ?? null,
      revoke: async (id, at) => {
        for (const row of tables.sessions) if (row.id === id) row.revokedAt ??= at;
      },
      open: async (teamId, agentId, now) =>
        tables.sessions
          .filter((row) => row.teamId === teamId && row.agentId === agentId)
          .filter((row) => row.revokedAt === null && row.expiresAt > now)
          .toSorted((a, b) => a.createdAt - b.createdAt)
          .map(({ id }) => id),
      useTokenId: async (teamId, jti, expiresAt) => {
        if (tables.tokenIds.some((used) => used.teamId === teamId && used.jti === jti)) return false;
        tables.tokenIds.push({ teamId, jti, expiresAt });
        return true;
      },
      deleteExpired: async (before) => {
        tables.sessions = tables.sessions.filter((row) => row.expiresAt >= before);
        tables.tokenIds = tables.tokenIds.filter((used) => used.expiresAt >= before);
      },
    },
    customers: {
      byId: async (teamId, id) =>
        tables.customers.find(({ row }) => row.teamId === teamId && row.id === id)?.row ?? null,
      byNumber: async (teamId, comparable) =>
        tables.customers
          .filter((each) => each.row.teamId === teamId && each.comparable.includes(comparable))
          .map(({ row }) => row)
          .filter(() => comparable !== '')
          .toSorted((a, b) => a.createdAt - b.createdAt || compare(a.id, b.id)),
      search: async (teamId, q, cursor, limit) =>
        newest(
          tables.customers
            .filter(({ row }) => row.teamId === teamId)
            .filter((each) => q === null || matches(each, q))
            .map(({ row }) => row),
          (row) => ({ time: row.createdAt, id: row.id }),
          cursor,
          limit,
        ),
      insert: async (row, comparable) => {
        refuseTaken(
          tables.customers.map((each) => each.row),
          row,
          ['id'],
        );
        tables.customers.push({ row, comparable });
      },
      update: async (row, comparable, expectedVersion) => {
        const found = tables.customers.find((each) => each.row.id === row.id);
        if (found?.row.teamId !== row.teamId || found.row.version !== expectedVersion) return false;
        found.row = row;
        found.comparable = comparable;
        return true;
      },
    },
    calls: {
      retract: async (teamId, id) => {
        tables.calls = tables.calls.filter(({ call }) => call.teamId !== teamId || call.id !== id);
      },
      save: async (call, legs) => saveCall(tables, call, legs),
      saveAll: async (calls) => {
        for (const { call, legs } of calls) saveCall(tables, call, legs);
      },
      byId: async (teamId, id) =>
        tables.calls.find(({ call }) => call.teamId === teamId && call.id === id) ?? null,
      open: async () =>
        tables.calls
          .map(({ call }) => call)
          .filter((call) => call.endedAt === null)
          .toSorted((a, b) => a.startedAt - b.startedAt || compare(a.id, b.id)),
      history: async (teamId, { agentId, side, customer, groups }, cursor, limit) =>
        newest(
          tables.calls
            .filter(({ call }) => call.teamId === teamId)
            .filter(({ call }) => agentId === null || call.agentIds.includes(agentId))
            .filter(({ call }) => customer === null || isOf(call, customer))
            .filter(({ call }) => !groups || call.groupId === null || groups.includes(call.groupId))
            .filter((each) => side === null || side === sideOf(each, agentId))
            .map(({ call }) => call),
          (call) => ({ time: call.startedAt, id: call.id }),
          cursor,
          limit,
        ),
      hasHistory: async (teamId, agentId, comparable) =>
        tables.calls.some(
          ({ call }) =>
            call.teamId === teamId &&
            call.agentIds.includes(agentId) &&
            comparable !== '' &&
            chineseNumbers.comparableNumber(call.number) === comparable,
        ),
      setCustomer: async (teamId, id, customerId) => {
        for (const { call } of tables.calls) {
          if (call.teamId === teamId && call.id === id) call.customerId = customerId;
        }
      },
    },
    presence: {
      all: async (teamId) => byTeam(tables.presences, teamId),
      saveAll: async (rows) => {
        const saved = new Set(rows.map((row) => row.agentId));
        tables.presences = [...tables.presences.filter((each) => !saved.has(each.agentId)), ...rows];
      },
    },
    browserPhones: {
      all: async (teamId) => byTeam(tables.browserPhones, teamId),
      save: async (row) => {
        tables.browserPhones = [...tables.browserPhones.filter((each) => each.agentId !== row.agentId), row];
      },
      remove: async (teamId, endpointId) => {
        tables.browserPhones = tables.browserPhones.filter(
          (each) => each.teamId !== teamId || each.endpointId !== endpointId,
        );
      },
    },
    journal: {
      retract: async (rows) => {
        const gone = new Set(rows.map((row) => `${row.subject}/${row.sequence}`));
        tables.journal = tables.journal.filter((row) => !gone.has(`${row.subject}/${row.sequence}`));
      },
      append: async (rows) => {
        for (const row of rows) {
          refuseTaken(tables.journal, row, ['subject', 'sequence']);
          tables.journal.push(row);
        }
      },
      of: async (teamId, subject) =>
        byTeam(tables.journal, teamId)
          .filter((row) => row.subject === subject)
          .toSorted((a, b) => a.sequence - b.sequence),
    },
    setAside: {
      append: async (rows) => {
        const saved = new Set(rows.map((row) => row.id));
        tables.setAside = [...tables.setAside.filter((each) => !saved.has(each.id)), ...rows];
      },
      all: async () => tables.setAside.toSorted((a, b) => a.time - b.time || compare(a.id, b.id)),
    },
  };
}

function saveCall(tables: Tables, call: CallRow, legs: readonly LegRow[]): void {
  const before = tables.calls.find((each) => each.call.id === call.id);
  const others = (before?.legs ?? []).filter(({ id }) => !legs.some((leg) => leg.id === id));
  const saved = [...others, ...legs].toSorted((a, b) => a.startedAt - b.startedAt || compare(a.id, b.id));
  tables.calls = [...tables.calls.filter((each) => each !== before), { call, legs: saved }];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function insertNew<T>(rows: T[], row: T, ...keys: ReadonlyArray<ReadonlyArray<keyof T>>): void {
  for (const key of keys) refuseTaken(rows, row, key);
  rows.push(row);
}

function refuseTaken<T>(rows: readonly T[], row: T, key: ReadonlyArray<keyof T>): void {
  if (rows.some((each) => key.every((column) => each[column] === row[column])))
    throw new StorageError('duplicate', key.join());
}

function newest<T>(
  rows: T[],
  position: (row: T) => { time: number; id: string },
  cursor: string | null,
  limit: number,
): RowPage<T> {
  const order = (a: { time: number; id: string }, b: { time: number; id: string }): number =>
    b.time - a.time || compare(b.id, a.id);
  const after = cursor === null ? null : decodeCursor(cursor);
  const sorted = rows
    .filter((row) => after === null || order(after, position(row)) < 0)
    .toSorted((a, b) => order(position(a), position(b)));
  return pageOf(sorted, limit, position);
}

/** The beginning of a name, a company or a number. */
function matches({ row, comparable }: { row: CustomerRow; comparable: string[] }, q: string): boolean {
  const key = (text: string): string => text.normalize('NFKC').toLowerCase().trim();
  if (key(q) === '') return true;
  const digits = [chineseNumbers.comparableNumber(q), q.replace(/\D/g, '').replace(/^0+/, '')];
  const number = comparable.some((each) => digits.some((start) => start !== '' && each.startsWith(start)));
  return key(row.name).startsWith(key(q)) || key(row.company).startsWith(key(q)) || (/\d/.test(q) && number);
}

function isOf(call: CallRow, customer: { id: string; comparable: string[] }): boolean {
  if (call.customerId !== null) return call.customerId === customer.id;
  const number = chineseNumbers.comparableNumber(call.number);
  return call.direction !== 'internal' && customer.comparable.includes(number);
}

function sideOf(
  { call, legs }: { call: CallRow; legs: LegRow[] },
  agentId: AgentId | null,
): 'inbound' | 'outbound' {
  if (call.direction !== 'internal' || agentId === null)
    return call.direction === 'outbound' ? 'outbound' : 'inbound';
  return legs.some((leg) => leg.agentId === agentId && leg.role === 'peer') ? 'inbound' : 'outbound';
}
