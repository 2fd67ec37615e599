import { DomainError } from '../kernel/domain-error.ts';
import type { AgentId, CallId, LegId } from '../kernel/ids.ts';
import type { Draft } from '../model/draft.ts';
import type { Command } from '../team/input.ts';
import { mergeCallData } from './call-data.ts';
import type { CallState, Cause, EndedBy, Leg } from '../model/call.ts';
import { agentLeg, isHeldThere, legOf, liveLegs } from '../model/call.ts';
import { endCall } from './ending.ts';
import { dropParty, letGo } from './leaving.ts';
import { muteOwn } from './muting.ts';
import {
  companions,
  holderIn,
  holderToBe,
  isListening,
  legOfParty,
  partyOf,
  partyOfLeg,
  presentParties,
  supervisorsIn,
} from '../model/parties.ts';
import { offerTo } from '../model/offers.ts';
import { withdrawOffer } from './offer.ts';

// What is so already is not refused: two tabs click at the same moment, a page asks twice, an answer was lost on its way.

/**
 * Answered already is as good. call-not-ringing: it does not ring at this agent (any more). Whether the device can be told to
 * answer is the page's.
 */
export function checkAnswer(draft: Draft, agentId: AgentId, callId: CallId): void {
  const call = callOf(draft, agentId, callId);
  if (isWith(call, agentId)) return;
  if (!ringingLeg(call, agentId)) {
    throw new DomainError('call-not-ringing', 'The call does not ring here any more.');
  }
  const { device } = draft.agent(agentId);
  if (device.kind !== 'browser') {
    throw new DomainError('device-cannot-answer', 'Pick up at the telephone itself.', {
      device: device.kind,
    });
  }
}

export function reject(draft: Draft, agentId: AgentId, callId: CallId): void {
  const call = callOf(draft, agentId, callId);
  if (ringingLeg(call, agentId)) return refuse(draft, call, agentId);
  if (isWith(call, agentId)) throw new DomainError('call-not-ringing', 'The call has been answered.');
}

/**
 * Ends the call for everybody; an offer that only rings is refused, and a queue's caller goes on waiting. Nothing is left to
 * do when the call is not with this agent any more.
 */
export function hangup(draft: Draft, agentId: AgentId, callId: CallId, by = agentId): void {
  const call = callOf(draft, agentId, callId);
  if (ringingLeg(call, agentId)) refuse(draft, call, agentId);
  else if (isWith(call, agentId)) endFor(draft, call, agentId, { kind: 'agent', agentId: by });
}

/** Whoever was called in goes alone. */
function endFor(draft: Draft, call: CallState, agentId: AgentId, by: EndedBy): void {
  const own = partyOf(call, agentId);
  if (own?.role === 'consulted') dropParty(draft, call.id, own, 'normal', by);
  else endCall(draft, call.id, goodbye(call), by);
}

/** One party. With two in the call the other one stays alone, and the call ends. */
export function hangupLeg(draft: Draft, agentId: AgentId, callId: CallId, legId: LegId): void {
  const call = callOf(draft, agentId, callId);
  const leg = legOf(call, legId);
  const party = leg && partyOfLeg(call, leg);
  if (!leg || party?.role === 'supervisor') {
    throw new DomainError('call-not-active', 'There is no such party in the call.');
  }
  if (leg.state === 'gone') return;
  const isOneOfMany = call.phase.kind === 'conversation' && presentParties(call).length > 2;
  if (isOneOfMany && party && party.agentId !== agentId) letGo(draft, call, agentId, party);
  else hangup(draft, agentId, callId);
}

export function hold(draft: Draft, agentId: AgentId, callId: CallId): void {
  const call = callOf(draft, agentId, callId);
  const place = partyOf(call, agentId)?.place ?? 'main';
  // Two who hold each other would both be left with music.
  const holder = holderIn(call, place) ?? holderToBe(call, place);
  if (holder && holder.agentId !== agentId) {
    throw new DomainError('held-by-other-side', 'The other side holds the call.');
  }
  inTalk(call, agentId);
  // Also when it is held already: its end may be on the way to the switch.
  beginHold(draft, call, agentId);
}

export function resumeCall(draft: Draft, agentId: AgentId, callId: CallId): void {
  const call = callOf(draft, agentId, callId);
  const holder = holderIn(call, partyOf(call, agentId)?.place ?? 'main');
  if (holder && holder.agentId !== agentId) {
    throw new DomainError('call-not-held', 'The other side holds the call.');
  }
  const own = inTalk(call, agentId);
  // No request of ours makes a phone take back what its own button holds.
  if (isHeldThere(own)) throw new DomainError('held-at-phone', 'Take the call back at the desk phone.');
  beginResume(draft, call, agentId);
}

/** Also while nobody hears it: it rings at who is asked, or a group's line is waited in. */
export function mute(draft: Draft, agentId: AgentId, callId: CallId, muted: boolean): void {
  const call = callOf(draft, agentId, callId);
  muteOwn(draft, callId, inConversation(call, agentId), muted);
}

