import { currentCall } from '../model/agent.ts';
import type { CallId, LegId, PlaybackId } from '../kernel/ids.ts';
import type { EndCause } from '../ports/switch.ts';
import type { Draft } from '../model/draft.ts';
import type { Fact } from '../team/input.ts';
import type { CallState, Cause, EndedBy, Leg } from '../model/call.ts';
import { isEnded, legOf } from '../model/call.ts';
import { callByLeg } from './call-by-leg.ts';
import { endCall } from './ending.ts';
import { join, openRoom, place } from './joining.ts';
import {
  deviceLeft,
  farSideWaits,
  hasLeft,
  isOwnDeviceAway,
  mayReturn,
  ownLegReturned,
  playRingback,
} from './device-return.ts';
import { withdrawOffer } from './offer.ts';
import { callFarSide } from './outbound.ts';
import { beginRecovery, callBackFailed, canRecover, rejoin } from './recovery.ts';

export function legRang(draft: Draft, fact: Extract<Fact, { type: 'LegRang' }>): void {
  const call = callByLeg(draft, fact.legId);
  const leg = call && legOf(call, fact.legId);
  if (!call || !leg || isEnded(call)) return;
  if (leg.state === 'dialling') draft.apply({ type: 'leg-rang', callId: call.id, legId: leg.id });
  const { phase } = call;
  if (phase.kind !== 'calling-far' || phase.legId !== leg.id) return;
  const own = legOf(call, ownLegId(call));
  if (fact.earlyMedia) {
    // The network's own tones and announcements instead of ours (183 may also follow 180).
    if (phase.ringback) {
      draft.intend({ op: 'stop-playback', callId: call.id, playbackId: phase.ringback });
    }
    if (own?.state === 'up') draft.intend(place(call, leg));
    if (!phase.ringing || phase.ringback) {
      draft.apply({ type: 'far-side-rang', callId: call.id, ringback: null });
    }
    if (own?.state === 'offered') draft.intend({ op: 'ring', callId: call.id, legId: own.id });
    return;
  }
  if (phase.ringing) return;
  if (own?.state === 'offered') {
    // A desk phone that dials itself makes its own ringback.
    draft.apply({ type: 'far-side-rang', callId: call.id, ringback: null });
    draft.intend({ op: 'ring', callId: call.id, legId: own.id });
    return;
  }
  const ringback = draft.ids.next<PlaybackId>('play');
  draft.apply({ type: 'far-side-rang', callId: call.id, ringback });
  // Otherwise it is heard when the agent's page is back.
  if (own?.state === 'up') draft.intend(playRingback(call, own, ringback));
}

export function legAnswered(draft: Draft, legId: LegId): void {
  const call = callByLeg(draft, legId);
  const leg = call && legOf(call, legId);
  if (!call || !leg || leg.state === 'gone') return;
  if (leg.state !== 'up') draft.apply({ type: 'leg-came-up', callId: call.id, legId });
  const { phase } = call;
  switch (phase.kind) {
    case 'offered':
      if (phase.legId === legId) join(draft, call.id, phase.agentId);
      else if (leg.agentId) giveUp(draft, call.id, legId);
      return;
    case 'calling-agent':
      if (phase.legId !== legId) return;
      openRoom(draft, call.id);
      draft.intend(place(call, leg));
      callFarSide(draft, call.id);
      return;
    case 'calling-far':
      if (phase.legId !== legId) {
        if (leg.agentId === phase.agentId) ownLegReturned(draft, call.id, leg);
        return;
      }
      if (isOwnDeviceAway(call, phase.agentId)) {
        return farSideWaits(draft, call.id, phase.agentId);
      }
      if (phase.ringback) {
        draft.intend({ op: 'stop-playback', callId: call.id, playbackId: phase.ringback });
      }
      join(draft, call.id, phase.agentId);
      return;
    case 'recovering':
      if (phase.legId === legId) rejoin(draft, call.id);
      return;
    case 'waiting':
    case 'ended':
      // Answered in the moment in which we gave it up (RFC 3261 §9.1: the 200 may cross the CANCEL).
      if (leg.agentId || isEnded(call)) giveUp(draft, call.id, legId);
      return;
    case 'connecting':
    case 'talking':
    case 'held':
      return;
    default:
      phase satisfies never;
  }
}

