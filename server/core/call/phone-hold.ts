import type { CallId } from '../kernel/ids.ts';
import type { Draft } from '../model/draft.ts';
import type { Fact } from '../team/input.ts';
import { callByLeg } from './call-by-leg.ts';
import { isEnded, isHeldThere, legOf, liveLegs } from '../model/call.ts';
import { holderIn, holderToBe, partyOf, partyOfLeg, standing } from '../model/parties.ts';
import { beginHold, beginResume } from './talk.ts';

/**
 * A far side holds with its own button, or goes on. An agent's desk phone holds the call as the bar does, so that nobody sits
 * in silence: the others hear music. Whoever takes the call back at the phone takes it back altogether, also when it was held
 * at the bar as well: it is one person, who wants to talk. A customer who holds is shown and no more: what is heard
 * meanwhile comes from the customer's side.
 */
export function legHeld(draft: Draft, { legId, held }: Extract<Fact, { type: 'LegHeld' }>): void {
  const call = callByLeg(draft, legId);
  const leg = call && legOf(call, legId);
  if (!call || !leg || leg.state === 'gone' || isEnded(call)) return;
  const callId = call.id;
  if (held !== isHeldThere(leg)) draft.apply({ type: held ? 'leg-held' : 'leg-resumed', callId, legId });
  const { agentId } = leg;
  // Who only listens keeps nobody waiting.
  if (partyOfLeg(call, leg)?.role === 'supervisor') return;
  if (held) return followPhones(draft, callId);
  const own = agentId && call.phase.kind === 'conversation' ? partyOf(call, agentId) : undefined;
  if (!agentId || !own || own.away) return;
  // Its hold may not have been confirmed yet.
  const holder = holderIn(call, own.place);
  if (!holder || holder.id === own.id) beginResume(draft, draft.call(callId), agentId);
}

/** A conversation in which an agent's phone holds is on hold, however it came to be a conversation (again). */
export function followPhones(draft: Draft, callId: CallId): void {
  const call = draft.call(callId);
  if (standing(call) !== 'talking') return;
  const holder = liveLegs(call).find(
    (leg) => leg.agentId !== null && isHeldThere(leg) && partyOfLeg(call, leg)?.role !== 'supervisor',
  );
  const party = holder && partyOfLeg(call, holder);
  if (!party?.agentId) return;
  // When the other side takes the call back, this one holds it.
  if ((holderToBe(call, party.place) ?? party).id === party.id) beginHold(draft, call, party.agentId);
}

/**
 * Nobody knows what phones did while the switch was not heard: their holds are forgotten, so that none lasts for ever. The
 * call stays as it is, and the bar can take it back.
 */
export function forgetPhoneHolds(draft: Draft, callId: CallId): void {
  for (const leg of liveLegs(draft.call(callId))) {
    if (isHeldThere(leg)) draft.apply({ type: 'leg-resumed', callId, legId: leg.id });
  }
}
