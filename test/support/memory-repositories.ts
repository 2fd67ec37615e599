import { searchApiKeys } from '../../server/features/api-keys/api-keys-rows.ts';
import type { ApiKeyRow } from '../../server/features/api-keys/api-keys-store.ts';
import { searchPhones } from '../../server/features/set-up/phones-rows.ts';
import { searchFields } from '../../server/features/set-up/fields-rows.ts';
import { searchBindings } from '../../server/features/set-up/bindings-rows.ts';
import { searchLabelled } from '../../server/features/set-up/labelled-rows.ts';
import { searchReasons, searchRoutes } from '../../server/features/set-up/teams-rows.ts';
import { chineseNumbers } from '../../server/core/kernel/number/numbers.ts';
import { StorageError } from '../../server/core/ports/unit-of-work.ts';
import type {
  AgentRow,
  GroupRow,
  LeaderRow,
  MemberRow,
  PhoneRow,
  FieldRow,
  BindingRow,
  LinkRow,
  ReasonRow,
  RoleRow,
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
import type { JobRow } from '../../server/core/ports/jobs.ts';
import type { AnswerRow } from '../../server/features/answers/answers-store.ts';
import { NEW_REASON } from '../../server/core/model/set-up.ts';
import { NEW_TEAM } from '../../server/features/set-up/set-up-store.ts';
import type { SetupLinkRow } from '../../server/features/first-set-up/first-set-up-store.ts';
import type { PasswordResetRow } from '../../server/features/password-resets/password-resets-store.ts';
import type { LoginChallengeRow } from '../../server/features/login-challenges/login-challenges-store.ts';
import type { PasskeyRow } from '../../server/features/passkeys/passkeys-store.ts';
import type { SignOnRow } from '../../server/features/single-sign-on/single-sign-on-store.ts';
import { memorySignOn } from './memory-sign-on.ts';
import type { SecondFactorRow } from '../../server/features/second-factors/second-factors-store.ts';
import type { ContactRow } from '../../server/features/contacts/contacts-store.ts';
import { memoryCalls } from './memory-calls.ts';
import { memoryContacts } from './memory-contacts.ts';
import { memoryAnswers } from './memory-answers.ts';
import type { AuditRow } from '../../server/features/audit/audit-store.ts';
import { memoryJobs } from './memory-jobs.ts';
import type { AgentSpanRow, CallPartRow } from '../../server/core/ports/facts.ts';
import { memoryAgents, memoryGroups } from './memory-people.ts';
import { listSorted } from '../../server/store/cursor.ts';
import { compare, newest, insertNew, refuseTaken, update } from './memory-rows.ts';
import { memoryOutbox, type MemoryOutboxRow } from './memory-outbox.ts';
import type { CustomerRow } from '../../server/features/customers/customers-store.ts';
import { memoryLeases, type LeaseTables } from './memory-leases.ts';
import { memoryWebhooks, type WebhookTables } from './memory-webhooks.ts';
import type { Repositories } from '../../server/start/tables.ts';
import type { SessionRow } from '../../server/features/sessions/sessions-store.ts';

export interface Tables extends LeaseTables, WebhookTables {
  teams: TeamRow[];
  reasons: ReasonRow[];
  routes: RouteRow[];
  phones: PhoneRow[];
  roles: RoleRow[];
  fields: FieldRow[];
  links: LinkRow[];
  bindings: BindingRow[];
  setupLinks: SetupLinkRow[];
  apiKeys: ApiKeyRow[];
  agents: AgentRow[];
  groups: GroupRow[];
  members: MemberRow[];
  leaders: LeaderRow[];
  sessions: SessionRow[];
  passwordResets: PasswordResetRow[];
  secondFactors: SecondFactorRow[];
  signOn: SignOnRow[];
  passkeys: PasskeyRow[];
  loginChallenges: LoginChallengeRow[];
  tokenIds: Array<{ teamId: string; jti: string; expiresAt: number }>;
  customers: Array<{ row: CustomerRow; comparable: string[] }>;
  calls: Array<{ call: CallRow; legs: LegRow[] }>;
  presences: PresenceRow[];
  browserPhones: BrowserPhoneRow[];
  journal: JournalRow[];
  setAside: SetAsideRow[];
  jobs: JobRow[];
  spans: AgentSpanRow[];
  parts: CallPartRow[];
  outbox: MemoryOutboxRow[];
  subscriptions: Record<string, readonly string[]>;
  audit: AuditRow[];
  answers: AnswerRow[];
  contacts: ContactRow[];
}

export function repositories(tables: Tables, now: () => number): Repositories {
  const byTeam = <T extends { teamId: string }>(rows: T[], teamId: string): T[] =>
    rows.filter((row) => row.teamId === teamId);
  return {
    teams: {
      all: async () => tables.teams,
      byId: async (id) => tables.teams.find((row) => row.id === id) ?? null,
      bySlug: async (slug) => tables.teams.find((row) => row.slug === slug) ?? null,
      insert: async (row) => insertNew(tables.teams, { ...NEW_TEAM, ...row }, ['id'], ['slug']),
      raiseSetUpVersion: async (id) => {
        for (const row of tables.teams) if (row.id === id) row.setUpVersion += 1;
      },
      setAllowedOrigins: async (id, allowedOrigins) => {
        tables.teams = tables.teams.map((row) => (row.id === id ? { ...row, allowedOrigins } : row));
      },
      setEmbedSecret: async (id, secrets) => {
        tables.teams = tables.teams.map((row) => (row.id === id ? { ...row, ...secrets } : row));
      },
      setRules: async (id, rules) => {
        tables.teams = tables.teams.map((row) => (row.id === id ? { ...row, ...rules } : row));
      },
      reasons: async (teamId) => byTeam(tables.reasons, teamId).toSorted((a, b) => a.position - b.position),
      searchReasons: async (teamId, query) => searchReasons(byTeam(tables.reasons, teamId), query),
      insertReason: async (row) =>
        insertNew(tables.reasons, { version: 1, deletedAt: null, ...NEW_REASON, ...row }, ['id']),
      updateReason: async (row) => update(tables.reasons, row, ['id']),
      route: async (number) => tables.routes.find((row) => row.number === number) ?? null,
      routesEndingIn: async (digits) => tables.routes.filter(({ number }) => number.endsWith(digits)),
      routes: async (teamId) => byTeam(tables.routes, teamId),
      searchRoutes: async (teamId, query) => searchRoutes(byTeam(tables.routes, teamId), query),
      insertRoute: async (row) => insertNew(tables.routes, { version: 1, priority: 0, ...row }, ['number']),
      updateRoute: async (row) => update(tables.routes, row, ['number']),
      deleteRoute: async ({ number }) => {
        tables.routes = tables.routes.filter((row) => row.number !== number);
      },
    },
    agents: memoryAgents(tables),
    groups: memoryGroups(tables),
    phones: {
      all: async (teamId) => byTeam(tables.phones, teamId).toSorted((a, b) => compare(a.name, b.name)),
      search: async (teamId, query) => searchPhones(byTeam(tables.phones, teamId), query),
      byId: async (teamId, id) => byTeam(tables.phones, teamId).find((row) => row.endpointId === id) ?? null,
      insert: async (row) => insertNew(tables.phones, { version: 1, ...row }, ['endpointId'], ['username']),
      update: async (row) => update(tables.phones, row, ['endpointId']),
      remove: async ({ endpointId }) => {
        tables.phones = tables.phones.filter((row) => row.endpointId !== endpointId);
      },
    },
    fields: {
      all: async (teamId) => byTeam(tables.fields, teamId).toSorted((a, b) => a.position - b.position),
      search: async (teamId, query) => searchFields(byTeam(tables.fields, teamId), query),
      insert: async (row) => insertNew(tables.fields, row, ['id']),
      update: async (row) => update(tables.fields, row, ['id']),
    },
    links: {
      all: async (teamId) => byTeam(tables.links, teamId).toSorted((a, b) => a.position - b.position),
      search: async (teamId, query) => searchLabelled(byTeam(tables.links, teamId), query),
      insert: async (row) => insertNew(tables.links, row, ['id']),
      update: async (row) => update(tables.links, row, ['id']),
      remove: async ({ id }) => {
        tables.links = tables.links.filter((row) => row.id !== id);
      },
    },
    bindings: {
      all: async (teamId) => byTeam(tables.bindings, teamId).toSorted((a, b) => a.position - b.position),
      search: async (teamId, query) => searchBindings(byTeam(tables.bindings, teamId), query),
      insert: async (row) => insertNew(tables.bindings, row, ['id']),
      update: async (row) => update(tables.bindings, row, ['id']),
      remove: async ({ id }) => {
        tables.bindings = tables.bindings.filter((row) => row.id !== id);
      },
    },
    roles: {
      all: async (teamId) => byTeam(tables.roles, teamId),
      byId: async (teamId, id) => byTeam(tables.roles, teamId).find((row) => row.id === id) ?? null,
      insert: async (row) => insertNew(tables.roles, row, ['id']),
      update: async (row) => update(tables.roles, row, ['id']),
      remove: async ({ id }) => {
        tables.roles = tables.roles.filter((row) => row.id !== id);
      },
    },
    setupLinks: {
      set: async (link) => {
        tables.setupLinks = link ? [link] : [];
      },
      byHash: async (hash) => tables.setupLinks.find(({ tokenHash }) => tokenHash === hash) ?? null,
    },
    apiKeys: {
      search: async (teamId, query) => searchApiKeys(byTeam(tables.apiKeys, teamId), query),
      byId: async (teamId, id) => byTeam(tables.apiKeys, teamId).find((row) => row.id === id) ?? null,
      byPrefix: async (prefix) => tables.apiKeys.find((row) => row.prefix === prefix) ?? null,
      insert: async (row) => insertNew(tables.apiKeys, row, ['id'], ['prefix']),
      update: async (row) => update(tables.apiKeys, row, ['id']),
      used: async (_teamId, id, lastUsedAt) => {
        tables.apiKeys = tables.apiKeys.map((row) => (row.id === id ? { ...row, lastUsedAt } : row));
      },
    },
    ...memorySignOn(tables),
    secondFactors: {
      byAgent: async (teamId, agentId) =>
        tables.secondFactors.find((row) => row.teamId === teamId && row.agentId === agentId) ?? null,
      set: async (row) => {
        tables.secondFactors = [...tables.secondFactors.filter((each) => each.agentId !== row.agentId), row];
      },
      takeStep: async (agentId, step) => {
        const row = tables.secondFactors.find((each) => each.agentId === agentId && each.lastStep < step);
        if (row) row.lastStep = step;
        return row !== undefined;
      },
      keepRecovery: async (agentId, was, now) => {
        const row = tables.secondFactors.find(
          (each) => each.agentId === agentId && JSON.stringify(each.recovery) === JSON.stringify(was),
        );
        if (row) row.recovery = [...now];
        return row !== undefined;
      },
      countAttempt: async (agentId, now, oldest) => {
        const row = tables.secondFactors.find((each) => each.agentId === agentId);
        if (row === undefined) return;
        if (row.wrongSince <= oldest) Object.assign(row, { wrongCodes: 0, wrongSince: now });
        row.wrongCodes += 1;
      },
      uncountAttempt: async (agentId) => {
        const row = tables.secondFactors.find((each) => each.agentId === agentId);
        if (row !== undefined) row.wrongCodes -= 1;
      },
      remove: async (teamId, agentId) => {
        const before = tables.secondFactors.length;
        tables.secondFactors = tables.secondFactors.filter(
          (row) => row.teamId !== teamId || row.agentId !== agentId,
        );
        return tables.secondFactors.length < before;
      },
    },
    passwordResets: {
      set: async (link) => {
        tables.passwordResets = [
          ...tables.passwordResets.filter(({ agentId }) => agentId !== link.agentId),
          link,
        ];
      },
      byHash: async (hash) => tables.passwordResets.find(({ id }) => id === hash) ?? null,
      use: async (hash) => {
        const before = tables.passwordResets.length;
        tables.passwordResets = tables.passwordResets.filter(({ id }) => id !== hash);
        return tables.passwordResets.length < before;
      },
      endOf: async (of) => {
        tables.passwordResets = tables.passwordResets.filter(({ agentId }) => agentId !== of);
      },
      deleteExpired: async (before, most) => {
        const expired = tables.passwordResets.filter((link) => link.expiresAt < before).slice(0, most);
        tables.passwordResets = tables.passwordResets.filter((link) => !expired.includes(link));
        return expired.length;
      },
    },
    webhooks: memoryWebhooks(tables),
    sessions: {
      insert: async (row) => {
        if (!tables.agents.some(({ id }) => id === row.agentId))
          throw new StorageError('broken-reference', row.agentId);
        insertNew(tables.sessions, row, ['id'], ['tokenHash']);
      },
      byTokenHash: async (hash) => tables.sessions.find((row) => row.tokenHash === hash) ?? null,
      byId: async (teamId, agentId, id) =>
        tables.sessions.find((row) => row.teamId === teamId && row.agentId === agentId && row.id === id) ??
        null,
      searchOpen: async ({ teamId, agentId }, now, page) => {
        const open = tables.sessions
          .filter((row) => row.teamId === teamId && row.agentId === agentId)
          .filter((row) => row.revokedAt === null && row.expiresAt > now);
        return listSorted(
          open,
          { ...page, sort: '-since' },
          { since: (row) => row.createdAt },
          (row) => row.id,
        );
      },
      saw: async (id, at) => {
        for (const row of tables.sessions) if (row.id === id) row.seenAt = at;
      },
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
      deleteEnded: async (before, most) => {
        const ended = tables.sessions
          .filter((row) => row.expiresAt < before || (row.revokedAt !== null && row.revokedAt < before))
          .slice(0, most);
        tables.sessions = tables.sessions.filter((row) => !ended.includes(row));
        return ended.length;
      },
      deleteUsedTokens: async (before, most) => {
        const expired = tables.tokenIds.filter((used) => used.expiresAt < before).slice(0, most);
        tables.tokenIds = tables.tokenIds.filter((used) => !expired.includes(used));
        return expired.length;
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
    calls: memoryCalls(tables),
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
      deleteOld: async (before, most) => {
        const open = tables.calls
          .filter(({ call }) => call.endedAt === null)
          .map(({ call }) => String(call.id));
        const old = tables.journal
          .filter(({ time, subject }) => time < before && !open.includes(subject))
          .slice(0, most);
        tables.journal = tables.journal.filter((row) => !old.includes(row));
        return old.length;
      },
      of: async (teamId, subject) =>
        byTeam(tables.journal, teamId)
          .filter((row) => row.subject === subject)
          .toSorted((a, b) => a.sequence - b.sequence),
    },
    facts: {
      // Lists are read from the real databases.
      spans: () => Promise.reject(new Error('not in memory')),
      parts: () => Promise.reject(new Error('not in memory')),
      ofCall: async (teamId, callId) =>
        byTeam(tables.parts, teamId)
          .filter((row) => row.callId === callId)
          .toSorted((a, b) => a.startedAt - b.startedAt || compare(a.id, b.id)),
      save: async ({ spans, parts }) => {
        tables.spans = [...without(tables.spans, spans, spanKey), ...spans];
        tables.parts = [...without(tables.parts, parts, partKey), ...parts];
      },
      retract: async ({ spans, parts }) => {
        tables.spans = without(tables.spans, spans, spanKey);
        tables.parts = without(tables.parts, parts, partKey);
      },
      open: async (teamId, now) => ({
        spans: byTeam(tables.spans, teamId).filter((row) => row.endedAt === null || row.endedAt > now),
        parts: byTeam(tables.parts, teamId).filter((row) => row.endedAt === null),
      }),
    },
    setAside: {
      append: async (rows) => {
        const saved = new Set(rows.map((row) => row.id));
        tables.setAside = [...tables.setAside.filter((each) => !saved.has(each.id)), ...rows];
      },
      all: async () => tables.setAside.toSorted((a, b) => a.time - b.time || compare(a.id, b.id)),
    },
    jobs: memoryJobs(tables),
    outbox: memoryOutbox(tables),
    answers: memoryAnswers(tables),
    contacts: memoryContacts(tables),
    audit: {
      add: async (row) => {
        if (!tables.audit.some(({ id }) => id === row.id)) tables.audit.push(row);
      },
      list: async (teamId, { recordId, actorId }, cursor, limit) =>
        newest(
          byTeam(tables.audit, teamId)
            .filter((row) => recordId === undefined || row.recordId === recordId)
            .filter((row) => actorId === undefined || row.actorId === actorId),
          (row) => row,
          cursor,
          limit,
        ),
    },
    leases: memoryLeases(tables, now),
  };
}

const spanKey = (row: AgentSpanRow): string => `${row.agentId}/${row.startedAt}/${row.version}`;
const partKey = (row: CallPartRow): string => row.id;

function without<T>(rows: readonly T[], others: readonly T[], keyOf: (row: T) => string): T[] {
  const keys = new Set(others.map(keyOf));
  return rows.filter((row) => !keys.has(keyOf(row)));
}

/** The beginning of a name, a company or a number. */
function matches({ row, comparable }: { row: CustomerRow; comparable: string[] }, q: string): boolean {
  const key = (text: string): string => text.normalize('NFKC').toLowerCase().trim();
  if (key(q) === '') return true;
  const digits = [chineseNumbers.comparableNumber(q), q.replace(/\D/g, '').replace(/^0+/, '')];
  const number = comparable.some((each) => digits.some((start) => start !== '' && each.startsWith(start)));
  return key(row.name).startsWith(key(q)) || key(row.company).startsWith(key(q)) || (/\d/.test(q) && number);
}
