import type { AgentId, TeamId } from '../../core/kernel/ids.ts';
import type {
  AgentProfile,
  DeskPhone,
  Group,
  Leader,
  Member,
  Reason,
  Route,
  Team,
} from '../../core/model/set-up.ts';

/** A team with what only logging in needs. */
export interface TeamRow extends Team {
  /** Exact origins, or `http://localhost:*` (any port). */
  allowedOrigins: string[];
  /** Key of the tokens that the host CRM's back end signs (HS256). */
  embedSecret: string;
}

export type ReasonRow = Reason;
export type RouteRow = Route;
export type PhoneRow = DeskPhone;
export type GroupRow = Group;
export type MemberRow = Member;
export type LeaderRow = Leader;

export interface AgentRow extends AgentProfile {
  teamId: TeamId;
  /** PHC string of scrypt or argon2id. */
  passwordHash: string;
  /** PHC string; for signing in from a telephone (*64). */
  pinHash: string | null;
  active: boolean;
}

export interface TeamStore {
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

export interface AgentStore {
  all(teamId: TeamId): Promise<AgentRow[]>;
  byId(teamId: TeamId, id: AgentId): Promise<AgentRow | null>;
  byUsername(teamId: TeamId, username: string): Promise<AgentRow | null>;
  byNumber(teamId: TeamId, number: string): Promise<AgentRow | null>;
  insert(agent: AgentRow): Promise<void>;
}

export interface GroupStore {
  all(teamId: TeamId): Promise<GroupRow[]>;
  members(teamId: TeamId): Promise<MemberRow[]>;
  insert(group: GroupRow): Promise<void>;
  insertMember(member: MemberRow): Promise<void>;
  leaders(teamId: TeamId): Promise<LeaderRow[]>;
  insertLeader(leader: LeaderRow): Promise<void>;
}
