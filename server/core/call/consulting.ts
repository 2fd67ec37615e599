import { DomainError } from '../kernel/domain-error.ts';
import type { AgentId, CallId, GroupId, PartyId } from '../kernel/ids.ts';
import type { CallState } from '../model/call.ts';
import type { Draft } from '../model/draft.ts';
import { askedAside, isHere, partyOf, presentParties } from '../model/parties.ts';
import type { Party } from '../model/party.ts';
import type { Group } from '../model/set-up.ts';
import type { Command } from '../team/input.ts';
import { callParty } from './calling-in.ts';
import { ask, checkGroup, stopAsking } from './asking.ts';
import { checkOutside } from './outside-parties.ts';
import { checkSingle, waitFor } from './requeuing.ts';
import { dropParty, letGo, partyLeaves } from './leaving.ts';
import { destination } from './outbound.ts';
import { muteOther } from './muting.ts';
import { callOf } from './talk.ts';
import type { Target } from './target.ts';

/** So many are in one call at most. */
const MOST_PARTIES = 30;

/** Asks somebody aside, while the others hear music. A hold of the agent ends with it: the others hear music all the same. */
export function consult(draft: Draft, agentId: AgentId, callId: CallId, target: Target): void {
  const call = callOf(draft, agentId, callId);
  const own = inConversation(call, agentId);
  if (isAsking(call, agentId)) throw notNow('Somebody is being asked already.');
  checkNobodyAside(call);
  if (target.kind === 'group') {
    checkRoom(draft, call);
    endHold(draft, call, own);
    return ask(draft, call, own, target.groupId);
  }
  const to = destinationOf(draft, agentId, call, target);
  endHold(draft, call, own);
  draft.apply({ type: 'party-moved', callId, partyId: own.id, place: 'consult' });
  callParty(draft, callId, { to, role: 'consulted', place: 'consult', broughtBy: agentId, returnsTo: null });
}

/** Between the one who was asked and the others; whom the agent leaves hears music. */
export function swap(draft: Draft, agentId: AgentId, callId: CallId): void {
  const call = callOf(draft, agentId, callId);
  const own = inConversation(call, agentId);
  const consulted = answeredConsult(call, agentId);
  endHold(draft, call, own);
  const place = own.place === consulted.place ? 'main' : 'consult';
  draft.apply({ type: 'party-moved', callId, partyId: own.id, place });
}

/** Back to the others, ringing or talking; who was asked is let go. What is so already is not refused. */
export function retrieve(draft: Draft, agentId: AgentId, callId: CallId): void {
  const call = callOf(draft, agentId, callId);
  inConversation(call, agentId);
  const consulted = consultOf(call, agentId);
  if (asks(call, agentId)) stopAsking(draft, call);
  if (consulted) letGo(draft, draft.call(callId), agentId, consulted);
}

/** Whoever was asked and the agent are with the others: all hear all. */
export function conference(draft: Draft, agentId: AgentId, callId: CallId): void {
  const call = callOf(draft, agentId, callId);
  const own = inConversation(call, agentId);
  const consulted = answeredConsult(call, agentId);
  endHold(draft, call, own);
  for (const { id } of [consulted, own])
    draft.apply({ type: 'party-moved', callId, partyId: id, place: 'main' });
}

/** Calls somebody in, to all who are there. */
export function add(draft: Draft, agentId: AgentId, callId: CallId, target: Target): void {
  const call = callOf(draft, agentId, callId);
  const own = inConversation(call, agentId);
  // Nobody is put to the others whom the agent does not hear with them.
  if (own.place !== 'main' || isAsking(call, agentId)) throw notNow('Somebody is being asked aside.');
  if (target.kind === 'group')
    throw new DomainError('forbidden', 'A group is asked aside, or given the call.');
  const to = destinationOf(draft, agentId, call, target);
  callParty(draft, callId, { to, role: 'consulted', place: 'main', broughtBy: agentId, returnsTo: null });
}

