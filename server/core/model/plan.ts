import { asId } from '../kernel/ids.ts';
import type { LegId, PlaybackId, RoomId } from '../kernel/ids.ts';
import type { Saying } from '../ports/effects.ts';
import type { Voice } from '../ports/switch.ts';
import { agentLeg, isOfLine, liveLegs } from './call.ts';
import type { CallState, Leg, Phase } from './call.ts';
import {
  calledBy,
  everybodyIn,
  holderToBe,
  isHere,
  legOfParty,
  partyOf,
  partyOfLeg,
  presentParties,
  supervisorsIn,
} from './parties.ts';
import type { Asked, Monitoring, Party, Place } from './party.ts';

/** What the switch has of a call when everything that was asked of it is done. */
export interface CallPlan {
  readonly rooms: readonly RoomId[];
  /** Legs that are not in it are none of the plan's business: they ring, are dialled, or are being given up. */
  readonly legs: ReadonlyMap<LegId, LegPlan>;
}

export interface LegPlan {
  /** Null: in no room; it hears music, or what its own side makes. */
  readonly roomId: RoomId | null;
  readonly voice: Voice;
  readonly music: boolean;
  /** The ringing that is played to it; null: none. */
  readonly ringback: PlaybackId | null;
  /** The tone, beside all that it hears, of a leader who listens; null: none. */
  readonly notice: PlaybackId | null;
  /** The tone at which 1 is to be keyed; null: none. */
  readonly prompt: PlaybackId | null;
  /** What a caller who waits is told; absent: nothing. */
  readonly told?: Told;
}

export interface Told {
  readonly playbackId: PlaybackId;
  readonly saying: Saying;
}

/** In no room, with nothing to hear. */
export const NOWHERE: LegPlan = {
  roomId: null,
  voice: { kind: 'listen' },
  music: false,
  ringback: null,
  notice: null,
  prompt: null,
};

/**
 * Where each leg is, whom it hears and who hears it: the one place that says so. Rules change the call, and what the switch
 * is asked for is the difference between two plans.
 */
export function planOf(call: CallState): CallPlan {
  if (call.phase.kind === 'ended') return { rooms: [], legs: new Map() };
  const isOpen = isOfLine(call) || call.legs.some((leg) => leg.answeredAt !== null);
  const planned = liveLegs(call).flatMap((leg): Array<[LegId, LegPlan]> => {
    const plan = isGivenUp(call, leg) ? null : legPlan(call, call.phase, leg);
    return plan ? [[leg.id, plan]] : [];
  });
  const isAside = presentParties(call).some(({ place }) => place === 'consult');
  return {
    rooms: [...(isOpen ? [call.roomId] : []), ...(isAside ? [roomOf(call, 'consult')] : [])],
    legs: new Map(planned),
  };
}

/** A leg of an offer that was withdrawn, or of a device that has been left. */
function isGivenUp(call: CallState, leg: Leg): boolean {
  return leg.agentId !== null && (leg.cause !== null || agentLeg(call, leg.agentId)?.id !== leg.id);
}

function legPlan(call: CallState, phase: Phase, leg: Leg): LegPlan | null {
  if (leg.keyAsked && leg.state !== 'up') {
    return partyOfLeg(call, leg)?.left ? null : { ...NOWHERE, prompt: leg.keyAsked };
  }
  switch (phase.kind) {
    case 'waiting':
    case 'offered': {
      if (leg.role !== 'customer') return null;
      return { ...NOWHERE, music: isOfLine(call) && !leg.withoutMusic, ...toldTo(call) };
    }
    case 'calling-agent':
    case 'ended':
      return null;
    case 'calling-far':
      return leg.id === phase.legId ? calledPlan(call, phase, leg) : callerPlan(call, phase, leg);
    case 'connecting':
      return inRoom(call, leg, false);
    case 'conversation':
      return partyPlan(call, leg);
    default:
      return phase satisfies never;
  }
}

function toldTo({ phase, told }: CallState): { told?: Told } {
  if (phase.kind !== 'waiting' || !told?.playbackId) return {};
  return { told: { playbackId: told.playbackId, saying: told.saying } };
}

function callerPlan(
  call: CallState,
  phase: Extract<Phase, { kind: 'calling-far' }>,
  leg: Leg,
): LegPlan | null {
  if (leg.state !== 'up' || leg.agentId !== phase.agentId) return null;
  return { ...inRoom(call, leg, false), ringback: phase.withoutTone ? null : phase.ringback };
}

