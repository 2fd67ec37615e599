import type { AgentId, EndpointId, GroupId, ReasonId, TeamId } from '../kernel/ids.ts';
import type { AcwMode } from '../../vocabulary/acw-modes.ts';
import type { DiallingMode } from '../../vocabulary/dialling-modes.ts';
import type { Label, Locale } from '../../vocabulary/locales.ts';
import type { ReasonKind } from '../../vocabulary/reason-kinds.ts';
import type { Role } from '../../vocabulary/roles.ts';
type DeskPhoneProfile = Pick<DeskPhone, 'endpointId' | 'username' | 'name'>;

/** Who can sign in. */
export interface AgentProfile {
  id: AgentId;
  number: string;
  username: string;
  name: string;
  role: Role;
}

export interface Team {
  id: TeamId;
  slug: string;
  name: string;
  locale: Locale;
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

export interface Reason {
  id: ReasonId;
  teamId: TeamId;
  kind: ReasonKind;
  label: Label;
  position: number;
}

/** Where a dialled number leads. Numbers are unique over all teams: the number finds the team. */
export interface Route {
  number: string;
  teamId: TeamId;
  target: { kind: 'group'; groupId: GroupId } | { kind: 'agent'; agentId: AgentId };
}

/** A desk phone. */
export interface DeskPhone {
  endpointId: EndpointId;
  teamId: TeamId;
  /** SIP user name, unique over all teams. */
  username: string;
  name: string;
  ha1: string;
  ha1Sha256: string | null;
}

export interface Group {
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

export interface Member {
  teamId: TeamId;
  groupId: GroupId;
  agentId: AgentId;
  static: boolean;
}

/** Who looks after a group: sees its calls. A leader need not be a member, who takes calls. */
export interface Leader {
  teamId: TeamId;
  groupId: GroupId;
  agentId: AgentId;
}

/** What an administrator has set up, indexed for call control. */
export interface TeamConfig {
  readonly teamId: TeamId;
  readonly agents: ReadonlyMap<AgentId, AgentProfile>;
  readonly groups: ReadonlyMap<GroupId, Group>;
  /** By agent: the groups that the agent may sign in to, and whether the agent is always signed in there. */
  readonly memberships: ReadonlyMap<AgentId, ReadonlyMap<GroupId, { readonly static: boolean }>>;
  /** By leader: the groups whose agents and calls the leader looks after. */
  readonly leads: ReadonlyMap<AgentId, ReadonlySet<GroupId>>;
  readonly phones: ReadonlyMap<EndpointId, DeskPhoneProfile>;
  /** Caller ids that agents may show; the first is the default. */
  readonly callerIds: readonly string[];
  readonly pauseReasons: ReadonlySet<ReasonId>;
  readonly wrapUpReasons: ReadonlyMap<ReasonId, Label>;
}

export function teamConfig(rows: {
  team: Team;
  agents: ReadonlyArray<AgentProfile & { active: boolean }>;
  groups: readonly Group[];
  members: readonly Member[];
  leaders: readonly Leader[];
  phones: readonly DeskPhone[];
  reasons: readonly Reason[];
}): TeamConfig {
  return {
    teamId: rows.team.id,
    agents: new Map(rows.agents.filter((agent) => agent.active).map((agent) => [agent.id, agent])),
    groups: new Map(rows.groups.map((group) => [group.id, group])),
    ...organisation(rows),
    phones: new Map(rows.phones.map((phone) => [phone.endpointId, phone])),
    callerIds: rows.team.callerIds,
    pauseReasons: new Set(rows.reasons.filter((r) => r.kind === 'pause').map((r) => r.id)),
    wrapUpReasons: new Map(rows.reasons.filter((r) => r.kind === 'wrap-up').map((r) => [r.id, r.label])),
  };
}

/** Who is in which group, and who leads which. */
export function organisation(rows: {
  members: readonly Member[];
  leaders: readonly Leader[];
}): Pick<TeamConfig, 'memberships' | 'leads'> {
  const memberships = new Map<AgentId, Map<GroupId, { static: boolean }>>();
  for (const member of rows.members) {
    const groups = memberships.get(member.agentId) ?? new Map<GroupId, { static: boolean }>();
    groups.set(member.groupId, { static: member.static });
    memberships.set(member.agentId, groups);
  }
  const leads = new Map<AgentId, Set<GroupId>>();
  for (const { agentId, groupId } of rows.leaders) {
    leads.set(agentId, (leads.get(agentId) ?? new Set()).add(groupId));
  }
  return { memberships, leads };
}

export function agentByNumber(config: TeamConfig, number: string): AgentProfile | undefined {
  for (const agent of config.agents.values()) if (agent.number === number) return agent;
  return undefined;
}

export function staticGroups(config: TeamConfig, agentId: AgentId): GroupId[] {
  const groups = config.memberships.get(agentId);
  return groups ? [...groups].filter(([, member]) => member.static).map(([groupId]) => groupId) : [];
}
