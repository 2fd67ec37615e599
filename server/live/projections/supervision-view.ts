import type { Monitor, Supervision } from '../../contract/supervision.ts';
import { currentCall } from '../../core/model/agent.ts';
import type { AgentState } from '../../core/model/agent.ts';
import type { CallState } from '../../core/model/call.ts';
import { partyOf, supervisorsIn } from '../../core/model/parties.ts';
import { profileOf } from '../../core/model/set-up.ts';
import type { TeamConfig } from '../../core/model/set-up.ts';
import type { TeamState } from '../../core/model/team.ts';
import { supervising } from '../../core/supervision/monitoring.ts';
import type { AgentId } from '../../core/kernel/ids.ts';

/** Whom a leader listens to, as the leader's desk shows it; null: nobody. */
export function supervisionView(team: TeamState, leaderId: AgentId): Supervision | null {
  const own = supervising(team, leaderId);
  if (!own?.party.monitor) return null;
  const { since, called, away, monitor } = own.party;
  return {
    agent: person(team.config, monitor.agentId),
    callId: own.call.id,
    mode: monitor.mode,
    since,
    connected: called === null && away === null && !monitor.asked,
  };
}

/** The leaders in the agent's call of whom the agent may know. */
export function monitorViews(team: TeamState, agentId: AgentId): Monitor[] {
  const agent = team.agents.get(agentId);
  const callId = agent && currentCall(agent);
  const call = callId ? team.calls.get(callId) : undefined;
  if (!call || !partyOf(call, agentId)) return [];
  return supervisorsIn(call).flatMap((party) => {
    const { monitor, since, called } = party;
    if (!party.agentId || monitor?.agentId !== agentId || called) return [];
    const isTold = monitor.mode !== 'listen' || team.config.monitorNotice !== 'none';
    return isTold ? [{ ...person(team.config, party.agentId), mode: monitor.mode, since }] : [];
  });
}

export function forcedView(config: TeamConfig, { forced }: AgentState) {
  return forced ? { ...forced, by: person(config, forced.by) } : null;
}

/** Whose desks show something of the listening in the call. */
export function concernedBySupervision(call: CallState | undefined): AgentId[] {
  return (call ? supervisorsIn(call) : []).flatMap(({ agentId, monitor }) =>
    agentId && monitor ? [agentId, monitor.agentId] : [],
  );
}

function person(config: TeamConfig, id: AgentId): Supervision['agent'] {
  const profile = profileOf(config, id);
  return { id, number: profile?.number ?? '', name: profile?.name ?? '' };
}
