import { currentCall } from '../model/agent.ts';
import type { CallId, LegId } from '../kernel/ids.ts';
import type { DialRequest, LiveLeg } from '../ports/switch.ts';
import type { Draft } from '../model/draft.ts';
import type { Fact } from '../team/input.ts';
import type { CallState, Leg } from '../model/call.ts';
import { agentLeg, isEnded, legOf, liveLegs } from '../model/call.ts';
import { playRingback } from './device-return.ts';
import type { Intent } from '../ports/effects.ts';
import { join, place } from './joining.ts';
import { legAnswered, legEnded, legLost, legRang } from './leg-facts.ts';
import { forgetPhoneHolds } from './phone-hold.ts';
import { callBack, RECOVERY_MS, rejoin } from './recovery.ts';
import { holderToBe, others } from './talk.ts';

type Compared = Extract<Fact, { type: 'Compared' }>;

/**
 * Sets right where the switch and the records differ: after a start, because events were missed and intents may never have
 * been carried out, and after the switch was away. What is asked of the switch changes nothing where it is right already.
 *
 * - A leg that the switch does not have is gone, as if it had been lost: the customer's ends the call, the agent's is
 *   called back. One that was about to be dialled by a server that is no more is dialled.
 * - A leg that the switch has further than the records is followed: it rings, it has answered.
 * - A leg that has no part in its call is hung up: it was given up, and the hang-up never left.
 * - Rooms, places, music and tones are asked for again as the call's phase says.
 */
export function compare(draft: Draft, fact: Compared): void {
  draft.apply({ type: 'switch-came-up' });
  const alive = new Map(fact.legs.map((leg) => [leg.legId, leg]));
  for (const [callId, call] of draft.team.calls) {
    // First of all, because whatever follows may place legs in it.
    if (call.roomOpen && !isEnded(call)) draft.intend({ op: 'open-room', callId, roomId: call.roomId });
    for (const leg of draft.call(callId).legs) {
      const live = alive.get(leg.id);
      if (live && !hasPart(draft, draft.call(callId), leg)) giveUp(draft, callId, leg);
    }
    forgetPhoneHolds(draft, callId);
    if (holderToBe(draft.call(callId)) !== null) draft.apply({ type: 'hold-failed', callId });
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
      return leg.agentId === null || leg.id === phase.legId;
    case 'calling-agent':
      return leg.id === phase.legId;
    case 'calling-far':
      return leg.id === phase.legId || leg.id === agentLeg(call, phase.agentId)?.id;
    case 'recovering':
      return leg.agentId !== phase.agentId || leg.id === phase.legId;
    case 'connecting':
    case 'talking':
    case 'held': {
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

/** Asks the switch for everything that the phase amounts to. */
function reassert(draft: Draft, callId: CallId): void {
  const call = draft.call(callId);
  const { phase } = call;
  switch (phase.kind) {
    case 'waiting':
    case 'offered':
      return atTheDoor(draft, call);
    case 'connecting':
      // Unless it has just been decided.
      if (phase.since < draft.now) join(draft, callId, phase.agentId);
      return;
    case 'calling-agent':
      return;
    case 'calling-far':
      return callingFar(draft, call, phase);
    case 'talking':
      for (const leg of liveLegs(call)) draft.intend(placed(call, leg), music(call, leg, false));
      return;
    case 'held':
      for (const leg of liveLegs(call)) {
        draft.intend(music(call, leg, leg.agentId !== phase.by), placed(call, leg));
      }
      return;
    case 'recovering': {
      // The device could not be called meanwhile.
      draft.apply({ type: 'recovery-extended', callId, until: draft.now + RECOVERY_MS });
      for (const leg of others(call, phase.agentId)) {
        draft.intend(music(call, leg, true), placed(call, leg));
      }
      if (phase.legId === null) callBack(draft, callId);
      else if (legOf(call, phase.legId)?.state === 'up') rejoin(draft, callId);
      return;
    }
    case 'ended':
      return;
    default:
      phase satisfies never;
  }
}

/** The customer has not been joined with anybody yet: music in a queue, ringing before an agent in person. */
function atTheDoor(draft: Draft, call: CallState): void {
  const customer = liveLegs(call).find((leg) => leg.role === 'customer');
  if (!customer) return;
  const { id: legId } = customer;
  if (call.direction !== 'queue') {
    if (customer.state === 'offered') draft.intend({ op: 'ring', callId: call.id, legId });
    return;
  }
  if (customer.state === 'offered') {
    const done = { type: 'LegUp', callId: call.id, legId } as const;
    draft.intend({ op: 'answer', callId: call.id, legId, done });
  }
  draft.intend(music(call, customer, true));
}

function callingFar(
  draft: Draft,
  call: CallState,
  phase: Extract<CallState['phase'], { kind: 'calling-far' }>,
): void {
  const callId = call.id;
  const own = agentLeg(call, phase.agentId);
  if (own?.state === 'offered' && phase.ringing) draft.intend({ op: 'ring', callId, legId: own.id });
  if (own?.state !== 'up') return;
  draft.intend(place(call, own));
  const far = legOf(call, phase.legId);
  // The network's own tones.
  if (far?.state === 'ringing' && !phase.ringback) draft.intend(place(call, far));
  if (!phase.ringback) return;
  draft.intend(
    { op: 'stop-playback', callId, playbackId: phase.ringback },
    playRingback(call, own, phase.ringback),
  );
}

function placed(call: CallState, leg: Leg): Intent {
  const voice = leg.muted ? ({ kind: 'listen' } as const) : ({ kind: 'all' } as const);
  return { op: 'place', callId: call.id, legId: leg.id, roomId: call.roomId, voice };
}

function music(call: CallState, leg: Leg, on: boolean): Intent {
  return { op: 'music', callId: call.id, legId: leg.id, on };
}
