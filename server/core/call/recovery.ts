import { agentsIn } from './agents-in.ts';
import { endpointOf, isOnline } from '../agent/availability.ts';
import type { AgentId, CallId, EndpointId, LegId } from '../kernel/ids.ts';
import type { Draft } from '../model/draft.ts';
import type { CallState, Leg } from '../model/call.ts';
import { legOf } from '../model/call.ts';
import { callDevice, callerIdFor, dropLeg } from './device-leg.ts';
import type { Intent } from '../ports/effects.ts';
import { confirmLast } from './joining.ts';
import { others } from './talk.ts';

/** How long the other side is kept with music while the agent's device is away, ms. */
export const RECOVERY_MS = 15_000;
/** How long one attempt to call the device may take, ms. */
const ATTEMPT_MS = 5_000;
/** Between two attempts, when the device did not register anew in between, ms. */
const NEXT_TRY_MS = 2_000;

/**
 * Whether losing this leg leaves a conversation that can be saved: the agent's page reloads, the customer stays. Also of a
 * switch that is away: one that has lost the customer as well says so.
 */
export function canRecover(call: CallState, leg: Leg): boolean {
  const { kind } = call.phase;
  // Somebody who is just being joined has waited long enough already.
  const inTalk = kind === 'connecting' || kind === 'talking' || kind === 'held';
  return inTalk && leg.agentId !== null && others(call, leg.agentId).length > 0;
}

/** The agent's leg is gone, the call is not: music for the other side until the agent's device answers again. */
export function beginRecovery(draft: Draft, callId: CallId, lost: Leg): void {
  const { agentId } = lost;
  if (!agentId) return;
  draft.apply({ type: 'agent-leg-lost', callId, agentId, until: draft.now + RECOVERY_MS });
  playMusic(draft, callId, agentId);
  callBack(draft, callId);
}

function playMusic(draft: Draft, callId: CallId, agentId: AgentId): void {
  for (const leg of others(draft.call(callId), agentId)) {
    draft.intend({ op: 'music', callId, legId: leg.id, on: true });
  }
}

/** Calls the agent's device, if it is there, and lets it answer by itself. */
export function callBack(draft: Draft, callId: CallId): void {
  const call = draft.call(callId);
  const { phase } = call;
  if (phase.kind !== 'recovering' || phase.legId || phase.nextTryAt > draft.now) return;
  if (!draft.team.switchUp) return;
  const endpointId = endpointOf(draft.team, draft.agent(phase.agentId));
  if (!endpointId || !isOnline(draft.team, endpointId)) return;
  const role = roleOf(call, phase.agentId);
  const legId = callDevice(draft, callId, {
    agentId: phase.agentId,
    endpointId,
    role,
    callerId: callerIdFor(call, role),
    ringMs: ATTEMPT_MS,
    answersItself: true,
  });
  draft.apply({ type: 'agent-called-back', callId, legId });
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
  if (!phase.heldBy) {
    for (const leg of others(call, phase.agentId)) {
      intents.push({ op: 'music', callId, legId: leg.id, on: false });
    }
  } else if (phase.heldBy !== phase.agentId) {
    intents.push({ op: 'music', callId, legId: phase.legId, on: true });
  }
  draft.intend(...confirmLast(intents, { type: 'Rejoined', callId, legId: phase.legId }));
}

/** The conversation goes on. Says nothing of a leg that has been lost again meanwhile. */
export function rejoined(draft: Draft, callId: CallId, legId: LegId): void {
  const call = draft.call(callId);
  const { phase } = call;
  if (phase.kind !== 'recovering' || phase.legId !== legId || legOf(call, legId)?.state !== 'up') return;
  const { heldBy } = phase;
  draft.apply({ type: 'call-recovered', callId });
  for (const { id, activity } of agentsIn(draft.team, call)) {
    // The far side had answered while the page of who dialled was away, or the phone that held has lost the call.
    const held = activity.kind === 'holding' && heldBy !== id;
    if (held || activity.kind === 'dialling' || activity.kind === 'ringing') {
      draft.apply({ type: 'agent-talking', agentId: id, callId });
    }
  }
}

/** The attempt came to nothing; the next one follows when the device registers anew, or after a while. `lost`: as it was. */
export function callBackFailed(draft: Draft, callId: CallId, lost: Leg): void {
  // It had been there long enough to be heard: the page was reloaded once more.
  if (lost.state === 'up' && lost.agentId) playMusic(draft, callId, lost.agentId);
  draft.apply({ type: 'call-back-failed', callId, nextTryAt: draft.now + NEXT_TRY_MS });
}

/** The device registered anew: an attempt at an earlier one is given up. */
export function retryNow(draft: Draft, call: CallState, endpointId: EndpointId): void {
  if (call.phase.kind !== 'recovering') return;
  const attempt = call.phase.legId ? legOf(call, call.phase.legId) : undefined;
  if (attempt && attempt.endpointId === endpointId && attempt.state === 'up') return;
  if (attempt) dropLeg(draft, call.id, attempt);
  if (attempt?.state === 'up') playMusic(draft, call.id, call.phase.agentId);
  draft.apply({ type: 'call-back-failed', callId: call.id, nextTryAt: draft.now });
  callBack(draft, call.id);
}
