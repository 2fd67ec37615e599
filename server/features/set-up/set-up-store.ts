import type { RowPage, RowQuery } from '../../core/ports/unit-of-work.ts';
import type { ReasonKind } from '../../vocabulary/reason-kinds.ts';
import type { AgentId, EndpointId, GroupId, RoleId, TeamId } from '../../core/kernel/ids.ts';
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
  WorkLink,
  RoleKey,
} from '../../core/model/set-up.ts';
import type { AppBinding } from '../../core/model/app-binding.ts';
import type { GROUP_RULES, NEW_REASON } from '../../core/model/set-up.ts';

/** A team with what only logging in needs. */
export interface TeamRow extends Team {
  /** Exact origins, or `http://localhost:*` (any port). */
  allowedOrigins: string[];
  /** Key of the tokens that the host CRM's back end signs (HS256). */
  embedSecret: string;
  /** The one of before, which counts until then as well; null: there is none. */
  previousEmbedSecret: string | null;
  previousEmbedSecretUntil: number | null;
}

export type EmbedSecrets = Pick<TeamRow, 'embedSecret' | 'previousEmbedSecret' | 'previousEmbedSecretUntil'>;

/** Every change of a row names the version that was read, and makes it one higher. */
interface Versioned {
  version: number;
}

export type ReasonRow = Reason & Versioned;
export type FieldRow = CustomerField & Versioned;
export type LinkRow = WorkLink & Versioned;
export type BindingRow = AppBinding & Versioned;
export type RouteRow = Route & Versioned;
export type PhoneRow = DeskPhone & Versioned;
export type RoleRow = OwnRole & Versioned;
export type GroupRow = Group & Versioned;
export type MemberRow = Member;
/** Of level 1, unless it is said. */
export type NewMember = Omit<MemberRow, 'level'> & Partial<Pick<MemberRow, 'level'>>;
export type LeaderRow = Leader;

export interface AgentRow extends Omit<AgentProfile, 'role' | 'power' | 'outsideNumber'>, Versioned {
  role: RoleKey;
  /** As it is dialled; null: none is known. */
  outsideNumber: string | null;
  teamId: TeamId;
  /** Empty: none is known. */
  email: string;
  /** PHC string of scrypt or argon2id. */
  passwordHash: string;
  /** Whether a login has to put another one in its place. */
  passwordMustChange: boolean;
  /** PHC string; for signing in from a telephone (*64). */
  pinHash: string | null;
  /** Whether the agent may log in and work; never when deleted. */
  active: boolean;
  /** ms since the epoch; null: not deleted. Number and user name of one that is may be given to others. */
  deletedAt: number | null;
}

/** As an agent is until somebody says otherwise. */
export const NEW_AGENT = {
  email: '',
  outsideNumber: null,
  passwordMustChange: false,
} as const satisfies Partial<AgentRow>;

/** Those who are not deleted; `memberOf`, `leaderOf`: of one group. */
export interface AgentSearch extends RowQuery<'number' | 'name' | 'username' | 'role'> {
  readonly role?: string | undefined;
  readonly active?: boolean | undefined;
  readonly memberOf?: GroupId | undefined;
  readonly leaderOf?: GroupId | undefined;
}

/** What holds for the whole team. */
export type TeamRules = Pick<
  TeamRow,
  'name' | 'locale' | 'timeZone' | 'monitorNotice' | 'priorityPointMs' | 'outsidePhones' | 'outsideConfirm'
>;

/** As a team is until somebody says otherwise: agents see who listens, and only administrators enter numbers outside. */
export const NEW_TEAM = {
  monitorNotice: 'shown',
  priorityPointMs: 60_000,
  outsidePhones: 'assigned',
  outsideConfirm: 'queue-calls',
  previousEmbedSecret: null,
  previousEmbedSecretUntil: null,
  setUpVersion: 1,
} as const satisfies Partial<TeamRow>;
export type NewTeam = Omit<TeamRow, keyof typeof NEW_TEAM>;
export type NewAgent = Omit<AgentRow, 'version' | 'deletedAt' | keyof typeof NEW_AGENT> &
  Partial<Pick<AgentRow, keyof typeof NEW_AGENT>>;