function giveUp(draft: Draft, callId: CallId, legId: LegId): void {
  draft.intend({ op: 'hangup', callId, legId, cause: 'cancelled' });
}

export function legEnded(draft: Draft, fact: Extract<Fact, { type: 'LegEnded' }>): void {
  const found = goneLeg(draft, fact.legId, fact.cause);
  if (!found) return;
  const { call, leg } = found;
  // The page had gone before it could be called.
  const unreached = fact.cause === 'unreachable' && fact.side === 'switch' && hasLeft(draft, leg);
  if (unreached && mayReturn(draft, call, leg, fact.cause)) deviceLeft(draft, call.id, leg);
  else afterLeg(draft, call, leg, fact.cause, ownerOf(leg, fact));
}

export function legLost(draft: Draft, legId: LegId, cause: EndCause): void {
  const found = goneLeg(draft, legId, cause);
  if (!found) return;
  const { call, leg } = found;
  if (canRecover(call, leg)) beginRecovery(draft, call.id, leg);
  else if (mayReturn(draft, call, leg, cause)) deviceLeft(draft, call.id, leg);
  else afterLeg(draft, call, leg, cause, { kind: 'system' });
}

/** Notes that the leg is gone; gives the call as it was, or nothing when that was known. */
function goneLeg(draft: Draft, legId: LegId, cause: Cause): { call: CallState; leg: Leg } | null {
  const call = callByLeg(draft, legId);
  const leg = call && legOf(call, legId);
  if (!call || !leg || leg.state === 'gone') return null;
  draft.apply({ type: 'leg-gone', callId: call.id, legId, cause });
  return { call, leg };
}

function afterLeg(draft: Draft, call: CallState, leg: Leg, cause: Cause, by: EndedBy): void {
  const { phase } = call;
  switch (phase.kind) {
    case 'ended':
      return;
    case 'waiting':
      if (leg.role === 'customer') endCall(draft, call.id, leftTheLine(cause), by);
      return;
    case 'offered':
      if (leg.id === phase.legId) withdrawOffer(draft, call.id, cause === 'normal' ? 'rejected' : cause);
      else if (leg.role === 'customer') {
        const left = call.direction === 'queue' ? leftTheLine(cause) : gaveUp(cause);
        endCall(draft, call.id, left, by);
      }
      return;
    case 'calling-agent':
      endCall(draft, call.id, gaveUp(cause), by);
      return;
    case 'calling-far':
      endCall(draft, call.id, leg.id === phase.legId ? cause : gaveUp(cause), by);
      return;
    case 'recovering':
      if (leg.id === phase.legId) callBackFailed(draft, call.id, leg);
      else if (leg.agentId !== phase.agentId) endCall(draft, call.id, cause, by);
      return;
    case 'connecting':
    case 'talking':
    case 'held':
      if (isPart(draft, call, leg)) endCall(draft, call.id, cause, by);
      return;
    default:
      phase satisfies never;
  }
}

/** A leg of an earlier offer may end late; it is no part of the conversation. */
function isPart(draft: Draft, call: CallState, leg: Leg): boolean {
  if (!leg.agentId) return true;
  const agent = draft.team.agents.get(leg.agentId);
  return agent !== undefined && currentCall(agent) === call.id;
}

function leftTheLine(cause: Cause): Cause {
  return cause === 'normal' || cause === 'cancelled' ? 'abandoned' : cause;
}

function gaveUp(cause: Cause): Cause {
  return cause === 'normal' ? 'cancelled' : cause;
}

/** Only an end that the far side wished has an author; no answer, loss and our own hang-up have none. */
function ownerOf(leg: Leg, fact: Extract<Fact, { type: 'LegEnded' }>): EndedBy {
  if (fact.side !== 'far') return { kind: 'system' };
  const wished = ['normal', 'cancelled', 'busy', 'rejected'].includes(fact.cause);
  if (!wished) return { kind: 'system' };
  return leg.agentId ? { kind: 'agent', agentId: leg.agentId } : { kind: 'customer' };
}

function ownLegId(call: CallState): LegId {
  const own = call.legs.find((leg) => leg.role === 'agent' && leg.state !== 'gone');
  return own?.id ?? ('' as LegId);
}
