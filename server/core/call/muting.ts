import { DomainError } from '../kernel/domain-error.ts';
import type { AgentId, CallId } from '../kernel/ids.ts';
import { liveLegs } from '../model/call.ts';
import type { CallState, Leg } from '../model/call.ts';
import type { Draft } from '../model/draft.ts';
import { isInCharge, isPresent, legOfParty } from '../model/parties.ts';
import type { Party } from '../model/party.ts';
import { checkInCharge } from './in-charge.ts';

/** As it is when the switch has done what was asked of it. `by`: the agent who has muted somebody else. */
function muteOf(leg: Leg): { readonly muted: boolean; readonly by?: AgentId | null } {
  return leg.muteWish ?? { muted: leg.muted, by: leg.mutedBy ?? null };
}

/** An agent its own voice. What another has muted is from now on its own wish too. */
export function muteOwn(draft: Draft, callId: CallId, leg: Leg, muted: boolean): void {
  const now = muteOf(leg);
  if (now.muted === muted && !now.by) draft.reassert(callId);
  else draft.apply({ type: 'mute-asked', callId, legId: leg.id, muted });
}

/**
 * An agent the voice of somebody else who talks. forbidden: not in charge of it, or an agent who has muted itself: no
 * microphone is opened by others.
 */
export function muteOther(draft: Draft, call: CallState, by: AgentId, party: Party, muted: boolean): void {
  checkInCharge(by, party);
  const leg = talkingLeg(call, party);
  if (!leg) throw new DomainError('call-not-active', 'The party does not talk now.');
  if (!muted && isOwnMute(leg)) throw new DomainError('forbidden', 'The agent has muted itself.');
  if (muteOf(leg).muted === muted) draft.reassert(call.id);
  else draft.apply({ type: 'mute-asked', callId: call.id, legId: leg.id, muted, by: muted ? by : null });
}

/** Whether `muteOther` would do it: of somebody who is muted, to end it. */
export function mayMute(call: CallState, by: AgentId, party: Party): boolean {
  const leg = talkingLeg(call, party);
  return leg !== undefined && party.agentId !== by && isInCharge(by, party) && !isOwnMute(leg);
}

/** With whoever has muted somebody outside goes the one who would think of ending it: the next agent is not to hear silence. */
export function unmuteOf(draft: Draft, callId: CallId, agentId: AgentId): void {
  for (const leg of liveLegs(draft.call(callId))) {
    const { muted, by } = muteOf(leg);
    if (leg.agentId === null && muted && by === agentId) {
      // No wish that would be given up: it stays heard, or the switch cannot go on with the call.
      draft.apply({ type: 'leg-muted', callId, legId: leg.id, muted: false });
    }
  }
}

function talkingLeg(call: CallState, party: Party): Leg | undefined {
  if (call.phase.kind !== 'conversation' || !isPresent(party) || party.called || party.away) return undefined;
  const leg = legOfParty(call, party);
  return leg?.state === 'up' ? leg : undefined;
}

function isOwnMute(leg: Leg): boolean {
  const { muted, by } = muteOf(leg);
  return leg.agentId !== null && muted && !by;
}
