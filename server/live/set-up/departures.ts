import { currentCall } from '../../core/model/agent.ts';
import type { Changes } from '../../core/model/changes.ts';
import type { TeamState } from '../../core/model/team.ts';
import type { AgentId } from '../../core/kernel/ids.ts';

/** Who may not work any more and has no call, now that the team has been changed so: sessions and phone end. */
export function departedAgents({ agents, setUp }: Changes, team: TeamState): AgentId[] {
  const dismissed = [...(setUp?.before?.agents.keys() ?? [])];
  return [...new Set([...dismissed, ...agents.keys()])].filter((agentId) => {
    const agent = team.agents.get(agentId);
    return !team.config.agents.has(agentId) && (!agent || currentCall(agent) === null);
  });
}
