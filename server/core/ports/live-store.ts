import type { HookEvent } from '../../vocabulary/hook-events.ts';
import type { AgentId, CallId, CustomerId, EndpointId, GroupId, LegId, TeamId } from '../kernel/ids.ts';
import type { CallDirection } from '../../vocabulary/directions.ts';
import type { LegRole } from '../../vocabulary/leg-roles.ts';
import type {
  AgentProfile,
  CustomerField,
  DeskPhone,
  Group,
  Leader,
  Member,
  Reason,
  Route,
  Team,
  OwnRole,
  RoleKey,
} from '../model/set-up.ts';
import type { AppBinding } from '../model/app-binding.ts';
import type { FactStore } from './facts.ts';
import type { Outbox } from './outbox.ts';
import type { WrapUp } from '../model/wrap-up.ts';
import type { LeaseStore } from './lease-store.ts';

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
  wrapUp: WrapUp | null;
  /** Null: it ended long ago. */
  state: unknown;
}

/** `at`: when they began to talk, ms since the epoch. */
export interface LastAgent {
  readonly agentId: AgentId;
  readonly at: number;
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

export interface CallStore {
  /** Inserts or replaces the call and its legs. */
  save(call: CallRow, legs: readonly LegRow[]): Promise<void>;
  /**
   * The same for many calls, each named once; however many they are. Legs that are there and are not given stay as they are. `agents`: whose
   * histories are written, and on which side follows from `legs`; absent: all the call's.
   */
  saveAll(
    calls: ReadonlyArray<{ call: CallRow; legs: readonly LegRow[]; agents?: readonly AgentId[] }>,
  ): Promise<void>;
  /** Takes out a call that was refused, and kept perhaps, by a commit whose outcome was never heard. */
  retract(teamId: TeamId, id: CallId): Promise<void>;
  byId(teamId: TeamId, id: CallId): Promise<{ call: CallRow; legs: LegRow[] } | null>;
  /** Calls without an end, of all teams: what a restart has to close. */
  open(): Promise<CallRow[]>;
  /** Whether the agent has had a call with the number (comparable form). */
  hasHistory(teamId: TeamId, agentId: AgentId, comparable: string): Promise<boolean>;
  /** Who has talked last with the customer, or with the number (comparable form); null: nobody, since then. */
  lastAgent(
    teamId: TeamId,
    of: { comparable: string; customerId: CustomerId | null; since: number },
  ): Promise<LastAgent | null>;
  setCustomer(teamId: TeamId, id: CallId, customerId: CustomerId | null): Promise<void>;
  /** Empties the snapshots of some calls that ended before that; returns how many. What lists show of them stays. */
  forgetSnapshots(before: number, most: number): Promise<number>;
}

/** An agent's presence as the core's snapshot, so that a restart of the server does not sign anybody out. */
export interface PresenceRow {
  teamId: TeamId;
  agentId: AgentId;
  state: unknown;
  updatedAt: number;
}

export interface PresenceStore {
  all(teamId: TeamId): Promise<PresenceRow[]>;
  /** Inserts or replaces; each agent is named once. */
  saveAll(rows: readonly PresenceRow[]): Promise<void>;
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

export interface BrowserPhoneStore {
  all(teamId: TeamId): Promise<BrowserPhoneRow[]>;
  /** Replaces the agent's phone of before. */
  save(row: BrowserPhoneRow): Promise<void>;
  /** It is never given to the switch again. */
  remove(teamId: TeamId, endpointId: EndpointId): Promise<void>;
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

export interface JournalStore {
  /** However many they are. */
  append(rows: readonly JournalRow[]): Promise<void>;
  /** Takes out what was kept, perhaps, by a commit whose outcome was never heard. */
  retract(rows: ReadonlyArray<Pick<JournalRow, 'subject' | 'sequence'>>): Promise<void>;
  of(teamId: TeamId, subject: string): Promise<JournalRow[]>;
  /** Deletes some that happened before that, none of a call that goes on; returns how many. */
  deleteOld(before: number, most: number): Promise<number>;
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

export interface SetAsideStore {
  /** However many they are; what is there already is replaced. */
  append(rows: readonly SetAsideRow[]): Promise<void>;
  /** Of all teams, the oldest first. */
  all(): Promise<SetAsideRow[]>;
}

/** What live teams read of the set-up when they start, and of numbers when somebody calls. */
export interface SetUpSource {
  readonly teams: {
    all(): Promise<Team[]>;
    reasons(teamId: TeamId): Promise<Reason[]>;
    /** Finds the team by number. */
    route(number: string): Promise<Route | null>;
    /** Those of all teams whose numbers end in these digits. */
    routesEndingIn(digits: string): Promise<Route[]>;
  };
  /** Removed ones too. */
  readonly fields: { all(teamId: TeamId): Promise<CustomerField[]> };
  /** In their order. */
  readonly bindings: { all(teamId: TeamId): Promise<AppBinding[]> };
  readonly roles: { all(teamId: TeamId): Promise<OwnRole[]> };
  readonly webhooks: { heard(teamId: TeamId): Promise<HookEvent[]> };
  readonly phones: { all(teamId: TeamId): Promise<DeskPhone[]> };
  readonly agents: {
    all(teamId: TeamId): Promise<Array<ProfileRow & { active: boolean }>>;
    /** With the PIN for signing in from a telephone, a PHC string. */
    byNumber(teamId: TeamId, number: string): Promise<(ProfileRow & SignInPin) | null>;
  };
  readonly groups: {
    all(teamId: TeamId): Promise<Group[]>;
    members(teamId: TeamId): Promise<Member[]>;
    leaders(teamId: TeamId): Promise<Leader[]>;
  };
}

/** An agent as it is kept: with the key of the role. */
type ProfileRow = Omit<AgentProfile, 'role' | 'power'> & { role: RoleKey };

interface SignInPin {
  active: boolean;
  pinHash: string | null;
}

/** Who a number belongs to. */
export interface CustomerSource {
  byId(teamId: TeamId, id: CustomerId): Promise<{ id: CustomerId; name: string } | null>;
  /** All customers who have the number (comparable form). */
  byNumber(teamId: TeamId, comparable: string): Promise<Array<{ id: CustomerId; name: string }>>;
}

/**
 * What live call control keeps and reads, in rows that are the same for every database. Every query names its team (a team
 * is the unit of isolation); the few that find a team say so. Times are ms since the epoch.
 */
export interface LiveRepositories extends SetUpSource {
  readonly customers: CustomerSource;
  readonly calls: CallStore;
  readonly presence: PresenceStore;
  readonly browserPhones: BrowserPhoneStore;
  readonly journal: JournalStore;
  readonly outbox: Outbox;
  readonly setAside: SetAsideStore;
  readonly facts: FactStore;
  readonly leases: LeaseStore;
}
