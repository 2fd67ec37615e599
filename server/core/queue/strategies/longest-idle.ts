import type { AgentState } from '../../model/agent.ts';
import type { Place } from '../../model/ranked.ts';
import type { AgentId } from '../../kernel/ids.ts';

/** Who has been idle longest gets the next call. */
export function longestIdle({ id, activity }: AgentState): Place<AgentId> {
  return { id, rank: 0, since: activity.since };
}