/** The one who was asked takes the agent's place, or will when it has answered; the agent's part is over. */
export function transfer(draft: Draft, agentId: AgentId, callId: CallId, target: Target | null): void {
  if (target) return transferBlind(draft, agentId, callId, target);
  const call = callOf(draft, agentId, callId);
  const own = passingOn(call, agentId);
  const consulted = consultOf(call, agentId);
  if (!consulted && call.asking?.by === agentId) return requeue(draft, call, own, call.asking.groupId);
  if (!consulted) throw notNow('Nobody is being asked.');
  checkWaiting(call, [own, consulted]);
  const outside = consulted.agentId === null ? checkOutside(draft, call, agentId) : null;
  if (asks(call, agentId)) draft.apply({ type: 'asking-ended', callId });
  draft.apply({ type: 'party-moved', callId, partyId: consulted.id, place: 'main' });
  if (outside) handOutside(draft, callId, consulted, own, outside);
  else handOver(draft, callId, consulted, own);
}

/** The same without asking: it rings there, the others hear music, and it comes back when nobody answers. */
function transferBlind(draft: Draft, agentId: AgentId, callId: CallId, target: Target): void {
  const call = callOf(draft, agentId, callId);
  const own = passingOn(call, agentId);
  // Who is asked has no call to pass on yet.
  if (own.place === 'consult' || consultOf(call, agentId)) throw notNow('Somebody is being asked.');
  if (target.kind === 'group') return requeue(draft, call, own, target.groupId);
  checkWaiting(call, [own]);
  const outside = target.kind === 'number' ? checkOutside(draft, call, agentId) : null;
  const to = destinationOf(draft, agentId, call, target);
  const role = to.kind === 'agent' ? 'agent' : 'consulted';
  callParty(draft, callId, { to, role, place: 'main', broughtBy: agentId, returnsTo: agentId });
  const called = presentParties(draft.call(callId)).findLast((party) => party.broughtBy === agentId);
  if (!called) return;
  if (outside) handOutside(draft, callId, called, own, outside);
  else handOver(draft, callId, called, own);
}

/** The customer may have left while the two talked aside. */
function checkWaiting(call: CallState, apart: readonly Party[]): void {
  const others = presentParties(call).filter(
    ({ id, called }) => !called && apart.every((each) => each.id !== id),
  );
  if (others.length === 0) throw notNow('Nobody is there who could be passed on.');
}

function handOver(draft: Draft, callId: CallId, to: Party, from: Party): void {
  if (!to.agentId || !from.agentId) return;
  draft.apply({ type: 'call-handed', callId, agentId: to.agentId, returnsTo: from.agentId });
  partyLeaves(draft, callId, from, 'handed-over');
}

/** The number gets the call in the agent's place; when it does not answer, it goes as the group has it. */
function handOutside(draft: Draft, callId: CallId, to: Party, from: Party, { talkOnMs }: Group): void {
  const returnsTo = from.agentId;
  const others = presentParties(draft.call(callId)).filter(({ id }) => id !== from.id);
  const until = others.some(({ agentId }) => agentId !== null) ? null : draft.now + talkOnMs;
  draft.apply({ type: 'left-alone', callId, partyId: to.id, returnsTo, until });
  partyLeaves(draft, callId, from, 'handed-over');
}

/** The agent gives the call to a group. */
function requeue(draft: Draft, call: CallState, own: Party, groupId: GroupId): void {
  checkGroup(draft, groupId);
  checkSingle(call, own);
  if (!own.agentId) return;
  partyLeaves(draft, call.id, own, 'handed-over');
  waitFor(draft, call, groupId, own.agentId);
}

/** Lets one party go that the agent has called in, or any that is not an agent. */
export function kick(draft: Draft, agentId: AgentId, callId: CallId, partyId: PartyId): void {
  const call = callOf(draft, agentId, callId);
  const party = otherIn(call, inConversation(call, agentId), partyId);
  if (!party.left) letGo(draft, call, agentId, party);
}

