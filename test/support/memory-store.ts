import { chineseNumbers } from '../../server/core/number/numbers.ts';
import type {
  AgentRow,
  BrowserPhoneRow,
  CallRow,
  CustomerRow,
  GroupRow,
  JournalRow,
  LegRow,
  MemberRow,
  PhoneRow,
  PresenceRow,
  ReasonRow,
  Repositories,
  RouteRow,
  RowPage,
  SessionRow,
  TeamRow,
} from '../../server/core/ports/repositories.ts';
import { StorageError, type RunOptions, type UnitOfWork } from '../../server/core/ports/unit-of-work.ts';

interface Tables {
  teams: TeamRow[];
  reasons: ReasonRow[];
  routes: RouteRow[];
  phones: PhoneRow[];
  agents: AgentRow[];
  groups: GroupRow[];
  members: MemberRow[];
  sessions: SessionRow[];
  tokenIds: string[];
  customers: Array<{ row: CustomerRow; comparable: string[] }>;
  calls: Array<{ call: CallRow; legs: LegRow[] }>;
  presences: PresenceRow[];
  browserPhones: BrowserPhoneRow[];
  journal: JournalRow[];
}

/** A database in memory with real transactions: runs are serialised, and one that throws leaves nothing behind. */
export class MemoryStore implements UnitOfWork {
  tables: Tables = {
    teams: [],
    reasons: [],
    routes: [],
    phones: [],
    agents: [],
    groups: [],
    members: [],
    sessions: [],
    tokenIds: [],
    customers: [],
    calls: [],
    presences: [],
    browserPhones: [],
    journal: [],
  };
  /** Runs that fail at their end, after having written, from now on. */
  failures = 0;
  #tail: Promise<unknown> = Promise.resolve();

  /** Another program holds the lock: what only reads goes on, what writes waits until it has no more time. */
  stalled = false;
  /** Commits that are kept and reported as broken, from now on: the connection ends before the answer. */
  brokenCommits = 0;

  run<T>(fn: (repositories: Repositories) => Promise<T>, { signal }: RunOptions = {}): Promise<T> {
    if (this.stalled) return this.#stall(fn, signal);
    const result = this.#tail.then(async () => {
      const working = structuredClone(this.tables);
      const value = await fn(repositories(working));
      if (this.failures > 0) {
        this.failures -= 1;
        throw new Error('disk full');
      }
      // JSON is what a database keeps of a snapshot.
      this.tables = JSON.parse(JSON.stringify(working)) as Tables;
      if (this.brokenCommits > 0) {
        this.brokenCommits -= 1;
        throw new StorageError('unavailable', 'the connection broke', { uncertain: true });
      }
      return value;
    });
    this.#tail = result.catch(() => undefined);
    return result;
  }

  async #stall<T>(fn: (repositories: Repositories) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const working = structuredClone(this.tables);
    const value = await fn(repositories(working));
    if (JSON.stringify(working) === JSON.stringify(this.tables)) return value;
    return new Promise((_resolve, reject) => {
      const late = () => reject(new StorageError('unavailable', 'late'));
      if (signal?.aborted === true) late();
      signal?.addEventListener('abort', late);
    });
  }
}

