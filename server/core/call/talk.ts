import { DomainError } from '../kernel/domain-error.ts';
import type { AgentId, CallId, LegId } from '../kernel/ids.ts';
import type { Draft } from '../model/draft.ts';
import { mergeCallData } from './call-data.ts';
import type { CallState, Cause, Leg } from '../model/call.ts';
import { agentLeg, isHeldThere, legOf, liveLegs } from '../model/call.ts';
import { endCall } from './ending.ts';
import type { Intent } from '../ports/effects.ts';
import { confirmLast } from './joining.ts';
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
  if (draft.agent(agentId).device.kind === 'phone') {
    throw new DomainError('device-cannot-answer', "Pick up the desk phone's own handset.");
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
export function hangup(draft: Draft, agentId: AgentId, callId: CallId): void {
  const call = callOf(draft, agentId, callId);
  if (ringingLeg(call, agentId)) refuse(draft, call, agentId);
  else if (isWith(call, agentId)) endCall(draft, callId, goodbye(call), { kind: 'agent', agentId });
}

/** One party. With two in the call the other one stays alone, and the call ends. */
export function hangupLeg(draft: Draft, agentId: AgentId, callId: CallId, legId: LegId): void {
  const call = callOf(draft, agentId, callId);
  const leg = legOf(call, legId);
  if (!leg) throw new DomainError('call-not-active', 'There is no such party in the call.');
  if (leg.state !== 'gone') hangup(draft, agentId, callId);
}

export function hold(draft: Draft, agentId: AgentId, callId: CallId): void {
  const call = callOf(draft, agentId, callId);
  const holder = call.phase.kind === 'held' ? call.phase.by : holderToBe(call);
  if (holder !== null && holder !== agentId) {
    throw new DomainError('held-by-other-side', 'The other side holds the call.');
  }
  inTalk(call, agentId);
  // Also when it is held already: its end may be on the way to the switch.
  beginHold(draft, call, agentId);
}

export function resumeCall(draft: Draft, agentId: AgentId, callId: CallId): void {
  const call = callOf(draft, agentId, callId);
  if (call.phase.kind === 'held' && call.phase.by !== agentId) {
    throw new DomainError('call-not-held', 'The other side holds the call.');
  }
  const own = inTalk(call, agentId);
  // No request of ours makes a phone take back what its own button holds.
  if (isHeldThere(own)) throw new DomainError('held-at-phone', 'Take the call back at the desk phone.');
  music(draft, call, agentId, false, { type: 'ResumeConfirmed', callId, agentId });
}

export function mute(draft: Draft, agentId: AgentId, callId: CallId, muted: boolean): void {
  const call = callOf(draft, agentId, callId);
  const leg = inTalk(call, agentId);
  draft.intend({
    op: 'place',
    callId,
    legId: leg.id,
    roomId: call.roomId,
    voice: muted ? { kind: 'listen' } : { kind: 'all' },
    done: { type: 'MuteConfirmed', callId, legId: leg.id, muted },
  });
}

export function sendDigits(draft: Draft, agentId: AgentId, callId: CallId, digits: string): void {
  const call = callOf(draft, agentId, callId);
  if (call.phase.kind === 'held') throw new DomainError('call-held', 'The call is on hold.');
  inTalk(call, agentId);
  if (digits === '') return;
  for (const leg of others(call, agentId)) {
    draft.intend({ op: 'send-digits', callId, legId: leg.id, digits });
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

/** The agent's own calls only; another's is as if it did not exist. */
export function callOf(draft: Draft, agentId: AgentId, callId: CallId): CallState {
  const call = draft.call(callId);
  if (!call.agentIds.includes(agentId)) throw new DomainError('no-such-call', 'There is no such call.');
  return call;
}

/** The agent's leg while the call rings there. */
export function ringingLeg(call: CallState, agentId: AgentId): Leg | undefined {
  const { phase } = call;
  if (phase.kind === 'offered' && phase.agentId === agentId) return legOf(call, phase.legId);
  if (phase.kind === 'calling-far' && phase.farAgentId === agentId) return legOf(call, phase.legId);
  return undefined;
}

function refuse(draft: Draft, call: CallState, agentId: AgentId): void {
  if (call.phase.kind === 'offered') withdrawOffer(draft, call.id, 'rejected');
  else endCall(draft, call.id, 'rejected', { kind: 'agent', agentId });
}

function inTalk(call: CallState, agentId: AgentId): Leg {
  const leg = agentLeg(call, agentId);
  if ((call.phase.kind !== 'talking' && call.phase.kind !== 'held') || leg?.state !== 'up') {
    throw new DomainError('call-not-active', 'There is no conversation in this call.');
  }
  return leg;
}

/** The call is this agent's: talking, being put through, or waiting for the agent's device. */
function isWith(call: CallState, agentId: AgentId): boolean {
  const { kind } = call.phase;
  // A leg whose offer was withdrawn lives on until the switch has ended it.
  if (kind === 'ended' || kind === 'waiting' || kind === 'offered' || ringingLeg(call, agentId)) return false;
  return agentLeg(call, agentId) !== undefined || isWaitedFor(call, agentId);
}

/** The call is this agent's, and the device is on its way back. */
function isWaitedFor({ phase }: CallState, agentId: AgentId): boolean {
  const mine = phase.kind === 'recovering' || phase.kind === 'calling-agent' || phase.kind === 'calling-far';
  return mine && phase.agentId === agentId;
}

/** What ending the call now amounts to: giving up before the far side has answered, or a goodbye. */
function goodbye(call: CallState): Cause {
  return call.answeredAt === null ? 'cancelled' : 'normal';
}

export function others(call: CallState, agentId: AgentId): readonly Leg[] {
  return liveLegs(call).filter((leg) => leg.agentId !== agentId);
}

/** Who holds as soon as the switch has confirmed; two who hold each other would both be left with music. */
export function holderToBe(call: CallState): AgentId | null {
  return call.phase.kind === 'talking' ? (call.holdBegunBy ?? null) : null;
}

/** The switch is asked for music; the call is held when it has confirmed. */
export function beginHold(draft: Draft, call: CallState, agentId: AgentId): void {
  const callId = call.id;
  if (call.phase.kind === 'talking' && call.holdBegunBy !== agentId) {
    draft.apply({ type: 'hold-begun', callId, agentId });
  }
  music(draft, call, agentId, true, { type: 'HoldConfirmed', callId, agentId });
}

/** Music for everybody but the agent who holds, or its end. */
export function music(
  draft: Draft,
  call: CallState,
  agentId: AgentId,
  on: boolean,
  done: NonNullable<Intent['done']>,
): void {
  const intents = others(call, agentId).map((leg): Intent => ({
    op: 'music',
    callId: call.id,
    legId: leg.id,
    on,
  }));
  draft.intend(...confirmLast(intents, done));
}
