import { isHeldThere, legOf, liveLegs } from '../model/call.ts';
import type { CallState } from '../model/call.ts';
import {
  awayParties,
  calledParties,
  isHere,
  legOfParty,
  partyOfLeg,
  presentParties,
  supervisorsIn,
} from '../model/parties.ts';
import type { Party } from '../model/party.ts';
import { planOf } from '../model/plan.ts';
import type { Draft } from '../model/draft.ts';
import type { CallId, LegId } from '../kernel/ids.ts';
import type { Fact, PlanStep } from '../team/input.ts';
import { endCall } from './ending.ts';
import { joined } from './joining.ts';
import { dropParty } from './leaving.ts';
import { followPhones } from './phone-hold.ts';
import { rejoined } from './recovery.ts';

/** What was asked for until that version of the call is so, and is shown from now on. */
export function planReached(draft: Draft, callId: CallId, version: number): void {
  const call = draft.call(callId);
  const { phase } = call;
  if (phase.kind === 'connecting' && (phase.asked ?? 0) <= version) joined(draft, callId);
  for (const party of awayParties(call)) {
    if (party.away.asked <= version && isHere(call, party)) rejoined(draft, callId, party.agentId);
  }
  for (const { id: partyId, monitor } of supervisorsIn(call)) {
    if (monitor?.asked && monitor.asked <= version) {
      draft.apply({ type: 'monitor-reached', callId, partyId });
    }
  }
  for (const { id: legId, muteWish } of liveLegs(call)) {
    if (muteWish && muteWish.asked <= version) {
      draft.apply({ type: 'leg-muted', callId, legId, muted: muteWish.muted });
    }
  }
  for (const party of presentParties(call)) {
    if (party.holdWish && party.holdWish.asked <= version) holdReached(draft, callId, party);
  }
  if (draft.call(callId).phase !== phase) followPhones(draft, callId);
}

function holdReached(draft: Draft, callId: CallId, { agentId, heldSince, holdWish }: Party): void {
  if (!agentId || !holdWish) return;
  const { on } = holdWish;
  draft.apply({ type: on ? 'call-held' : 'call-resumed', callId, agentId });
  if (on === (heldSince === null)) {
    draft.apply({ type: on ? 'agent-holding' : 'agent-talking', agentId, callId });
  }
}

/**
 * The switch could not do it. What somebody wished is given up, and the call is as it was. Of what the call itself needs, it
 * can do without a tone or an announcement, and without the music for one who is alone; without anything else it ends.
 */
export function planFailed(draft: Draft, fact: Extract<Fact, { type: 'PlanFailed' }>): void {
  const { callId, version, steps, away } = fact;
  const call = draft.team.calls.get(callId);
  if (!call || call.phase.kind === 'ended' || giveUpWishes(draft, call, version) || away) return;
  for (const party of supervisorsIn(call)) {
    const legId = legOfParty(call, party)?.id;
    if (steps.some((step) => step.legId === legId))
      dropParty(draft, callId, party, 'switch-failure', { kind: 'system' });
  }
  for (const step of steps) {
    if (isOfSupervisor(call, step)) continue;
    if (isNeeded(call, step)) return endCall(draft, callId, 'switch-failure', { kind: 'system' });
  }
  for (const { op, legId } of steps) {
    if (op === 'music' && legId) draft.apply({ type: 'music-failed', callId, legId });
    const { phase } = draft.call(callId);
    if (op === 'play' && phase.kind === 'calling-far') draft.apply({ type: 'tone-failed', callId });
    if (op !== 'play') continue;
    for (const { id: partyId, monitor } of supervisorsIn(draft.call(callId))) {
      if (monitor?.tone)
        draft.apply({ type: 'monitor-changed', callId, partyId, monitor: { ...monitor, tone: null } });
    }
    for (const { id: partyId } of calledParties(draft.call(callId))) {
      draft.apply({ type: 'party-rang', callId, partyId, ringback: null, early: false });
    }
  }
}

/** The call goes on without whoever listens. */
function isOfSupervisor(call: CallState, { legId }: PlanStep): boolean {
  const leg = legId && legOf(call, legId);
  return Boolean(leg && partyOfLeg(call, leg)?.role === 'supervisor');
}

function isNeeded(call: CallState, { op, legId }: PlanStep): boolean {
  const { kind } = call.phase;
  if (op === 'music' && (kind === 'waiting' || kind === 'offered')) return false;
  // Of one who hears it for want of company: nobody is meant not to hear somebody.
  if (op === 'music' && kind === 'conversation') return !isAlone(call, legId) || isTakenAway(call, legId);
  return op !== 'play' && op !== 'announce' && op !== 'stop-playback' && op !== 'close-room';
}

/** Music that would go on: whoever comes would not be heard. */
function isTakenAway(call: CallState, legId: LegId | null): boolean {
  const leg = legId && legOf(call, legId);
  return Boolean(leg && !leg.withoutMusic && planOf(call).legs.get(leg.id)?.music === false);
}

function isAlone(call: CallState, legId: LegId | null): boolean {
  const leg = legId && legOf(call, legId);
  const party = leg && partyOfLeg(call, leg);
  return Boolean(party && presentParties(call).every((each) => each.id === party.id || !isHere(call, each)));
}

/** What was wished until that version of the call; says whether there was anything. */
export function giveUpWishes(draft: Draft, call: CallState, version: number): boolean {
  const callId = call.id;
  const muted = liveLegs(call).filter(({ muteWish }) => muteWish && muteWish.asked <= version);
  for (const { id: legId } of muted) draft.apply({ type: 'mute-failed', callId, legId });
  const holds = presentParties(call).filter(({ holdWish }) => holdWish && holdWish.asked <= version);
  for (const { agentId } of holds) if (agentId) draft.apply({ type: 'hold-failed', callId, agentId });
  // The other side may hold from now on, and does so when its phone does.
  const isFree = holds.some(({ holdWish }) => holdWish?.on);
  const others = liveLegs(call).filter((leg) => !holds.some(({ agentId }) => agentId === leg.agentId));
  if (isFree && others.some(isHeldThere)) followPhones(draft, callId);
  return muted.length > 0 || holds.length > 0;
}