function repositories(tables: Tables): Repositories {
  const byTeam = <T extends { teamId: string }>(rows: T[], teamId: string): T[] =>
    rows.filter((row) => row.teamId === teamId);
  return {
    teams: {
      all: async () => tables.teams,
      byId: async (id) => tables.teams.find((row) => row.id === id) ?? null,
      bySlug: async (slug) => tables.teams.find((row) => row.slug === slug) ?? null,
      insert: async (row) => void tables.teams.push(row),
      setAllowedOrigins: async (id, allowedOrigins) => {
        tables.teams = tables.teams.map((row) => (row.id === id ? { ...row, allowedOrigins } : row));
      },
      reasons: async (teamId) => byTeam(tables.reasons, teamId),
      insertReason: async (row) => void tables.reasons.push(row),
      route: async (number) => tables.routes.find((row) => row.number === number) ?? null,
      insertRoute: async (row) => void tables.routes.push(row),
      phones: async (teamId) => byTeam(tables.phones, teamId),
      insertPhone: async (row) => void tables.phones.push(row),
    },
    agents: {
      all: async (teamId) => byTeam(tables.agents, teamId),
      byId: async (teamId, id) => byTeam(tables.agents, teamId).find((row) => row.id === id) ?? null,
      byUsername: async (teamId, username) =>
        byTeam(tables.agents, teamId).find((row) => row.username === username) ?? null,
      byNumber: async (teamId, number) =>
        byTeam(tables.agents, teamId).find((row) => row.number === number) ?? null,
      insert: async (row) => void tables.agents.push(row),
    },
    groups: {
      all: async (teamId) => byTeam(tables.groups, teamId),
      members: async (teamId) => byTeam(tables.members, teamId),
      insert: async (row) => void tables.groups.push(row),
      insertMember: async (row) => void tables.members.push(row),
    },
    sessions: {
      insert: async (row) => void tables.sessions.push(row),
      byTokenHash: async (hash) => tables.sessions.find((row) => row.tokenHash === hash) ?? null,
      revoke: async (id, at) => {
        for (const row of tables.sessions) if (row.id === id) row.revokedAt = at;
      },
      open: async (teamId, agentId, now) =>
        tables.sessions
          .filter((row) => row.teamId === teamId && row.agentId === agentId)
          .filter((row) => row.revokedAt === null && row.expiresAt > now)
          .toSorted((a, b) => a.createdAt - b.createdAt)
          .map(({ id }) => id),
      useTokenId: async (teamId, jti) => {
        const key = `${teamId}/${jti}`;
        if (tables.tokenIds.includes(key)) return false;
        tables.tokenIds.push(key);
        return true;
      },
      deleteExpired: async (before) => {
        tables.sessions = tables.sessions.filter((row) => row.expiresAt >= before);
      },
    },
    customers: {
      byId: async (teamId, id) =>
        tables.customers.find(({ row }) => row.teamId === teamId && row.id === id)?.row ?? null,
      byNumber: async (teamId, comparable) =>
        tables.customers
          .filter((each) => each.row.teamId === teamId && each.comparable.includes(comparable))
          .map(({ row }) => row),
      search: async (teamId, q, _cursor, limit) =>
        page(
          tables.customers
            .map(({ row }) => row)
            .filter((row) => row.teamId === teamId && (q === null || row.name.startsWith(q))),
          limit,
        ),
      insert: async (row, comparable) => void tables.customers.push({ row, comparable }),
      update: async (row, comparable, expectedVersion) => {
        const found = tables.customers.find((each) => each.row.id === row.id);
        if (!found || found.row.version !== expectedVersion) return false;
        found.row = row;
        found.comparable = comparable;
        return true;
      },
    },
    calls: {
      retract: async (teamId, id) => {
        tables.calls = tables.calls.filter(({ call }) => call.teamId !== teamId || call.id !== id);
      },
      save: async (call, legs) => {
        tables.calls = [...tables.calls.filter((each) => each.call.id !== call.id), { call, legs }];
      },
      byId: async (teamId, id) =>
        tables.calls.find(({ call }) => call.teamId === teamId && call.id === id) ?? null,
      open: async () => tables.calls.map(({ call }) => call).filter((call) => call.endedAt === null),
      history: async (teamId, { agentId, side, customer }, _cursor, limit) =>
        page(
          tables.calls
            .map(({ call }) => call)
            .filter((call) => call.teamId === teamId)
            .filter((call) => agentId === null || call.agentIds.includes(agentId))
            .filter((call) => customer === null || call.customerId === customer.id)
            .filter((call) => side === null || (side === 'outbound') === (call.direction === 'outbound')),
          limit,
        ),
      hasHistory: async (teamId, agentId, comparable) =>
        tables.calls.some(
          ({ call }) =>
            call.teamId === teamId &&
            call.agentIds.includes(agentId) &&
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
      save: async (row) => {
        tables.presences = [...tables.presences.filter((each) => each.agentId !== row.agentId), row];
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
          const taken = tables.journal.some(
            (each) => each.subject === row.subject && each.sequence === row.sequence,
          );
          if (taken) throw new Error(`sequence ${row.sequence} of ${row.subject} is taken`);
          tables.journal.push(row);
        }
      },
      of: async (teamId, subject) => byTeam(tables.journal, teamId).filter((row) => row.subject === subject),
    },
  };
}

function page<T>(rows: T[], limit: number): RowPage<T> {
  return { items: rows.slice(0, limit), next: null };
}
