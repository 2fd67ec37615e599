import { currentCall } from '../model/agent.ts';
import type { AgentState } from '../model/agent.ts';
import type { CallState } from '../model/call.ts';
import { supervisorsIn } from '../model/parties.ts';
import type { TeamState } from '../model/team.ts';

/** The agents who are in the call now, are being offered it, or listen to somebody in it. */
export function agentsIn(team: TeamState, call: CallState): AgentState[] {
  const listening = supervisorsIn(call).flatMap(({ agentId }) => agentId ?? []);
  return [...new Set([...call.agentIds, ...listening])].flatMap((agentId) => {
    const agent = team.agents.get(agentId);
    return agent && currentCall(agent) === call.id ? [agent] : [];
  });
}
