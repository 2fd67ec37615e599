import type { AgentId } from '../kernel/ids.ts';
import { agentLeg, legOf } from './call.ts';
import type { CallState, Leg } from './call.ts';
import type { Away, Called, Party, Place } from './party.ts';

/** Those whose call it is. A leader who listens is not one of them: nothing that they do depends on it. */
export function presentParties(call: CallState): readonly Party[] {
  return call.parties.filter(isPresent);
}

export function isPresent({ left, role }: Party): boolean {
  return left === null && role !== 'supervisor';
}

/** Whom an agent may let go and mute: whom it has called in, and anybody outside who is not asked aside by somebody else. */
export function isInCharge(agentId: AgentId, { agentId: other, broughtBy, role, place }: Party): boolean {
  return role !== 'supervisor' && (broughtBy === agentId || (other === null && place === 'main'));
}

/**
 * Who is asked aside; undefined: nobody is, or whoever is free first in a group's line. Of the two who are there the one whom the
 * other has called in; alone while the one who asked is with the others.
 */
export function askedAside(call: CallState): Party | undefined {
  const aside = presentParties(call).filter(({ place }) => place === 'consult');
  return aside.findLast(({ agentId, broughtBy }) => {
    const waits = call.asking && call.asking.by === agentId;
    return (
      broughtBy !== null && !waits && (aside.length === 1 || aside.some((each) => each.agentId === broughtBy))
    );
  });
}

/** The leaders who are in the call, to hear an agent. */
export function supervisorsIn(call: CallState): readonly Party[] {
  return call.parties.filter((party) => party.left === null && party.role === 'supervisor');
}

/** Everybody who has, or is getting, a leg. */
export function everybodyIn(call: CallState): readonly Party[] {
  return call.parties.filter((party) => party.left === null);
}

/** The agent as a party of the call; undefined: not in it. */
export function partyOf(call: CallState, agentId: AgentId): Party | undefined {
  return call.parties.findLast((party) => party.agentId === agentId && party.left === null);
}

export function partyOfLeg(call: CallState, leg: Leg): Party | undefined {
  return call.parties.find((party) => party.id === leg.partyId);
}

/** Whether the agent is in the call as a leader who listens, and in nothing else. */
export function isListening(call: CallState, agentId: AgentId): boolean {
  return partyOf(call, agentId)?.role === 'supervisor';
}

/** Its present leg; the one with which it is called back, when it is away. */
export function legOfParty(call: CallState, { id, agentId, away }: Party): Leg | undefined {
  if (away) return away.legId === null ? undefined : legOf(call, away.legId);
  const leg = agentId === null ? undefined : agentLeg(call, agentId);
  return leg ?? call.legs.findLast((each) => each.partyId === id && each.state !== 'gone');
}

/** Whether it has a voice in the call, or is just getting it back. */
export function isHere(call: CallState, party: Party): boolean {
  const state = legOfParty(call, party)?.state;
  // One that was offered is answered when it is joined.
  return party.left === null && (state === 'up' || state === 'offered');
}

/** Those whom it could talk to where it is. */
export function companions(call: CallState, party: Party): readonly Party[] {
  return presentParties(call).filter(
    (each) => each.id !== party.id && each.place === party.place && !each.away && isHere(call, each),
  );
}

/** Who holds there, as desks see it. */
export function holderIn(call: CallState, place: Place): Party | undefined {
  return presentParties(call).find((party) => party.place === place && party.heldSince !== null);
}

/** Who holds there when the switch has done what was asked of it. */
export function holderToBe(call: CallState, place: Place): Party | undefined {
  return presentParties(call).find(
    (party) => party.place === place && (party.holdWish ? party.holdWish.on : party.heldSince !== null),
  );
}

/** Those whose devices are waited for. */
export function awayParties(
  call: CallState,
): ReadonlyArray<Party & { readonly away: Away; readonly agentId: AgentId }> {
  return call.phase.kind === 'conversation' ? everybodyIn(call).filter(isAway) : [];
}

function isAway(party: Party): party is Party & { readonly away: Away; readonly agentId: AgentId } {
  return party.away !== null && party.agentId !== null;
}

/** Those who are being called in. */
export function calledParties(call: CallState): ReadonlyArray<Party & { readonly called: Called }> {
  return call.phase.kind === 'conversation' ? everybodyIn(call).filter(isCalled) : [];
}

/** Whom the party is calling in to where it is. */
export function calledBy(
  call: CallState,
  { agentId, place }: Party,
): (Party & { readonly called: Called }) | undefined {
  if (agentId === null) return undefined;
  return calledParties(call).find((each) => each.broughtBy === agentId && each.place === place);
}

function isCalled(party: Party): party is Party & { readonly called: Called } {
  return party.called !== null;
}

/** Somebody else holds where it is, or it has nobody to talk to. Who calls somebody in hears the ringing. */
export function hearsMusic(call: CallState, party: Party): boolean {
  if (party.left || party.away) return false;
  const holder = holderIn(call, party.place);
  if (holder !== undefined && holder.id !== party.id) return true;
  return companions(call, party).length === 0 && !calledBy(call, party);
}

/** How the conversation of the call stands, in one word; of a call without one its phase. */
export function standing(
  call: CallState,
): Exclude<CallState['phase']['kind'], 'conversation'> | 'talking' | 'held' | 'recovering' {
  if (call.phase.kind !== 'conversation') return call.phase.kind;
  if (awayParties(call).some(({ place }) => place === 'main')) return 'recovering';
  return holderIn(call, 'main') ? 'held' : 'talking';
}
