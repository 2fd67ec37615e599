import type { AgentState } from '../../model/agent.ts';
import type { Place } from '../../model/ranked.ts';
import { levelOf } from '../../model/set-up.ts';
import type { TeamConfig } from '../../model/set-up.ts';
import type { AgentId, GroupId } from '../../kernel/ids.ts';

/** More calls than anybody takes in a day. */
const MOST_CALLS = 100_000;

/** Where the agent stands among those who are free for the group: the first one gets the next call. */
export function agentPlace(config: TeamConfig, agent: AgentState, groupId: GroupId): Place<AgentId> {
  const { id } = agent;
  const strategy = config.groups.get(groupId)?.strategy ?? 'longest-idle';
  switch (strategy) {
    case 'longest-idle':
    case 'ring-all':
      return { id, rank: 0, since: idleSince(agent) };
    case 'least-calls':
      return { id, rank: callsTaken(agent), since: idleSince(agent) };
    case 'round-robin':
      return { id, rank: 0, since: agent.turns?.[groupId] ?? 0 };
    case 'skill-level':
      return { id, rank: -levelOf(config, id, groupId), since: idleSince(agent) };
    default:
      return strategy satisfies never;
  }
}

/** A call that was taken back from the agent, and was not missed, does not count. */
function idleSince({ activity }: AgentState): number {
  return activity.kind === 'idle' ? (activity.waitsSince ?? activity.since) : activity.since;
}

/**
 * Of the last day on which the agent has taken any, so that nobody has to be placed anew at midnight: those who have taken none today
 * come first, then those with the fewest.
 */
function callsTaken({ taken }: AgentState): number {
  return taken ? taken.day * MOST_CALLS + Math.min(taken.count, MOST_CALLS - 1) : 0;
}
