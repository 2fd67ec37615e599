import type {
  AgentId,
  CallId,
  CustomerId,
  EndpointId,
  GroupId,
  LegId,
  ReasonId,
  SessionId,
  TeamId,
} from '../kernel/ids.ts';
import type { AcwMode } from '../../vocabulary/acw-modes.ts';
import type { DiallingMode } from '../../vocabulary/dialling-modes.ts';
import type { CallDirection, CallSide } from '../../vocabulary/directions.ts';
import type { LegRole } from '../../vocabulary/leg-roles.ts';
import type { Label, Locale } from '../../vocabulary/locales.ts';
import type { ReasonKind } from '../../vocabulary/reason-kinds.ts';
import type { Role } from '../../vocabulary/roles.ts';

/**
 * What the application keeps, in rows that are the same for every database. Every query names its team (a team is the
 * unit of isolation); the few that find a team say so. Times are ms since the epoch.
 */
export interface Repositories {
  readonly teams: TeamRepository;
  readonly agents: AgentRepository;
  readonly groups: GroupRepository;
  readonly sessions: SessionRepository;
  readonly customers: CustomerRepository;
  readonly calls: CallRepository;
  readonly presence: PresenceRepository;
  readonly browserPhones: BrowserPhoneRepository;
  readonly journal: JournalRepository;
  readonly setAside: SetAsideRepository;
}

export interface TeamRow {
  id: TeamId;
  slug: string;
  name: string;
  locale: Locale;
  /** Exact origins, or `http://localhost:*` (any port). */
  allowedOrigins: string[];
  /** Key of the tokens that the host CRM's back end signs (HS256). */
  embedSecret: string;
  /** Caller ids that agents may show; the first is the default. */
  callerIds: string[];
  customerFields: Array<{
    key: string;
    label: Label;
    type: 'text' | 'multiline' | 'number' | 'date' | 'choice' | 'boolean';
    required: boolean;
    readOnly: boolean;
    options: Label[];
  }>;
}

export interface ReasonRow {
  id: ReasonId;
  teamId: TeamId;
  kind: ReasonKind;
  label: Label;
  position: number;
}

/** Where a dialled number leads. Numbers are unique over all teams: the number finds the team. */
export interface RouteRow {
  number: string;
  teamId: TeamId;
  target: { kind: 'group'; groupId: GroupId } | { kind: 'agent'; agentId: AgentId };
}

/** A desk phone. */
export interface PhoneRow {
  endpointId: EndpointId;
  teamId: TeamId;
  /** SIP user name, unique over all teams. */
  username: string;
  name: string;
  ha1: string;
  ha1Sha256: string | null;
}

export interface TeamRepository {
  all(): Promise<TeamRow[]>;
  byId(id: TeamId): Promise<TeamRow | null>;
  bySlug(slug: string): Promise<TeamRow | null>;
  insert(team: TeamRow): Promise<void>;
  setAllowedOrigins(id: TeamId, origins: string[]): Promise<void>;
  reasons(teamId: TeamId): Promise<ReasonRow[]>;
  insertReason(reason: ReasonRow): Promise<void>;
  /** Finds the team by number. */
  route(number: string): Promise<RouteRow | null>;
  insertRoute(route: RouteRow): Promise<void>;
  phones(teamId: TeamId): Promise<PhoneRow[]>;
  insertPhone(phone: PhoneRow): Promise<void>;
}

export interface AgentRow {
  id: AgentId;
  teamId: TeamId;
  number: string;
  username: string;
  name: string;
  role: Role;
  /** PHC string of scrypt or argon2id. */
  passwordHash: string;
  /** PHC string; for signing in from a telephone (*64). */
  pinHash: string | null;
  active: boolean;
}

export interface AgentRepository {
  all(teamId: TeamId): Promise<AgentRow[]>;
  byId(teamId: TeamId, id: AgentId): Promise<AgentRow | null>;
  byUsername(teamId: TeamId, username: string): Promise<AgentRow | null>;
  byNumber(teamId: TeamId, number: string): Promise<AgentRow | null>;
  insert(agent: AgentRow): Promise<void>;
}

