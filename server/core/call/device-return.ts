import { endpointOf, isOnline } from '../agent/availability.ts';
import type { AgentId, CallId, EndpointId, PlaybackId } from '../kernel/ids.ts';
import type { Draft } from '../model/draft.ts';
import type { Unindexed } from '../model/team.ts';
import type { CallState, Cause, Leg } from '../model/call.ts';
import { offerOfLeg, offerTo, offersOf } from '../model/offers.ts';
import { agentLeg, isBeforeTalk } from '../model/call.ts';
import { callDevice, callerIdFor, dropLeg } from './device-leg.ts';
import { callBack, RECOVERY_MS } from './recovery.ts';
import { ringingLeg } from './talk.ts';

/** How long an offer waits for the page that was reloaded under it; then the caller is not kept from others, ms. */
const OFFER_RETURN_MS = 4_000;
/** A device that has lost its leg and is still registered has had this long to show that its page is leaving, ms. */
const CALL_AGAIN_MS = 2_000;

/**
 * Pages that are reloaded before anybody talks. The call goes on where it was: what rang rings again at the new page for
 * the rest of its time; who dialled is called back and hears again how far the call has got.
 *
 * The signs of a leaving page (its media, its socket, its registration, the next page) come in any order, some of them
 * never. So the first one begins the wait, and a device that shows no other sign is called again.
 */
export function mayReturn(draft: Draft, call: CallState, leg: Leg, cause: Cause): boolean {
  if (!isBeforeTalk(call.phase) || !leg.agentId || cause === 'switch-failure') return false;
  const agent = draft.team.agents.get(leg.agentId);
  if (!agent || agent.device.kind !== 'browser' || !draft.team.switchUp) return false;
  const endsAt = endOfRinging(call, leg.agentId);
  return endsAt > draft.now && isPartOfIt(call, leg);
}

function endOfRinging(call: CallState, agentId: AgentId): number {
  const { phase } = call;
  if (phase.kind === 'calling-agent' || phase.kind === 'calling-far') return phase.until;
  return offerTo(call, agentId)?.ringEndsAt ?? -Infinity;
}

/** Whether the device on which the agent is called is another one than the leg's, or gone. */
export function hasLeft({ team }: Draft, leg: Leg): boolean {
  const endpointId = presentEndpoint(team, leg);
  return endpointId !== leg.endpointId || !isOnline(team, endpointId);
}

/** The phone that rings, or the one that dials; not the leg of an offer before this one. */
function isPartOfIt(call: CallState, leg: Leg): boolean {
  const { phase } = call;
  if (!isBeforeTalk(phase)) return false;
  if (phase.kind === 'offered') return offerOfLeg(call, leg.id) !== undefined;
  return leg.id === phase.legId || (phase.kind === 'calling-far' && leg.agentId === phase.agentId);
}

/** `leg` is gone. Another device that is there by now is called at once, otherwise when it registers. */
export function deviceLeft(draft: Draft, callId: CallId, leg: Leg): void {
  const { agentId } = leg;
  if (!agentId) return;
  const call = draft.call(callId);
  const patience = ringingLeg(call, agentId) ? OFFER_RETURN_MS : RECOVERY_MS;
  const of = call.phase.kind === 'offered' ? { agentId } : {};
  draft.apply({ type: 'device-left', callId, until: draft.now + patience, ...of });
  const endpointId = endpointOf(draft.team, draft.agent(agentId));
  if (endpointId && endpointId !== leg.endpointId && isOnline(draft.team, endpointId))
    deviceCame(draft, draft.call(callId), agentId, endpointId);
}

/** The legs whose page is waited for. */
function lostLegs(call: CallState): readonly Leg[] {
  const { phase, legs } = call;
  if (phase.kind === 'offered') {
    const away = offersOf(call).filter(({ awayUntil }) => awayUntil !== null);
    return away.flatMap(({ legId }) => legs.find(({ id, state }) => id === legId && state === 'gone') ?? []);
  }
  if (!isBeforeTalk(phase) || phase.awayUntil === null) return [];
  const last = [legs.find(({ id }) => id === phase.legId)];
  if (phase.kind === 'calling-far') last.push(legs.findLast(({ agentId }) => agentId === phase.agentId));
  return last.flatMap((leg) => (leg?.agentId && leg.state === 'gone' ? [leg] : []));
}

