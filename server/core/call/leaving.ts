import { currentCall } from '../model/agent.ts';
import { liveLegs } from '../model/call.ts';
import type { CallState, Cause, EndedBy } from '../model/call.ts';
import type { Draft } from '../model/draft.ts';
import { askedAside, partyOf, presentParties, supervisorsIn } from '../model/parties.ts';
import type { Party } from '../model/party.ts';
import type { AgentId, CallId } from '../kernel/ids.ts';
import { endCall, freeAgent, onTheLine } from './ending.ts';
import { isAskedFor, restFrom } from './asking.ts';
import { checkInCharge } from './in-charge.ts';
import { unmuteOf } from './muting.ts';
import { limitAlone, talkOn } from './outside-parties.ts';
import { giveBack } from './transfer-return.ts';

/**
 * A party goes, or is gone: it hung up, was not reached, was let go. The call goes on while two are in it of whom one is an agent, or
 * while somebody is being called for those who wait; outside parties are left alone with each other only where a group allows it. Who asked
 * somebody aside is back with the others when nobody is left there.
 */
export function dropParty(draft: Draft, callId: CallId, party: Party, cause: Cause, by: EndedBy): void {
  const call = draft.call(callId);
  if (party.left !== null) return;
  if (party.role === 'supervisor') return partyLeaves(draft, callId, party, cause);
  if (party.returnsTo !== null && party.called && giveBack(draft, call, party, cause)) return;
  if (!goesOnWithout(call, party) && !(party.agentId && talkOn(draft, call, party.agentId))) {
    endCall(draft, callId, cause, by);
    return;
  }
  partyLeaves(draft, callId, party, cause);
  if (party.agentId) limitAlone(draft, callId, party.agentId);
  if (call.asking && call.asking.by === party.agentId) draft.apply({ type: 'asking-ended', callId });
  if (isAskedFor(call, party)) restFrom(draft, call, party);
  else backFromConsult(draft, call, party);
}

/** It is in the call no more; its leg is hung up, its agent is free, and who listens to the agent has nothing to hear. */
export function partyLeaves(draft: Draft, callId: CallId, party: Party, cause: Cause): void {
  const call = draft.call(callId);
  draft.apply({ type: 'party-left', callId, partyId: party.id, cause });
  if (party.agentId) unmuteOf(draft, callId, party.agentId);
  for (const leg of liveLegs(call)) {
    if (leg.partyId !== party.id) continue;
    draft.intend({
      op: 'hangup',
      callId,
      legId: leg.id,
      cause: leg.state === 'up' ? onTheLine(cause) : 'cancelled',
    });
  }
  const agent = party.agentId && draft.team.agents.get(party.agentId);
  if (party.agentId && agent && currentCall(agent) === callId) freeAgent(draft, party.agentId, call);
  for (const supervisor of supervisorsIn(draft.call(callId))) {
    if (supervisor.monitor?.agentId === party.agentId) partyLeaves(draft, callId, supervisor, 'normal');
  }
}

function goesOnWithout(call: CallState, party: Party): boolean {
  const rest = presentParties(call).filter((each) => each.id !== party.id);
  const talking = rest.filter(({ called }) => called === null);
  const isAwaited = rest.some(({ called, returnsTo }) => called !== null && returnsTo !== null);
  if (isAwaited) return talking.length > 0;
  return talking.length > 1 && (talking.some(isAgent) || typeof call.aloneUntil === 'number');
}

function isAgent(party: Party): boolean {
  return party.agentId !== null;
}

/**
 * Nobody stays aside alone, or aside of nobody: who asked is back with the others; who was asked takes the place of who has gone; the
 * two talk on plainly when the others have gone.
 */
function backFromConsult(draft: Draft, before: CallState, gone: Party): void {
  // Of somebody outside the leg's end has been the party's already.
  const parts = before.parties.map((each) => (each.id === gone.id ? gone : each));
  const consulted = askedAside({ ...before, parties: parts });
  const call = draft.call(before.id);
  // Who waits in the line of a group goes on waiting.
  if (!consulted?.broughtBy || call.asking) return;
  const parties = presentParties(call);
  const isLeft = parties.some(({ id }) => id === consulted.id);
  const hasAsked = partyOf(call, consulted.broughtBy) !== undefined;
  if (isLeft && hasAsked && parties.length > 2) return;
  for (const { id, place } of parties) {
    if (place === 'consult')
      draft.apply({ type: 'party-moved', callId: call.id, partyId: id, place: 'main' });
  }
  if (isLeft && !hasAsked && consulted.agentId) {
    const { agentId, broughtBy: returnsTo } = consulted;
    draft.apply({ type: 'call-handed', callId: call.id, agentId, returnsTo });
  }
}

/** An agent lets a party go. @throws as `checkInCharge` */
export function letGo(draft: Draft, call: CallState, agentId: AgentId, party: Party): void {
  checkInCharge(agentId, party);
  const by = { kind: 'agent', agentId } as const;
  dropParty(draft, call.id, party, party.called ? 'cancelled' : 'normal', by);
}

/** Nobody can hear it ring there, or is to. */
export function ceaseToRing(draft: Draft, call: CallState, agentId: AgentId): void {
  const party = partyOf(call, agentId);
  if (party?.called) dropParty(draft, call.id, party, 'unreachable', { kind: 'system' });
}