export interface GroupRow {
  id: GroupId;
  teamId: TeamId;
  name: string;
  number: string;
  /** How long one agent is rung, ms. */
  ringMs: number;
  /** Pause before an agent who did not answer is offered a call of this group again, ms. */
  retryMs: number;
  acwMode: AcwMode;
  acwLimitMs: number | null;
  dialling: DiallingMode;
  callerId: string | null;
}

export interface MemberRow {
  teamId: TeamId;
  groupId: GroupId;
  agentId: AgentId;
  static: boolean;
}

/** Who looks after a group: sees its calls. A leader need not be a member, who takes calls. */
export interface LeaderRow {
  teamId: TeamId;
  groupId: GroupId;
  agentId: AgentId;
}

export interface GroupRepository {
  all(teamId: TeamId): Promise<GroupRow[]>;
  members(teamId: TeamId): Promise<MemberRow[]>;
  insert(group: GroupRow): Promise<void>;
  insertMember(member: MemberRow): Promise<void>;
  leaders(teamId: TeamId): Promise<LeaderRow[]>;
  insertLeader(leader: LeaderRow): Promise<void>;
}

export interface SessionRow {
  id: SessionId;
  teamId: TeamId;
  agentId: AgentId;
  /** HMAC-SHA-256 of the bearer token with the server's secret, hex: the token itself is not kept. */
  tokenHash: string;
  createdAt: number;
  expiresAt: number;
  revokedAt: number | null;
  userAgent: string;
  address: string;
}

export interface SessionRepository {
  insert(session: SessionRow): Promise<void>;
  /** Finds the team by token. */
  byTokenHash(hash: string): Promise<SessionRow | null>;
  revoke(id: SessionId, at: number): Promise<void>;
  /** Sessions of the agent that have not ended, the oldest first. */
  open(teamId: TeamId, agentId: AgentId, now: number): Promise<SessionId[]>;
  /** Remembers the `jti` of a signed token; false when it was used before. */
  useTokenId(teamId: TeamId, jti: string, expiresAt: number): Promise<boolean>;
  deleteExpired(before: number): Promise<void>;
}

export interface CustomerRow {
  id: CustomerId;
  teamId: TeamId;
  name: string;
  numbers: string[];
  company: string;
  email: string;
  address: string;
  note: string;
  fields: Record<string, string | number | boolean | null>;
  version: number;
  createdAt: number;
  updatedAt: number;
}

export interface RowPage<T> {
  items: T[];
  next: string | null;
}

export interface CustomerRepository {
  byId(teamId: TeamId, id: CustomerId): Promise<CustomerRow | null>;
  /** All customers who have the number; compares by `core/kernel/number/numbers.ts`'s comparable form. */
  byNumber(teamId: TeamId, comparable: string): Promise<CustomerRow[]>;
  search(
    teamId: TeamId,
    q: string | null,
    cursor: string | null,
    limit: number,
  ): Promise<RowPage<CustomerRow>>;
  /** `comparableNumbers` index the card; the same order as `numbers`. */
  insert(customer: CustomerRow, comparableNumbers: string[]): Promise<void>;
  /** False when `expectedVersion` is no longer the stored one; nothing is written then. */
  update(customer: CustomerRow, comparableNumbers: string[], expectedVersion: number): Promise<boolean>;
}

/**
 * `label`: the reason's as it was when it was chosen, because teams rename and remove reasons. `agentId` wrote it down
 * last, at the time `at`.
 */
export interface WrapUpRow {
  reasonId: ReasonId | null;
  label: Label | null;
  notes: string;
  agentId: AgentId;
  agentNumber: string | null;
  at: number;
}

/** A call with the columns that lists need; `state` is the core's snapshot, opaque to the store. */
export interface CallRow {
  id: CallId;
  teamId: TeamId;
  direction: CallDirection;
  /** The side outside, or the called agent of an internal call. */
  number: string;
  name: string | null;
  did: string | null;
  groupId: GroupId | null;
  groupName: string | null;
  /** The agent who had it (last). */
  agentId: AgentId | null;
  agentNumber: string | null;
  /** Every agent who was offered or had it: their histories list the call. */
  agentIds: AgentId[];
  customerId: CustomerId | null;
  startedAt: number;
  answeredAt: number | null;
  endedAt: number | null;
  waitedMs: number | null;
  talkMs: number;
  cause: string | null;
  data: Record<string, string>;
  /** What an agent has noted down about it. */
  wrapUp: WrapUpRow | null;
  state: unknown;
}