/** With early media it is heard before it answers: the network's own tones. A desk phone that dials makes its own. */
function calledPlan(
  call: CallState,
  phase: Extract<Phase, { kind: 'calling-far' }>,
  leg: Leg,
): LegPlan | null {
  const isHeard = phase.ringing && phase.ringback === null && agentLeg(call, phase.agentId)?.state === 'up';
  return isHeard && leg.state === 'ringing' ? inRoom(call, leg, false) : null;
}

function inRoom(call: CallState, leg: Leg, music: boolean, place: Place = 'main'): LegPlan {
  const muted = leg.muteWish?.muted ?? leg.muted;
  const voice: Voice = { kind: muted ? 'listen' : 'all' };
  return { ...NOWHERE, roomId: roomOf(call, place), voice, music };
}

/** Whoever is held, or has nobody to talk to, hears music. */
function partyPlan(call: CallState, leg: Leg): LegPlan | null {
  const party = partyOfLeg(call, leg);
  if (!party || party.left || legOfParty(call, party)?.id !== leg.id) return null;
  if (party.called?.early && leg.state === 'ringing') return inRoom(call, leg, false, party.place);
  if (!isHere(call, party)) return null;
  if (party.monitor) return supervisorPlan(call, leg, party.monitor);
  return { ...placePlan(call, leg, party), notice: noticeOf(call, party) };
}

function placePlan(call: CallState, leg: Leg, party: Party): LegPlan {
  const holder = holderToBe(call, party.place);
  if (isAccompanied(call, party)) {
    return inRoom(call, leg, holder !== undefined && holder.id !== party.id, party.place);
  }
  // Who calls somebody in waits for the answer, with the tone of it.
  const called = calledBy(call, party);
  if (!called) return inRoom(call, leg, !leg.withoutMusic, party.place);
  return { ...inRoom(call, leg, false, party.place), ringback: called.called.ringback };
}

/** One for all who listen; whoever whispers or barges in is heard. */
function noticeOf(call: CallState, { agentId }: Party): PlaybackId | null {
  if (agentId === null) return null;
  const listener = supervisorsIn(call).find(
    (party) =>
      party.monitor?.agentId === agentId &&
      party.monitor.mode === 'listen' &&
      party.monitor.tone &&
      isHere(call, party),
  );
  return listener?.monitor?.tone ?? null;
}

/** Where the agent is, so that it hears what the agent hears; the agent's hold does not keep the two apart. */
function supervisorPlan(call: CallState, leg: Leg, { agentId, mode }: Monitoring): LegPlan {
  const agent = partyOf(call, agentId);
  if (!agent) return NOWHERE;
  const plan = inRoom(call, leg, false, agent.place);
  return { ...plan, voice: voiceIn(call, agent, mode) };
}

/** Who whispers to somebody whose voice is away is heard by nobody meanwhile. */
function voiceIn(call: CallState, agent: Party, mode: Monitoring['mode']): Voice {
  if (mode !== 'whisper') return { kind: mode === 'barge' ? 'all' : 'listen' };
  const to = isHere(call, agent) ? legOfParty(call, agent) : undefined;
  return to ? { kind: 'whisper', to: to.id } : { kind: 'listen' };
}

function roomOf({ roomId }: CallState, place: Place): RoomId {
  return place === 'main' ? roomId : asId<RoomId>(`${roomId}-${place}`);
}

function isAccompanied(call: CallState, party: Party): boolean {
  return presentParties(call).some(
    (each) => each.id !== party.id && each.place === party.place && isHere(call, each),
  );
}

/**
 * The last version with which something was asked for that is shown only when the switch has reached its plan; null: nothing is
 * awaited.
 */
export function awaited(call: CallState): Asked | null {
  const { phase } = call;
  if (phase.kind === 'ended') return null;
  const all: Asked[] = phase.kind === 'connecting' ? [phase.asked ?? 0] : [];
  for (const party of everybodyIn(call)) {
    if (party.holdWish) all.push(party.holdWish.asked);
    if (party.away && isHere(call, party)) all.push(party.away.asked);
    if (party.monitor?.asked) all.push(party.monitor.asked);
  }
  for (const leg of liveLegs(call)) if (leg.muteWish) all.push(leg.muteWish.asked);
  return all.length === 0 ? null : Math.max(...all);
}
