import { endpointOf, isOnline } from '../agent/availability.ts';
import type { CallId, EndpointId, LegId } from '../ids.ts';
import type { Draft } from '../team/draft.ts';
import type { CallState, Leg } from './call-state.ts';
import { legOf, liveLegs } from './call-state.ts';
import type { Intent } from './intent.ts';
import { confirmLast } from './joining.ts';
import { RING_GRACE_MS, legHeaders } from './offer.ts';
import { others } from './talk.ts';

/** How long the other side is kept with music while the agent's device is away, ms. */
const RECOVERY_MS = 15_000;
/** How long one attempt to call the device may take, ms. */
const ATTEMPT_MS = 5_000;
/** Between two attempts, when the device did not register anew in between, ms. */
const NEXT_TRY_MS = 2_000;

/** Whether losing this leg leaves a conversation that can be saved: the agent's page reloads, the customer stays. */
export function canRecover(draft: Draft, call: CallState, leg: Leg): boolean {
  const inTalk = call.phase.kind === 'talking' || call.phase.kind === 'held';
  return inTalk && draft.team.switchUp && leg.agentId !== null && others(call, leg.agentId).length > 0;
}

/** The agent's leg is gone, the call is not: music for the other side until the agent's device answers again. */
export function beginRecovery(draft: Draft, callId: CallId, lost: Leg): void {
  const { agentId } = lost;
  if (!agentId) return;
  draft.apply({ type: 'agent-leg-lost', callId, agentId, until: draft.now + RECOVERY_MS });
  for (const leg of others(draft.call(callId), agentId)) {
    draft.intend({ op: 'music', callId, legId: leg.id, on: true });
  }
  callBack(draft, callId);
}

/** Calls the agent's device, if it is there, and lets it answer by itself. */
export function callBack(draft: Draft, callId: CallId): void {
  const call = draft.call(callId);
  const { phase } = call;
  if (phase.kind !== 'recovering' || phase.legId || phase.nextTryAt > draft.now) return;
  const profile = draft.team.config.agents.get(phase.agentId);
  const endpointId = endpointOf(draft.team, draft.agent(phase.agentId));
  if (!profile || !endpointId || !isOnline(draft.team, endpointId)) return;
  const legId = draft.ids.next<LegId>('leg');
  draft.apply({
    type: 'leg-added',
    callId,
    leg: {
      id: legId,
      role: roleOf(call, phase.agentId),
      agentId: phase.agentId,
      endpointId,
      number: profile.number,
      name: profile.name,
      state: 'dialling',
    },
  });
  draft.apply({ type: 'agent-called-back', callId, legId });
  draft.intend({
    op: 'dial',
    callId,
    request: {
      legId,
      target: { kind: 'endpoint', endpointId },
      callerId: call.name ? { number: call.number, name: call.name } : { number: call.number },
      ringMs: ATTEMPT_MS + RING_GRACE_MS,
      autoAnswer: draft.ids.next<string>('auto'),
      headers: legHeaders(callId, legId),
    },
  });
}

function roleOf(call: CallState, agentId: Leg['agentId']): Leg['role'] {
  return call.legs.find((leg) => leg.agentId === agentId)?.role ?? 'agent';
}

/** The device has answered again: back into the room as it was left, on hold and muted if it was. */
export function rejoin(draft: Draft, callId: CallId): void {
  const call = draft.call(callId);
  const { phase } = call;
  if (phase.kind !== 'recovering' || !phase.legId) return;
  const intents: Intent[] = [
    {
      op: 'place',
      callId,
      legId: phase.legId,
      roomId: call.roomId,
      voice: phase.muted ? { kind: 'listen' } : { kind: 'all' },
    },
  ];
  if (phase.muted) draft.apply({ type: 'leg-muted', callId, legId: phase.legId, muted: true });
  if (!phase.heldBy) {
    for (const leg of others(call, phase.agentId)) {
      intents.push({ op: 'music', callId, legId: leg.id, on: false });
    }
  } else if (phase.heldBy !== phase.agentId) {
    intents.push({ op: 'music', callId, legId: phase.legId, on: true });
  }
  draft.intend(...confirmLast(intents, { type: 'Joined', callId }));
}

/** The attempt came to nothing; the next one follows when the device registers anew, or after a while. */
export function callBackFailed(draft: Draft, callId: CallId): void {
  draft.apply({ type: 'call-back-failed', callId, nextTryAt: draft.now + NEXT_TRY_MS });
}

/**
 * A device came online. The calls of agents who use it now may have their leg on an earlier device: the page was
 * reloaded, or the voice moved to another tab. That leg is given up and the call follows the agent to the new device.
 */
export function followDevice(draft: Draft, endpointId: EndpointId): void {
  for (const agent of draft.team.agents.values()) {
    const { activity } = agent;
    if (activity.kind !== 'talking' && activity.kind !== 'holding') continue;
    if (endpointOf(draft.team, agent) !== endpointId) continue;
    const call = draft.team.calls.get(activity.callId);
    if (!call) continue;
    if (call.phase.kind === 'recovering') {
      if (call.phase.agentId === agent.id) retryNow(draft, call, endpointId);
      continue;
    }
    const leg = liveLegs(call).find((each) => each.agentId === agent.id);
    if (!leg || leg.endpointId === endpointId || !canRecover(draft, call, leg)) continue;
    dropLeg(draft, call.id, leg);
    beginRecovery(draft, call.id, leg);
  }
}

function retryNow(draft: Draft, call: CallState, endpointId: EndpointId): void {
  if (call.phase.kind !== 'recovering') return;
  const attempt = call.phase.legId ? legOf(call, call.phase.legId) : undefined;
  if (attempt && attempt.endpointId === endpointId && attempt.state === 'up') return;
  if (attempt) dropLeg(draft, call.id, attempt);
  draft.apply({ type: 'call-back-failed', callId: call.id, nextTryAt: draft.now });
  callBack(draft, call.id);
}

function dropLeg(draft: Draft, callId: CallId, leg: Leg): void {
  if (leg.state === 'gone') return;
  draft.apply({ type: 'leg-gone', callId, legId: leg.id, cause: 'media-lost' });
  draft.intend({ op: 'hangup', callId, legId: leg.id, cause: 'media-lost' });
}
