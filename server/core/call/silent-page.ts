import { isSilent } from '../agent/availability.ts';
import type { AgentId } from '../kernel/ids.ts';
import type { AgentState } from '../model/agent.ts';
import type { CallState } from '../model/call.ts';
import type { Draft } from '../model/draft.ts';
import type { Unindexed } from '../model/team.ts';
import { ceaseToRing } from './leaving.ts';
import { endCall } from './ending.ts';
import { withdrawOffer } from './offer.ts';
import { ringingLeg } from './talk.ts';

/** The call that rings where nobody can hear it. */
export function ringsInSilence(team: Unindexed, agent: AgentState): CallState | null {
  const { activity } = agent;
  if (activity.kind !== 'ringing' || team.undecided || !isSilent(team, agent)) return null;
  const call = team.calls.get(activity.callId);
  return call && ringingLeg(call, agent.id) ? call : null;
}

/** The caller does not wait for the rest of the ring time. */
export function leaveSilentPage(draft: Draft, agentId: AgentId): void {
  const agent = draft.team.agents.get(agentId);
  const call = agent && ringsInSilence(draft.team, agent);
  if (!call) return;
  if (call.phase.kind === 'offered') withdrawOffer(draft, call.id, 'unreachable', agentId);
  else if (call.phase.kind === 'conversation') ceaseToRing(draft, call, agentId);
  else endCall(draft, call.id, 'unreachable', { kind: 'system' });
}
