import type { AgentId, EndpointId, GroupId, ReasonId, TeamId } from '../kernel/ids.ts';
import type {
  AgentRow,
  GroupRow,
  LeaderRow,
  MemberRow,
  PhoneRow,
  ReasonRow,
  TeamRow,
} from '../ports/repositories.ts';
import type { Label } from '../../vocabulary/locales.ts';

export type AgentProfile = Pick<AgentRow, 'id' | 'number' | 'username' | 'name' | 'role'>;
type DeskPhoneProfile = Pick<PhoneRow, 'endpointId' | 'username' | 'name'>;

/** What an administrator has set up, indexed for call control. */
export interface TeamConfig {
  readonly teamId: TeamId;
  readonly agents: ReadonlyMap<AgentId, AgentProfile>;
  readonly groups: ReadonlyMap<GroupId, GroupRow>;
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
  team: TeamRow;
  agents: readonly AgentRow[];
  groups: readonly GroupRow[];
  members: readonly MemberRow[];
  leaders: readonly LeaderRow[];
  phones: readonly PhoneRow[];
  reasons: readonly ReasonRow[];
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
  members: readonly MemberRow[];
  leaders: readonly LeaderRow[];
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
