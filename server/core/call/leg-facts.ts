import { currentCall } from '../model/agent.ts';
import type { CallId, LegId, PlaybackId } from '../kernel/ids.ts';
import type { EndCause } from '../ports/switch.ts';
import type { Draft } from '../model/draft.ts';
import type { Fact } from '../team/input.ts';
import type { CallState, Cause, EndedBy, Leg } from '../model/call.ts';
import { isEnded, isOfLine, legOf } from '../model/call.ts';
import { legOfParty, partyOfLeg } from '../model/parties.ts';
import { isAskedFor } from './asking.ts';
import { callByLeg } from './call-by-leg.ts';
import { endCall } from './ending.ts';
import { dropParty } from './leaving.ts';
import { join } from './joining.ts';
import { askForKey, mustKey } from './keyed-answer.ts';
import {
  deviceLeft,
  farSideWaits,
  hasLeft,
  isOwnDeviceAway,
  mayReturn,
  ownLegReturned,
} from './device-return.ts';
import { offerOfLeg } from '../model/offers.ts';
import { recallOthers, withdrawOffer } from './offer.ts';
import { callFarSide } from './outbound.ts';
import { supervisorAnswered } from '../supervision/taking-over.ts';
import { beginRecovery, callBackFailed, canRecover } from './recovery.ts';

export function legRang(draft: Draft, fact: Extract<Fact, { type: 'LegRang' }>): void {
  const call = callByLeg(draft, fact.legId);
  const leg = call && legOf(call, fact.legId);
  if (!call || !leg || isEnded(call)) return;
  if (leg.state === 'dialling') draft.apply({ type: 'leg-rang', callId: call.id, legId: leg.id });
  const { phase } = call;
  if (phase.kind === 'conversation') return partyRang(draft, call, leg, fact.earlyMedia);
  if (phase.kind !== 'calling-far' || phase.legId !== leg.id) return;
  const own = legOf(call, ownLegId(call));
  if (fact.earlyMedia) {
    // The network's own tones and announcements instead of ours (183 may also follow 180).
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
  draft.apply({ type: 'far-side-rang', callId: call.id, ringback: draft.ids.next<PlaybackId>('play') });
}

/** Who is called in rings: whoever calls hears it. */
function partyRang(draft: Draft, call: CallState, leg: Leg, early: boolean): void {
  const party = partyOfLeg(call, leg);
  if (!party?.called || party.left || party.monitor || (party.called.ringback && !early)) return;
  const ringback = early ? null : draft.ids.next<PlaybackId>('play');
  draft.apply({ type: 'party-rang', callId: call.id, partyId: party.id, ringback, early });
}

export function legAnswered(draft: Draft, legId: LegId): void {
  const call = callByLeg(draft, legId);
  const leg = call && legOf(call, legId);
  if (!call || !leg || leg.state === 'gone') return;
  if (leg.state !== 'up' && isWanted(call, leg) && mustKey(draft, call, leg)) {
    return askForKey(draft, call.id, legId);
  }
  answered(draft, call, leg);
}

/** 1 has been keyed where it was asked for: it is a person who has answered. */
export function keyPressed(draft: Draft, legId: LegId): void {
  const call = callByLeg(draft, legId);
  const leg = call && legOf(call, legId);
  if (call && leg?.keyAsked && leg.state !== 'up' && leg.state !== 'gone') answered(draft, call, leg);
}

/** Not one that was given up: its answer is hung up at once. */
function isWanted(call: CallState, leg: Leg): boolean {
  return (
    leg.cause === null && !isEnded(call) && call.phase.kind !== 'waiting' && !partyOfLeg(call, leg)?.left
  );
}

function answered(draft: Draft, call: CallState, leg: Leg): void {
  const { id: legId } = leg;
  if (leg.state !== 'up') draft.apply({ type: 'leg-came-up', callId: call.id, legId });
  const { phase } = call;
  switch (phase.kind) {
    case 'offered':
      answeredOffer(draft, call, leg);
      return;
    case 'calling-agent':
      if (phase.legId !== legId) return;
      callFarSide(draft, call.id);
      return;
    case 'calling-far':
      if (phase.legId !== legId) {
        if (leg.agentId === phase.agentId) ownLegReturned(draft, call.id);
        return;
      }
      if (isOwnDeviceAway(call, phase.agentId)) {
        return farSideWaits(draft, call.id, phase.agentId);
      }
      join(draft, call.id, phase.agentId);
      return;
    case 'waiting':
    case 'ended':
      // Answered in the moment in which we gave it up (RFC 3261 §9.1: the 200 may cross the CANCEL).
      if (leg.agentId || isEnded(call)) giveUp(draft, call.id, legId);
      return;
    case 'connecting':
      // Somebody else has answered just before.
      if (leg.agentId && leg.cause !== null) giveUp(draft, call.id, legId);
      return;
    case 'conversation': {
      const party = partyOfLeg(call, leg);
      // Answered in the moment in which it was let go.
      if (party?.left || (leg.agentId && leg.cause !== null)) giveUp(draft, call.id, legId);
      else if (party?.monitor) supervisorAnswered(draft, call.id, party);
      else if (party?.called && party.agentId) {
        if (isAskedFor(call, party)) draft.apply({ type: 'asking-ended', callId: call.id });
        draft.apply({ type: 'agent-talking', agentId: party.agentId, callId: call.id });
      }
      return;
    }
    default:
      phase satisfies never;
  }
}

/** Whoever answers first has it. */
function answeredOffer(draft: Draft, call: CallState, { id: legId, agentId }: Leg): void {
  const offer = offerOfLeg(call, legId);
  if (!offer) {
    if (agentId) giveUp(draft, call.id, legId);
    return;
  }
  recallOthers(draft, call.id, offer.agentId);
  join(draft, call.id, offer.agentId);
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
    case 'offered': {
      const offer = offerOfLeg(call, leg.id);
      if (offer) withdrawOffer(draft, call.id, cause === 'normal' ? 'rejected' : cause, offer.agentId);
      else if (leg.role === 'customer') {
        const left = isOfLine(call) ? leftTheLine(cause) : gaveUp(cause);
        endCall(draft, call.id, left, by);
      }
      return;
    }
    case 'calling-agent':
      endCall(draft, call.id, gaveUp(cause), by);
      return;
    case 'calling-far':
      endCall(draft, call.id, leg.id === phase.legId ? cause : gaveUp(cause), by);
      return;
    case 'connecting':
      if (isPart(draft, call, leg)) endCall(draft, call.id, cause, by);
      return;
    case 'conversation': {
      const party = partyOfLeg(call, leg);
      if (!party || legOfParty(call, party)?.id !== leg.id) return;
      if (party.away && party.agentId) callBackFailed(draft, call.id, party.agentId);
      else dropParty(draft, call.id, party, cause, by);
      return;
    }
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