/** When devices that never went away are called again. */
export function callAgainTimes(team: Unindexed, call: CallState): number[] {
  return lostLegs(call)
    .filter((leg) => isOnline(team, presentEndpoint(team, leg)))
    .map((leg) => leg.since + CALL_AGAIN_MS);
}

/** Calls the devices that have lost their leg and stayed, as far as their time has come. */
export function callAgain(draft: Draft, call: CallState): void {
  for (const leg of lostLegs(call)) {
    const endpointId = presentEndpoint(draft.team, leg);
    if (!leg.agentId || !endpointId || !isOnline(draft.team, endpointId)) continue;
    if (leg.since + CALL_AGAIN_MS <= draft.now)
      deviceCame(draft, draft.call(call.id), leg.agentId, endpointId);
  }
}

function presentEndpoint(team: Unindexed, { agentId }: Leg): EndpointId | null {
  const agent = agentId && team.agents.get(agentId);
  return agent ? endpointOf(team, agent) : null;
}

/** The agent's device is another one than that of the leg, or has lost the leg: the leg moves there. */
export function deviceCame(draft: Draft, call: CallState, agentId: AgentId, endpointId: EndpointId): void {
  const { phase } = call;
  const ringing = ringingLeg(call, agentId);
  if (ringing) return moveOffer(draft, call, ringing, endpointId);
  if ((phase.kind === 'calling-agent' || phase.kind === 'calling-far') && phase.agentId === agentId) {
    moveOwnLeg(draft, call, agentId, endpointId);
  }
}

function moveOffer(draft: Draft, call: CallState, leg: Leg, endpointId: EndpointId): void {
  const { phase } = call;
  const isThere = leg.endpointId === endpointId && leg.state !== 'gone';
  // One that has been answered is about to be joined.
  if (!leg.agentId || isThere || leg.state === 'up') return;
  if (phase.kind !== 'offered' && phase.kind !== 'calling-far') return;
  dropLeg(draft, call.id, leg);
  const endsAt = endOfRinging(call, leg.agentId);
  const legId = callDevice(draft, call.id, {
    agentId: leg.agentId,
    device: { kind: 'endpoint', endpointId },
    role: leg.role,
    callerId: callerIdFor(call, leg.role),
    ringMs: Math.max(0, endsAt - draft.now),
    answersItself: false,
  });
  const of = phase.kind === 'offered' ? { agentId: leg.agentId } : {};
  draft.apply({ type: 'offer-moved', callId: call.id, legId, ...of });
}

function moveOwnLeg(draft: Draft, call: CallState, agentId: AgentId, endpointId: EndpointId): void {
  const { phase } = call;
  if (phase.kind !== 'calling-agent' && phase.kind !== 'calling-far') return;
  const before = agentLeg(call, agentId);
  if (before?.endpointId === endpointId) return;
  if (before) dropLeg(draft, call.id, before);
  const legId = callDevice(draft, call.id, {
    agentId,
    device: { kind: 'endpoint', endpointId },
    role: 'agent',
    callerId: callerIdFor(call, 'agent'),
    ringMs: Math.max(0, phase.until - draft.now),
    answersItself: true,
  });
  draft.apply({ type: 'own-leg-moved', callId: call.id, legId });
}

/** Who dialled is back while the far side is still being called: the ringing is played to the new leg. */
export function ownLegReturned(draft: Draft, callId: CallId): void {
  const { phase } = draft.call(callId);
  if (phase.kind !== 'calling-far' || phase.ringback === null) return;
  draft.apply({ type: 'far-side-rang', callId, ringback: draft.ids.next<PlaybackId>('play') });
}

/** Whether nobody is there to talk to the far side that answers now: the page of who dialled is away. */
export function isOwnDeviceAway(call: CallState, agentId: AgentId): boolean {
  const own = agentLeg(call, agentId);
  // A desk phone that dialled by itself is answered when the far side is there.
  return own === undefined || own.state === 'dialling' || own.state === 'ringing';
}

/** The far side has answered and the one who dialled is not back yet: music, as in a recovery. */
export function farSideWaits(draft: Draft, callId: CallId, agentId: AgentId): void {
  draft.apply({ type: 'agent-leg-lost', callId, agentId, until: draft.now + RECOVERY_MS });
  const call = draft.call(callId);
  const own = agentLeg(call, agentId);
  if (own) draft.apply({ type: 'agent-called-back', callId, agentId, legId: own.id });
  else callBack(draft, callId, agentId);
}