export interface LegRow {
  id: LegId;
  callId: CallId;
  teamId: TeamId;
  role: LegRole;
  agentId: AgentId | null;
  number: string;
  name: string | null;
  startedAt: number;
  answeredAt: number | null;
  endedAt: number | null;
  cause: string | null;
}

/** Which calls a history lists; null does not restrict it. */
export interface CallFilter {
  /** Whose: offered to this agent or had by this agent. */
  agentId: AgentId | null;
  /** As the agent sees it; without an agent, as the team does. */
  side: CallSide | null;
  /** Linked to this customer, or to nobody and of one of these numbers (comparable form). */
  customer: { id: CustomerId; comparable: string[] } | null;
  /** Of one of these groups, or of none; absent: of any. */
  groups?: readonly GroupId[];
}

export interface CallRepository {
  /** Inserts or replaces the call and its legs. */
  save(call: CallRow, legs: readonly LegRow[]): Promise<void>;
  /** The same for many calls, each named once; however many they are. */
  saveAll(calls: ReadonlyArray<{ call: CallRow; legs: readonly LegRow[] }>): Promise<void>;
  /** Takes out a call that was refused, and kept perhaps, by a commit whose outcome was never heard. */
  retract(teamId: TeamId, id: CallId): Promise<void>;
  byId(teamId: TeamId, id: CallId): Promise<{ call: CallRow; legs: LegRow[] } | null>;
  /** Calls without an end, of all teams: what a restart has to close. */
  open(): Promise<CallRow[]>;
  /** Newest first. */
  history(teamId: TeamId, of: CallFilter, cursor: string | null, limit: number): Promise<RowPage<CallRow>>;
  /** Whether the agent has had a call with the number (comparable form). */
  hasHistory(teamId: TeamId, agentId: AgentId, comparable: string): Promise<boolean>;
  setCustomer(teamId: TeamId, id: CallId, customerId: CustomerId | null): Promise<void>;
}

/** An agent's presence as the core's snapshot, so that a restart of the server does not sign anybody out. */
export interface PresenceRow {
  teamId: TeamId;
  agentId: AgentId;
  state: unknown;
  updatedAt: number;
}

/** The phone of an agent's page: the switch keeps its registration over a restart of the server, and so does the page. */
export interface BrowserPhoneRow {
  /** One page of an agent carries the voice. */
  agentId: AgentId;
  teamId: TeamId;
  endpointId: EndpointId;
  /** Which page it is. */
  clientId: string;
  username: string;
  ha1: string;
  ha1Sha256: string;
  expiresAt: number;
}

export interface BrowserPhoneRepository {
  all(teamId: TeamId): Promise<BrowserPhoneRow[]>;
  /** Replaces the agent's phone of before. */
  save(row: BrowserPhoneRow): Promise<void>;
  /** It is never given to the switch again. */
  remove(teamId: TeamId, endpointId: EndpointId): Promise<void>;
}

export interface PresenceRepository {
  all(teamId: TeamId): Promise<PresenceRow[]>;
  /** Inserts or replaces; each agent is named once. */
  saveAll(rows: readonly PresenceRow[]): Promise<void>;
}

/** What happened, append only. `subject` is a call or agent id; `sequence` grows per subject. */
export interface JournalRow {
  teamId: TeamId;
  subject: string;
  sequence: number;
  type: string;
  time: number;
  event: unknown;
}

export interface JournalRepository {
  /** However many they are. */
  append(rows: readonly JournalRow[]): Promise<void>;
  /** Takes out what was kept, perhaps, by a commit whose outcome was never heard. */
  retract(rows: ReadonlyArray<Pick<JournalRow, 'subject' | 'sequence'>>): Promise<void>;
  of(teamId: TeamId, subject: string): Promise<JournalRow[]>;
}

/** What a live team had to write and its table did not take: for the operator, who is told. */
export interface SetAsideRow {
  id: string;
  teamId: TeamId;
  time: number;
  /** Why it was refused. */
  reason: string;
  /** The rows. */
  content: unknown;
}

export interface SetAsideRepository {
  /** However many they are; what is there already is replaced. */
  append(rows: readonly SetAsideRow[]): Promise<void>;
  /** Of all teams, the oldest first. */
  all(): Promise<SetAsideRow[]>;
}