export type NewGroup = Omit<GroupRow, 'version' | 'closedAt' | 'successorId' | keyof typeof GROUP_RULES> &
  Partial<Pick<GroupRow, keyof typeof GROUP_RULES>>;
export type NewReason = Omit<ReasonRow, 'version' | 'deletedAt' | keyof typeof NEW_REASON> &
  Partial<Pick<ReasonRow, keyof typeof NEW_REASON>>;
export type NewPhone = DeskPhone & Partial<Versioned>;
export type NewRoute = Omit<RouteRow, 'version' | 'priority'> &
  Partial<Pick<RouteRow, 'version' | 'priority'>>;

/** A number that is dialled without anybody's doing, and the name of the agent or group for which it is. */
export interface DialledNumber {
  readonly teamId: TeamId;
  readonly name: string;
  readonly number: string;
}

export interface TeamStore {
  all(): Promise<TeamRow[]>;
  byId(id: TeamId): Promise<TeamRow | null>;
  bySlug(slug: string): Promise<TeamRow | null>;
  insert(team: NewTeam): Promise<void>;
  setAllowedOrigins(id: TeamId, origins: string[]): Promise<void>;
  setEmbedSecret(id: TeamId, secrets: EmbedSecrets): Promise<void>;
  setRules(id: TeamId, rules: Partial<TeamRules>): Promise<void>;
  /** Deleted ones too. */
  reasons(teamId: TeamId): Promise<ReasonRow[]>;
  /** Those that can be chosen. */
  searchReasons(
    teamId: TeamId,
    query: RowQuery<'position' | 'label'> & { kind?: ReasonKind | undefined },
  ): Promise<RowPage<ReasonRow>>;
  insertReason(reason: NewReason): Promise<void>;
  /** As every `update` here: false when the version is not the stored one's successor; nothing is written then. */
  updateReason(reason: ReasonRow): Promise<boolean>;
  /** Makes the team's version of the set-up one higher: the last step of every change. */
  raiseSetUpVersion(id: TeamId): Promise<void>;
  /** Finds the team by number. */
  route(number: string): Promise<RouteRow | null>;
  routes(teamId: TeamId): Promise<RouteRow[]>;
  /** Those of all teams whose numbers end in these digits. */
  routesEndingIn(digits: string): Promise<RouteRow[]>;
  /** `groupId`, `agentId`: those that lead there. */
  searchRoutes(
    teamId: TeamId,
    query: RowQuery<'number'> & { groupId?: string | undefined; agentId?: string | undefined },
  ): Promise<RowPage<RouteRow>>;
  insertRoute(route: NewRoute): Promise<void>;
  updateRoute(route: RouteRow): Promise<boolean>;
  deleteRoute(route: RouteRow): Promise<void>;
}

/** Fields of customer cards. */
export interface CustomerFieldStore {
  /** Removed ones too. */
  all(teamId: TeamId): Promise<FieldRow[]>;
  /** Those that cards show. */
  search(teamId: TeamId, query: RowQuery<'position' | 'label'>): Promise<RowPage<FieldRow>>;
  insert(field: FieldRow): Promise<void>;
  update(field: FieldRow): Promise<boolean>;
}

/** Addresses that agents open during a call. */
export interface WorkLinkStore {
  /** In their order. */
  all(teamId: TeamId): Promise<LinkRow[]>;
  search(teamId: TeamId, query: RowQuery<'position' | 'label'>): Promise<RowPage<LinkRow>>;
  insert(link: LinkRow): Promise<void>;
  update(link: LinkRow): Promise<boolean>;
  remove(link: Pick<LinkRow, 'teamId' | 'id'>): Promise<void>;
}

/** What pops for which calls. */
export interface AppBindingStore {
  /** In their order. */
  all(teamId: TeamId): Promise<BindingRow[]>;
  search(teamId: TeamId, query: RowQuery<'position' | 'name'>): Promise<RowPage<BindingRow>>;
  insert(binding: BindingRow): Promise<void>;
  update(binding: BindingRow): Promise<boolean>;
  remove(binding: Pick<BindingRow, 'teamId' | 'id'>): Promise<void>;
}