export function sendDigits(draft: Draft, agentId: AgentId, callId: CallId, digits: string): void {
  const call = callOf(draft, agentId, callId);
  const own = partyOf(call, agentId);
  if (own && holderIn(call, own.place)) throw new DomainError('call-held', 'The call is on hold.');
  inTalk(call, agentId);
  if (digits === '') return;
  for (const party of own ? companions(call, own) : []) {
    const leg = legOfParty(call, party);
    if (leg) draft.intend({ op: 'send-digits', callId, legId: leg.id, digits });
  }
}

/** Merged into what is there; an empty value removes its key. Allowed after the call's end too, for its notes. */
export function setData(
  draft: Draft,
  agentId: AgentId,
  callId: CallId,
  change: Readonly<Record<string, string>>,
): void {
  const call = callOf(draft, agentId, callId);
  draft.apply({ type: 'call-data-set', callId, data: mergeCallData(call.data, change) });
}

/** The agent's own calls only; another's, also one that the agent listens to as a leader, is as if it did not exist. */
export function callOf(draft: Draft, agentId: AgentId, callId: CallId): CallState {
  const call = draft.call(callId);
  if (!call.agentIds.includes(agentId) || isListening(call, agentId))
    throw new DomainError('no-such-call', 'There is no such call.');
  return call;
}

/** The agent's leg while the call rings there. */
export function ringingLeg(call: CallState, agentId: AgentId): Leg | undefined {
  const { phase } = call;
  const offer = offerTo(call, agentId);
  if (offer) return legOf(call, offer.legId);
  if (phase.kind === 'calling-far' && phase.farAgentId === agentId) return legOf(call, phase.legId);
  const own = phase.kind === 'conversation' ? partyOf(call, agentId) : undefined;
  if (own?.called) return legOfParty(call, own);
  return undefined;
}

function refuse(draft: Draft, call: CallState, agentId: AgentId): void {
  const own = partyOf(call, agentId);
  if (call.phase.kind === 'offered') withdrawOffer(draft, call.id, 'rejected', agentId);
  else if (own?.called) dropParty(draft, call.id, own, 'rejected', { kind: 'agent', agentId });
  else endCall(draft, call.id, 'rejected', { kind: 'agent', agentId });
}

/** There is somebody to talk to. */
function inTalk(call: CallState, agentId: AgentId): Leg {
  const leg = inConversation(call, agentId);
  const party = partyOf(call, agentId);
  if (!party || companions(call, party).length === 0) throw noConversation();
  return leg;
}

/** The agent's leg, which has its voice in the call. */
function inConversation(call: CallState, agentId: AgentId): Leg {
  const leg = agentLeg(call, agentId);
  const party = call.phase.kind === 'conversation' ? partyOf(call, agentId) : undefined;
  if (!party || party.away || leg?.state !== 'up') throw noConversation();
  return leg;
}

function noConversation(): DomainError {
  return new DomainError('call-not-active', 'There is no conversation in this call.');
}

/** The call is this agent's: talking, being put through, or waiting for the agent's device. */
function isWith(call: CallState, agentId: AgentId): boolean {
  const { kind } = call.phase;
  // A leg whose offer was withdrawn lives on until the switch has ended it.
  if (kind === 'ended' || kind === 'waiting' || kind === 'offered' || ringingLeg(call, agentId)) return false;
  if (kind === 'conversation') return partyOf(call, agentId) !== undefined;
  return agentLeg(call, agentId)?.cause === null || isWaitedFor(call, agentId);
}

/** The call is this agent's, and the device is on its way back. */
function isWaitedFor({ phase }: CallState, agentId: AgentId): boolean {
  return (phase.kind === 'calling-agent' || phase.kind === 'calling-far') && phase.agentId === agentId;
}

/** What ending the call now amounts to: giving up before the far side has answered, or a goodbye. */
function goodbye(call: CallState): Cause {
  return call.answeredAt === null ? 'cancelled' : 'normal';
}

export function others(call: CallState, agentId: AgentId): readonly Leg[] {
  const supervisors = new Set(supervisorsIn(call).map(({ id }) => id));
  return liveLegs(call).filter((leg) => leg.agentId !== agentId && !supervisors.has(leg.partyId));
}

/** The others hear music; the call is held when the switch has confirmed. */
export function beginHold(draft: Draft, call: CallState, agentId: AgentId): void {
  wishHold(draft, call, agentId, true);
}

/** The others hear the agent again, and it is a talk when the switch has confirmed. */
export function beginResume(draft: Draft, call: CallState, agentId: AgentId): void {
  wishHold(draft, call, agentId, false);
}

function wishHold(draft: Draft, call: CallState, agentId: AgentId, on: boolean): void {
  const callId = call.id;
  // What is so, or is asked for already, is asked for once more; so is the end of what somebody else holds.
  const place = partyOf(call, agentId)?.place ?? 'main';
  if ((holderToBe(call, place)?.agentId === agentId) === on) draft.reassert(callId);
  else draft.apply({ type: on ? 'hold-begun' : 'resume-begun', callId, agentId });
}

export function linkCustomer(draft: Draft, command: Extract<Command, { type: 'LinkCustomer' }>): void {
  const { agentId, callId, customerId, name } = command;
  callOf(draft, agentId, callId);
  draft.apply({ type: 'customer-linked', callId, customerId, name });
}
