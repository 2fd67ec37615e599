import { followMemberships, lostGroups } from '../agent/memberships.ts';
import { ceaseToRing } from '../call/leaving.ts';
import { endCall } from '../call/ending.ts';
import { recallOffer } from '../call/offer.ts';
import { ringingLeg } from '../call/talk.ts';
import { currentCall } from '../model/agent.ts';
import { isInLine, isOfLine } from '../model/call.ts';
import { offersOf } from '../model/offers.ts';
import type { AgentState } from '../model/agent.ts';
import type { Draft } from '../model/draft.ts';
import { followRights } from '../supervision/monitoring.ts';
import { stopAsking } from '../call/asking.ts';
import { levelAfter, waitsSince } from '../queue/wishes.ts';
import type { Fact } from './input.ts';

/**
 * Nobody who talks is cut off.
 * - An agent who may not work any more is signed out at once, or after the present call; what rings there goes to the next.
 * - An agent who has lost a group is signed out of it, after the present call if that is the group's; an offer of it goes to the next.
 * - Whoever waits for a group that is closed goes to the group that follows it, as long as they have waited, or is sent away.
 * - Everything else counts from the next time that it is asked for: ring times, after-call work, names, who leads whom (but for who listens to somebody now). A pause
 *   goes on whatever becomes of its reason, and a call whose number leads elsewhere now stays where it is.
 */
export function setUpChanged(draft: Draft, { config }: Extract<Fact, { type: 'SetUpChanged' }>): void {
  draft.apply({ type: 'set-up-changed', config });
  for (const agentId of config.agents.keys()) {
    if (!draft.team.agents.has(agentId)) draft.apply({ type: 'agent-added', agentId });
  }
  for (const agent of [...draft.team.agents.values()]) {
    recallFrom(draft, agent);
    if (!config.agents.has(agent.id) && draft.agent(agent.id).activity.kind === 'acw') {
      draft.apply({ type: 'acw-ended', agentId: agent.id });
    }
    followMemberships(draft, agent.id);
  }
  leaveClosedLines(draft);
  followRights(draft);
}

/** What rings at an agent who is not to have it. */
function recallFrom(draft: Draft, agent: AgentState): void {
  const { config } = draft.team;
  const callId = currentCall(agent);
  const call = callId ? draft.team.calls.get(callId) : undefined;
  if (!call || !ringingLeg(call, agent.id)) return;
  const isLost = call.groupId !== null && lostGroups(config, agent).includes(call.groupId);
  if (config.agents.has(agent.id) && !(isLost && isOfLine(call))) return;
  if (call.phase.kind === 'offered') recallOffer(draft, call.id, agent.id);
  else if (call.phase.kind === 'conversation') ceaseToRing(draft, call, agent.id);
  else endCall(draft, call.id, 'unreachable', { kind: 'system' });
}

function leaveClosedLines(draft: Draft): void {
  const { config } = draft.team;
  for (const call of [...draft.team.calls.values()]) {
    if (call.asking && !config.groups.has(call.asking.groupId)) stopAsking(draft, call);
    if (!call.groupId || config.groups.has(call.groupId) || !isInLine(call)) continue;
    for (const { agentId } of offersOf(call)) recallOffer(draft, call.id, agentId);
    const successorId = config.closedGroups.get(call.groupId)?.successorId;
    if (successorId && config.groups.has(successorId)) {
      const successor = draft.group(successorId);
      const level = successor ? levelAfter(successor, draft.now - waitsSince(call)) : 1;
      draft.apply({ type: 'call-rerouted', callId: call.id, groupId: successorId, level });
    } else endCall(draft, call.id, 'group-closed', { kind: 'system' });
  }
}
