import { endpointOf } from '../agent/availability.ts';
import type { AgentId, CallId, LegId } from '../ids.ts';
import type { Draft } from '../team/draft.ts';
import type { CallState, Cause } from './call-state.ts';
import { legOf } from './call-state.ts';
import { endCall, freeAgent } from './ending.ts';

/** How long an agent's phone rings for a direct or internal call, ms. A group sets its own. */
export const DIRECT_RING_MS = 25_000;
/** The switch gives up a little after us, in case that our own hang-up does not get through, ms. */
export const RING_GRACE_MS = 2_000;

/** Headers by which the agent's page knows what rings. */
export function legHeaders(callId: CallId, legId: LegId): Record<string, string> {
  return { 'X-Telebar-Leg': legId, 'X-Telebar-Call': callId };
}

/** Reserves the agent and rings the agent's device. The caller has checked that the agent can take it. */
export function offerCall(draft: Draft, callId: CallId, agentId: AgentId, ringMs: number): void {
  const call = draft.call(callId);
  const profile = draft.team.config.agents.get(agentId);
  const endpointId = endpointOf(draft.team, draft.agent(agentId));
  if (!profile || !endpointId) return;
  const legId = draft.ids.next<LegId>('leg');
  draft.apply({ type: 'agent-reserved', agentId, callId });
  draft.apply({
    type: 'leg-added',
    callId,
    leg: {
      id: legId,
      role: 'agent',
      agentId,
      endpointId,
      number: profile.number,
      name: profile.name,
      state: 'dialling',
    },
  });
  draft.apply({ type: 'call-offered', callId, agentId, legId, ringEndsAt: draft.now + ringMs });
  draft.intend({
    op: 'dial',
    callId,
    request: {
      legId,
      target: { kind: 'endpoint', endpointId },
      callerId: callerIdOf(call),
      ringMs: ringMs + RING_GRACE_MS,
      headers: legHeaders(callId, legId),
    },
  });
}

function callerIdOf(call: CallState): { number: string; name?: string } {
  const number = call.number;
  return call.name ? { number, name: call.name } : { number };
}

/**
 * The agent did not take the offer: refused, not answered, device gone. A queue's call goes back into its place in the
 * line, and the agent gets none of that group for a while; a direct call ends.
 */
export function withdrawOffer(draft: Draft, callId: CallId, cause: Cause): void {
  const call = draft.call(callId);
  if (call.phase.kind !== 'offered') return;
  const { agentId, legId } = call.phase;
  if (call.direction !== 'queue') {
    endCall(draft, callId, cause, cause === 'rejected' ? { kind: 'agent', agentId } : { kind: 'system' });
    return;
  }
  draft.apply({ type: 'offer-withdrawn', callId, agentId, cause });
  if (legOf(call, legId)?.state !== 'gone') {
    draft.intend({ op: 'hangup', callId, legId, cause: cause === 'no-answer' ? 'no-answer' : 'cancelled' });
  }
  const group = call.groupId ? draft.group(call.groupId) : undefined;
  if (group) {
    draft.apply({
      type: 'offer-missed',
      agentId,
      groupId: group.id,
      retryAt: draft.now + group.retryMs,
    });
  }
  freeAgent(draft, agentId, call);
}
