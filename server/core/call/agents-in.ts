import { currentCall } from '../model/agent.ts';
import type { AgentState } from '../model/agent.ts';
import type { CallState } from '../model/call.ts';
import type { TeamState } from '../model/team.ts';

/** The agents who are in the call now, or are being offered it. */
export function agentsIn(team: TeamState, call: CallState): AgentState[] {
  return call.agentIds.flatMap((agentId) => {
    const agent = team.agents.get(agentId);
    return agent && currentCall(agent) === call.id ? [agent] : [];
  });
}
