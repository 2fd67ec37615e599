import type { AgentId, CallId, GroupId } from '../kernel/ids.ts';

/** A call in a line. `since`: when it joined; a call that comes back from an agent who did not answer keeps it. */
export interface Waiting {
  readonly callId: CallId;
  readonly groupId: GroupId;
  readonly since: number;
}

/** An agent who can take a call now, of any of these groups. */
export interface Free {
  readonly agentId: AgentId;
  readonly groups: ReadonlySet<GroupId>;
  readonly idleSince: number;
}

export interface Assignment {
  readonly callId: CallId;
  readonly agentId: AgentId;
}

/**
 * Pairs waiting calls with free agents: who waits longest is served first, by the agent who has been idle longest among
 * those who serve the group. Each call and each agent appears at most once. Ties go by id, so that the answer does not
 * depend on the order of the input.
 */
export function assign(waiting: readonly Waiting[], free: readonly Free[]): Assignment[] {
  if (waiting.length === 0 || free.length === 0) return [];
  const agents = [...free].sort((a, b) => a.idleSince - b.idleSince || compare(a.agentId, b.agentId));
  const calls = [...waiting].sort((a, b) => a.since - b.since || compare(a.callId, b.callId));
  const taken = new Set<AgentId>();
  const assignments: Assignment[] = [];
  for (const call of calls) {
    if (taken.size === agents.length) break;
    const agent = agents.find((each) => !taken.has(each.agentId) && each.groups.has(call.groupId));
    if (!agent) continue;
    taken.add(agent.agentId);
    assignments.push({ callId: call.callId, agentId: agent.agentId });
  }
  return assignments;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