/** Roles of a team's own. */
export interface RoleStore {
  all(teamId: TeamId): Promise<RoleRow[]>;
  byId(teamId: TeamId, id: RoleId): Promise<RoleRow | null>;
  insert(role: RoleRow): Promise<void>;
  update(role: RoleRow): Promise<boolean>;
  remove(role: Pick<RoleRow, 'teamId' | 'id'>): Promise<void>;
}

/** Desk phones. */
export interface PhoneStore {
  all(teamId: TeamId): Promise<PhoneRow[]>;
  search(teamId: TeamId, query: RowQuery<'name' | 'username'>): Promise<RowPage<PhoneRow>>;
  byId(teamId: TeamId, id: EndpointId): Promise<PhoneRow | null>;
  insert(phone: NewPhone): Promise<void>;
  update(phone: PhoneRow): Promise<boolean>;
  remove(phone: Pick<PhoneRow, 'teamId' | 'endpointId'>): Promise<void>;
}

export interface AgentStore {
  /** Deleted ones too. */
  all(teamId: TeamId): Promise<AgentRow[]>;
  search(teamId: TeamId, query: AgentSearch): Promise<RowPage<AgentRow>>;
  byId(teamId: TeamId, id: AgentId): Promise<AgentRow | null>;
  /** Which of them there are, and not deleted. */
  known(teamId: TeamId, ids: readonly string[]): Promise<Set<string>>;
  byUsername(teamId: TeamId, username: string): Promise<AgentRow | null>;
  byNumber(teamId: TeamId, number: string): Promise<AgentRow | null>;
  /** The telephones outside of the agents of all teams. */
  outsideNumbers(): Promise<DialledNumber[]>;
  insert(agent: NewAgent): Promise<void>;
  update(agent: AgentRow): Promise<boolean>;
  /** The agent has chosen another one. False when it was not `was` any more; nothing is written then. */
  replacePassword(agent: Pick<AgentRow, 'teamId' | 'id'>, was: string, now: string): Promise<boolean>;
  /** Makes their versions one higher: what they belong to has changed. */
  raiseVersions(teamId: TeamId, ids: readonly AgentId[]): Promise<void>;
}

export interface GroupStore {
  /** Closed ones too. */
  all(teamId: TeamId): Promise<GroupRow[]>;
  /** Those that are open. */
  search(teamId: TeamId, query: RowQuery<'number' | 'name'>): Promise<RowPage<GroupRow>>;
  /** Numbers outside to which groups of all teams pass on who waits too long. */
  overflowNumbers(): Promise<DialledNumber[]>;
  byId(teamId: TeamId, id: GroupId): Promise<GroupRow | null>;
  /** How many belong to each group that has any. */
  sizes(teamId: TeamId): Promise<{ members: Map<GroupId, number>; leaders: Map<GroupId, number> }>;
  members(teamId: TeamId): Promise<MemberRow[]>;
  membersOf(teamId: TeamId, groupId: GroupId): Promise<MemberRow[]>;
  leadersOf(teamId: TeamId, groupId: GroupId): Promise<LeaderRow[]>;
  membershipsOf(teamId: TeamId, agentIds: readonly AgentId[]): Promise<MemberRow[]>;
  leadershipsOf(teamId: TeamId, agentIds: readonly AgentId[]): Promise<LeaderRow[]>;
  /** Replaces what one agent is in and leads. */
  setMemberships(teamId: TeamId, agentId: AgentId, members: readonly MemberRow[]): Promise<void>;
  setLeaderships(teamId: TeamId, agentId: AgentId, leaders: readonly LeaderRow[]): Promise<void>;
  /** Makes their versions one higher: who belongs to them has changed. */
  raiseVersions(teamId: TeamId, ids: readonly GroupId[]): Promise<void>;
  insert(group: NewGroup): Promise<void>;
  update(group: GroupRow): Promise<boolean>;
  /** Replaces the members, and the leaders, of one group. */
  setMembers(teamId: TeamId, groupId: GroupId, members: readonly MemberRow[]): Promise<void>;
  setLeaders(teamId: TeamId, groupId: GroupId, leaders: readonly LeaderRow[]): Promise<void>;
  insertMember(member: NewMember): Promise<void>;
  leaders(teamId: TeamId): Promise<LeaderRow[]>;
  insertLeader(leader: LeaderRow): Promise<void>;
}
