import { currentCall } from '../model/agent.ts';
import type { CallId, LegId } from '../kernel/ids.ts';
import type { DialRequest, LiveLeg } from '../ports/switch.ts';
import type { Draft } from '../model/draft.ts';
import type { Fact } from '../team/input.ts';
import type { CallState, Leg } from '../model/call.ts';
import { agentLeg, isEnded, isOfLine, liveLegs } from '../model/call.ts';
import { legAnswered, legEnded, legLost, legRang } from './leg-facts.ts';
import { forgetPhoneHolds } from './phone-hold.ts';
import { callBack, RECOVERY_MS } from './recovery.ts';
import { offerOfLeg } from '../model/offers.ts';
import { awayParties, partyOfLeg } from '../model/parties.ts';
import { giveUpWishes } from './plan-facts.ts';

type Compared = Extract<Fact, { type: 'Compared' }>;

/**
 * Sets right where the switch and the records differ: after a start, because events were missed and intents may never have
 * been carried out, and after the switch was away. What is asked of the switch changes nothing where it is right already.
 *
 * - A leg that the switch does not have is gone, as if it had been lost: the customer's ends the call, the agent's is
 *   called back. One that was about to be dialled by a server that is no more is dialled.
 * - A leg that the switch has further than the records is followed: it rings, it has answered.
 * - A leg that has no part in its call is hung up: it was given up, and the hang-up never left.
 * - Rooms, places, music and tones are asked for again: the whole plan of each call.
 */
export function compare(draft: Draft, fact: Compared): void {
  draft.apply({ type: 'switch-came-up' });
  const alive = new Map(fact.legs.map((leg) => [leg.legId, leg]));
  for (const [callId, call] of draft.team.calls) {
    for (const leg of call.legs) {
      const live = alive.get(leg.id);
      if (live && !hasPart(draft, draft.call(callId), leg)) giveUp(draft, callId, leg);
    }
    forgetPhoneHolds(draft, callId);
    giveUpWishes(draft, draft.call(callId), Infinity);
    missing(draft, callId, fact, alive);
    for (const leg of liveLegs(draft.call(callId))) follow(draft, leg, alive.get(leg.id));
    if (!isEnded(draft.call(callId))) reassert(draft, callId);
  }
}

function giveUp(draft: Draft, callId: CallId, leg: Leg): void {
  draft.intend({ op: 'hangup', callId, legId: leg.id, cause: leg.state === 'up' ? 'normal' : 'cancelled' });
}

/** Whether the leg belongs to what the call is doing now; others are rests of an offer or an attempt. */
function hasPart(draft: Draft, call: CallState, leg: Leg): boolean {
  const { phase } = call;
  if (leg.state === 'gone') return false;
  switch (phase.kind) {
    case 'ended':
      return false;
    case 'waiting':
      return leg.agentId === null;
    case 'offered':
      return leg.agentId === null || offerOfLeg(call, leg.id) !== undefined;
    case 'calling-agent':
      return leg.id === phase.legId;
    case 'calling-far':
      return leg.id === phase.legId || leg.id === agentLeg(call, phase.agentId)?.id;
    case 'conversation':
    case 'connecting': {
      const party = partyOfLeg(call, leg);
      if (!party || party.left) return false;
      if (party.away) return leg.id === party.away.legId;
      if (leg.agentId === null) return true;
      const agent = draft.team.agents.get(leg.agentId);
      const isHere = agent !== undefined && currentCall(agent) === call.id;
      return isHere && agentLeg(call, leg.agentId)?.id === leg.id;
    }
    default:
      return phase satisfies never;
  }
}

function missing(draft: Draft, callId: CallId, fact: Compared, alive: ReadonlyMap<LegId, LiveLeg>): void {
  const call = draft.call(callId);
  const legs = liveLegs(call).filter((leg) => fact.believed.has(leg.id) && !alive.has(leg.id));
  const whole = liveLegs(call).length;
  for (const leg of legs) {
    if (!hasPart(draft, draft.call(callId), leg)) {
      draft.apply({ type: 'leg-gone', callId, legId: leg.id, cause: 'cancelled' });
      continue;
    }
    const request = leg.state === 'dialling' ? fact.dials.get(leg.id) : undefined;
    const left = request ? request.ringMs - (draft.now - leg.startedAt) : 0;
    if (request && left > 0) dialAgain(draft, callId, request, left);
    // Nobody hangs up everywhere at once: it is the switch that was started anew.
    else if (whole > 1 && legs.length === whole) ended(draft, leg, 'switch-failure');
    else if (leg.agentId) legLost(draft, leg.id, 'media-lost');
    else ended(draft, leg, leg.state === 'up' || leg.state === 'offered' ? 'normal' : 'no-answer');
  }
}

function ended(draft: Draft, leg: Leg, cause: 'normal' | 'no-answer' | 'switch-failure'): void {
  legEnded(draft, { type: 'LegEnded', legId: leg.id, cause, side: 'switch' });
}

/** The request was recorded and never left, or its leg ended before anybody was told; then it ends again. */
function dialAgain(draft: Draft, callId: CallId, request: DialRequest, ringMs: number): void {
  draft.intend({ op: 'dial', callId, request: { ...request, ringMs } });
}

/** What the leg did while nobody listened. */
function follow(draft: Draft, leg: Leg, live: LiveLeg | undefined): void {
  if (live?.state === 'answered' && leg.state !== 'up') legAnswered(draft, leg.id);
  else if (live?.state === 'ringing' && leg.state === 'dialling') {
    legRang(draft, { type: 'LegRang', legId: leg.id, earlyMedia: false });
  }
}

/** Asks the switch for everything that the call amounts to. */
function reassert(draft: Draft, callId: CallId): void {
  const call = draft.call(callId);
  const { phase } = call;
  draft.reassert(callId);
  for (const leg of liveLegs(call)) {
    if (leg.state === 'offered') stillOffered(draft, call, leg);
  }
  // With the whole time for it.
  if (phase.kind === 'connecting') draft.apply({ type: 'joining', callId, agentId: phase.agentId });
  for (const { agentId } of awayParties(call)) {
    // The device could not be called meanwhile.
    draft.apply({ type: 'recovery-extended', callId, agentId, until: draft.now + RECOVERY_MS });
    callBack(draft, callId, agentId);
  }
}

/** It waits for our answer: at a queue and in a talk it has been answered, otherwise it is told that it rings. */
function stillOffered(draft: Draft, call: CallState, leg: Leg): void {
  const { id: callId, phase } = call;
  const { id: legId } = leg;
  const isAtTheDoor = phase.kind === 'waiting' || phase.kind === 'offered';
  if (phase.kind === 'connecting' || (isAtTheDoor && isOfLine(call))) {
    draft.intend({ op: 'answer', callId, legId, done: { type: 'LegUp', callId, legId } });
  } else if (isAtTheDoor || (phase.kind === 'calling-far' && phase.ringing)) {
    draft.intend({ op: 'ring', callId, legId });
  }
}
