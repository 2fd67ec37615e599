import { endpointOf } from '../agent/availability.ts';
import type { AgentId, CallId } from '../kernel/ids.ts';
import type { Draft } from '../model/draft.ts';
import type { Cause } from '../model/call.ts';
import { legOf } from '../model/call.ts';
import { callDevice, callerIdFor } from './device-leg.ts';
import { endCall, freeAgent } from './ending.ts';

/** How long an agent's phone rings for a direct or internal call, ms. A group sets its own. */
export const DIRECT_RING_MS = 25_000;
/** Reserves the agent and rings the agent's device. The caller has checked that the agent can take it. */
export function offerCall(draft: Draft, callId: CallId, agentId: AgentId, ringMs: number): void {
  const call = draft.call(callId);
  const endpointId = endpointOf(draft.team, draft.agent(agentId));
  if (!draft.team.config.agents.has(agentId) || !endpointId) return;
  draft.apply({ type: 'agent-reserved', agentId, callId });
  const legId = callDevice(draft, callId, {
    agentId,
    endpointId,
    role: 'agent',
    callerId: callerIdFor(call, 'agent'),
    ringMs,
    answersItself: false,
  });
  draft.apply({ type: 'call-offered', callId, agentId, legId, ringEndsAt: draft.now + ringMs });
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
