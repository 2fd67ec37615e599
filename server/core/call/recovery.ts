import { agentsIn } from './agents-in.ts';
import { deviceOf, isOnline } from '../agent/availability.ts';
import type { AgentId, CallId, EndpointId } from '../kernel/ids.ts';
import type { Draft } from '../model/draft.ts';
import type { CallState, Leg } from '../model/call.ts';
import { legOf } from '../model/call.ts';
import { awayParties, isHere, partyOf } from '../model/parties.ts';
import { callDevice, callerIdFor, dropLeg } from './device-leg.ts';
import { others } from './talk.ts';

/** How long the other side is kept with music while the agent's device is away, ms. */
export const RECOVERY_MS = 15_000;
/** The same of a telephone outside, which has to ring and to be picked up, ms. */
const OUTSIDE_RECOVERY_MS = 30_000;
/** How long one attempt to call the device may take, ms. */
const ATTEMPT_MS = 5_000;
/** How long a leader's telephone is waited for that has lost the agent to whom it listened, ms. */
const MONITOR_RETURN_MS = 5_000;
/** Between two attempts, when the device did not register anew in between, ms. */
const NEXT_TRY_MS = 2_000;

/**
 * Whether losing this leg leaves a conversation that can be saved: the agent's page reloads, the others stay, or are on their
 * way back themselves. Also of a switch that is away: one that has lost the customer as well says so.
 */
export function canRecover(call: CallState, leg: Leg): boolean {
  const { agentId } = leg;
  if (agentId === null) return false;
  const own = partyOf(call, agentId);
  // A telephone outside does not answer in the time that a leader is waited for.
  if (own?.role === 'supervisor') return !own.away && !own.called && leg.endpointId !== null;
  const areOthersThere =
    others(call, agentId).length > 0 ||
    awayParties(call).some((party) => party.agentId !== agentId && party.role !== 'supervisor');
  // Somebody who is just being joined has waited long enough already.
  if (call.phase.kind === 'connecting') return areOthersThere;
  return (
    call.phase.kind === 'conversation' && own !== undefined && !own.away && !own.called && areOthersThere
  );
}

/**
 * The agent's leg is gone, the party is not: it is waited for until the agent's device answers again. A leader who was heard
 * comes back to listen only, and is not waited for as long.
 */
export function beginRecovery(draft: Draft, callId: CallId, lost: Leg): void {
  const { agentId } = lost;
  if (!agentId) return;
  const party = partyOf(draft.call(callId), agentId);
  const patience = party?.role === 'supervisor' ? MONITOR_RETURN_MS : patienceFor(lost);
  if (party?.monitor && party.monitor.mode !== 'listen') {
    const monitor = { ...party.monitor, mode: 'listen' } as const;
    draft.apply({ type: 'monitor-changed', callId, partyId: party.id, monitor });
  }
  draft.apply({ type: 'agent-leg-lost', callId, agentId, until: draft.now + patience });
  callBack(draft, callId, agentId);
}

function patienceFor({ endpointId }: Leg): number {
  return endpointId === null ? OUTSIDE_RECOVERY_MS : RECOVERY_MS;
}

/** Calls the agent's device, if it is there, and lets it answer by itself. */
export function callBack(draft: Draft, callId: CallId, agentId: AgentId): void {
  const call = draft.call(callId);
  const away = partyOf(call, agentId)?.away;
  if (call.phase.kind !== 'conversation' || !away || away.legId || away.nextTryAt > draft.now) return;
  if (!draft.team.switchUp) return;
  const device = deviceOf(draft.team, draft.agent(agentId));
  if (!device || (device.kind === 'endpoint' && !isOnline(draft.team, device.endpointId))) return;
  const role = call.legs.find((leg) => leg.agentId === agentId)?.role ?? 'agent';
  const legId = callDevice(draft, callId, {
    agentId,
    device,
    role,
    callerId: callerIdFor(call, role),
    // Who is called outside has to hear it ring, and to pick up.
    ringMs: device.kind === 'number' ? away.until - draft.now : ATTEMPT_MS,
    answersItself: true,
  });
  draft.apply({ type: 'agent-called-back', callId, agentId, legId });
}

/** The conversation goes on for the party. */
export function rejoined(draft: Draft, callId: CallId, agentId: AgentId): void {
  draft.apply({ type: 'call-recovered', callId, agentId });
  const call = draft.call(callId);
  for (const { id, activity } of agentsIn(draft.team, call)) {
    const party = partyOf(call, id);
    if (!party || party.away || !isHere(call, party)) continue;
    // The far side had answered while the page of who dialled was away, or the phone that held has lost the call.
    const held = activity.kind === 'holding' && party.heldSince === null;
    if (held || activity.kind === 'dialling' || activity.kind === 'ringing') {
      draft.apply({ type: 'agent-talking', agentId: id, callId });
    }
  }
}

/** The attempt came to nothing; the next one follows when the device registers anew, or after a while. */
export function callBackFailed(draft: Draft, callId: CallId, agentId: AgentId): void {
  draft.apply({ type: 'call-back-failed', callId, agentId, nextTryAt: draft.now + NEXT_TRY_MS });
}

/** The device registered anew: an attempt at an earlier one is given up. */
export function retryNow(draft: Draft, callId: CallId, agentId: AgentId, endpointId: EndpointId): void {
  const call = draft.call(callId);
  const away = partyOf(call, agentId)?.away;
  if (!away) return;
  const attempt = away.legId ? legOf(call, away.legId) : undefined;
  if (attempt && attempt.endpointId === endpointId && attempt.state === 'up') return;
  if (attempt) dropLeg(draft, callId, attempt);
  draft.apply({ type: 'call-back-failed', callId, agentId, nextTryAt: draft.now });
  callBack(draft, callId, agentId);
}
