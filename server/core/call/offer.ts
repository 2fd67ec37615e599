import { deviceOf } from '../agent/availability.ts';
import type { AgentId, CallId } from '../kernel/ids.ts';
import type { Draft } from '../model/draft.ts';
import { isSignedIn } from '../model/agent.ts';
import { NO_ANSWER } from '../model/set-up.ts';
import type { Group } from '../model/set-up.ts';
import type { Cause, Offer } from '../model/call.ts';
import { offerTo, offersOf } from '../model/offers.ts';
import { isOfLine, legOf } from '../model/call.ts';
import { callDevice, callerIdFor } from './device-leg.ts';
import { endCall, freeAgent, releaseAgent } from './ending.ts';

/** How long an agent's phone rings for a direct or internal call, ms. A group sets its own. */
export const DIRECT_RING_MS = 25_000;
/** Reserves the agent and rings the agent's device. The caller has checked that the agent can take it. */
export function offerCall(draft: Draft, callId: CallId, agentId: AgentId, ringMs: number): void {
  const call = draft.call(callId);
  const device = deviceOf(draft.team, draft.agent(agentId));
  if (!draft.team.config.agents.has(agentId) || !device) return;
  const turnOf = call.groupId && draft.group(call.groupId)?.strategy === 'round-robin' ? call.groupId : null;
  draft.apply({ type: 'agent-reserved', agentId, callId, ...(turnOf ? { turnOf } : {}) });
  const legId = callDevice(draft, callId, {
    agentId,
    device,
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
export function withdrawOffer(draft: Draft, callId: CallId, cause: Cause, agentId: AgentId): void {
  const call = draft.call(callId);
  const offer = offerTo(call, agentId);
  if (!offer) return;
  const { legId } = offer;
  if (!isOfLine(call)) {
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
      ...(cause === 'no-answer' || cause === 'rejected' ? { letRing: cause === 'no-answer' } : {}),
    });
  }
  freeAgent(draft, agentId, call);
  if (group) pauseWhoLetsRing(draft, agentId, group);
}

/** Whoever does not answer time and again is not there: callers are not kept waiting for that. */
function pauseWhoLetsRing(draft: Draft, agentId: AgentId, { pauseAfterMissed }: Group): void {
  const agent = draft.agent(agentId);
  const missed = agent.missed ?? 0;
  if (pauseAfterMissed === null || missed < pauseAfterMissed || agent.pause || !isSignedIn(agent)) return;
  draft.apply({ type: 'paused', agentId, reasonId: NO_ANSWER, missed });
}

/** The agent is not to have the call any more, and has not missed it: the next one is offered it. */
export function recallOffer(draft: Draft, callId: CallId, agentId: AgentId): void {
  const call = draft.call(callId);
  const offer = offerTo(call, agentId);
  if (!offer) return;
  if (isOfLine(call)) takeBack(draft, callId, offer, 'cancelled');
  else endCall(draft, callId, 'unreachable', { kind: 'system' });
}

/** Somebody has answered: it rings nowhere else, and none of the others has missed it. */
export function recallOthers(draft: Draft, callId: CallId, answeredBy: AgentId): void {
  for (const offer of offersOf(draft.call(callId))) {
    if (offer.agentId !== answeredBy) takeBack(draft, callId, offer, 'answered-elsewhere');
  }
}

function takeBack(draft: Draft, callId: CallId, { agentId, legId }: Offer, cause: Cause): void {
  const call = draft.call(callId);
  draft.apply({ type: 'offer-withdrawn', callId, agentId, cause });
  if (legOf(call, legId)?.state !== 'gone') {
    draft.intend({ op: 'hangup', callId, legId, cause: 'cancelled' });
  }
  releaseAgent(draft, agentId, true);
}