/** Takes the voice of one party from all others, or gives it back: of whom the agent might let go. */
export function muteParty(
  draft: Draft,
  { agentId, callId, partyId, muted }: Extract<Command, { type: 'MuteParty' }>,
): void {
  const call = callOf(draft, agentId, callId);
  const party = otherIn(call, inConversation(call, agentId), partyId);
  muteOther(draft, call, agentId, party, muted);
}

function otherIn(call: CallState, own: Party, partyId: PartyId): Party {
  const party = call.parties.find((each) => each.id === partyId);
  if (!party || party.id === own.id || party.role === 'supervisor') {
    throw notNow('There is no such party in the call.');
  }
  return party;
}

/** The agent goes, and the others go on if they may. */
export function leave(draft: Draft, agentId: AgentId, callId: CallId): void {
  const call = callOf(draft, agentId, callId);
  const own = partyOf(call, agentId);
  if (own && call.phase.kind === 'conversation' && !own.called) {
    dropParty(draft, callId, own, 'normal', { kind: 'agent', agentId });
  }
}

function inConversation(call: CallState, agentId: AgentId): Party {
  const party = call.phase.kind === 'conversation' ? partyOf(call, agentId) : undefined;
  if (!party || party.away || party.called || !isHere(call, party)) {
    throw notNow('There is no conversation in this call.');
  }
  return party;
}

/** Also who is away: the page may have gone with the click, and the customer is to be with somebody. */
function passingOn(call: CallState, agentId: AgentId): Party {
  const party = call.phase.kind === 'conversation' ? partyOf(call, agentId) : undefined;
  return party?.away ? party : inConversation(call, agentId);
}

/** Whom the agent has asked and who is not with the others yet. */
function consultOf(call: CallState, agentId: AgentId): Party | undefined {
  const consulted = askedAside(call);
  return consulted?.broughtBy === agentId ? consulted : undefined;
}

/** Somebody is asked aside, or the agent waits in a group's line to ask. */
function isAsking(call: CallState, agentId: AgentId): boolean {
  return consultOf(call, agentId) !== undefined || asks(call, agentId);
}

function answeredConsult(call: CallState, agentId: AgentId): Party {
  const consulted = consultOf(call, agentId);
  if (!consulted || consulted.called || consulted.away) throw notNow('Nobody who was asked has answered.');
  return consulted;
}

/** Two talks aside would be one, in which all hear all. */
function checkNobodyAside(call: CallState): void {
  if (!call.asking && presentParties(call).every(({ place }) => place !== 'consult')) return;
  throw new DomainError('consult-taken', 'Somebody of this call is being asked aside already.');
}

/** Whether the agent waits in the line of a group. */
function asks({ asking }: CallState, agentId: AgentId): boolean {
  return asking?.by === agentId;
}

function checkRoom(draft: Draft, call: CallState): void {
  if (!draft.team.switchUp) throw new DomainError('unavailable', 'The switch is down.');
  if (presentParties(call).length >= MOST_PARTIES) {
    throw new DomainError('call-full', 'Nobody else can be called in.');
  }
}

function destinationOf(
  draft: Draft,
  agentId: AgentId,
  call: CallState,
  target: Exclude<Target, { kind: 'group' }>,
): ReturnType<typeof destination> {
  checkRoom(draft, call);
  if (
    target.kind === 'number' &&
    presentParties(call).some((party) => numberOf(call, party) === target.number)
  ) {
    throw new DomainError('target-busy', 'The number is in the call already.');
  }
  return destination(draft, agentId, target);
}

function numberOf(call: CallState, party: Party): string | undefined {
  return call.legs.findLast((leg) => leg.partyId === party.id)?.number;
}

function endHold(draft: Draft, { id: callId }: CallState, { agentId, heldSince, holdWish }: Party): void {
  if (!agentId || (heldSince === null && !holdWish)) return;
  draft.apply({ type: 'call-resumed', callId, agentId });
  if (heldSince !== null) draft.apply({ type: 'agent-talking', agentId, callId });
}

function notNow(text: string): DomainError {
  return new DomainError('call-not-active', text);
}
