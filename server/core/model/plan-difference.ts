import type { LegId, PlaybackId } from '../kernel/ids.ts';
import type { Action } from '../ports/effects.ts';
import type { Voice } from '../ports/switch.ts';
import { NOWHERE } from './plan.ts';
import type { CallPlan, LegPlan } from './plan.ts';

/** Steps from one plan to another, in groups that are carried out one after the other. */
export interface PlanSteps {
  /** First whoever shall be heard no longer falls silent, then rooms and places change, then who shall be heard is. */
  readonly steps: readonly Action[];
  /** When the legs that have left are hung up. */
  readonly last: readonly Action[];
}

/** What leads from one plan to the next. Legs that are not in the next one are left alone: they are hung up, or gone. */
export function planDifference(before: CallPlan, after: CallPlan): PlanSteps {
  const pairs = [...after.legs].map(([legId, to]) => ({
    legId,
    from: before.legs.get(legId) ?? NOWHERE,
    to,
  }));
  return inOrder(
    before,
    after,
    pairs.map((pair) => legSteps(pair)),
  );
}

/**
 * Everything of a plan, whatever the switch has: what is so already is not changed by it.
 * @param before what it may have been asked for until now, and is to end: a tone that nobody stops plays on
 */
export function wholePlan(plan: CallPlan, before: CallPlan): PlanSteps {
  const all = [...plan.legs].map(([legId, to]) => wholeLeg(legId, before.legs.get(legId) ?? NOWHERE, to));
  return inOrder({ rooms: [], legs: new Map() }, plan, all);
}

interface LegSteps {
  readonly silence: Action[];
  readonly stop: Action[];
  readonly move: Action[];
  readonly open: Action[];
  readonly play: Action[];
}

function inOrder(before: CallPlan, after: CallPlan, legs: readonly LegSteps[]): PlanSteps {
  const opened = after.rooms.filter((roomId) => !before.rooms.includes(roomId));
  const closed = before.rooms.filter((roomId) => !after.rooms.includes(roomId));
  return {
    steps: [
      ...legs.flatMap(({ silence }) => silence),
      ...opened.map((roomId): Action => ({ op: 'open-room', roomId })),
      ...legs.flatMap(({ stop }) => stop),
      ...legs.flatMap(({ move }) => move),
      ...legs.flatMap(({ open }) => open),
      ...legs.flatMap(({ play }) => play),
    ],
    last: closed.map((roomId): Action => ({ op: 'close-room', roomId })),
  };
}

function legSteps({ legId, from, to }: { legId: LegId; from: LegPlan; to: LegPlan }): LegSteps {
  const steps: LegSteps = { silence: [], stop: [], move: [], open: [], play: [] };
  if (to.music && !from.music) steps.silence.push({ op: 'music', legId, on: true });
  for (const sound of SOUNDS) {
    const [before, after] = [from[sound], to[sound]];
    if (before === after) continue;
    if (before) steps.stop.push({ op: 'stop-playback', playbackId: before });
    if (after) steps.play.push(PLAY[sound](legId, after));
  }
  if (from.told && from.told.playbackId !== to.told?.playbackId) {
    steps.stop.push({ op: 'stop-playback', playbackId: from.told.playbackId });
  }
  if (to.told && from.told?.playbackId !== to.told.playbackId) {
    steps.play.push({ op: 'announce', legId, ...to.told });
  }
  if (to.roomId === null) {
    if (from.roomId !== null) steps.move.push({ op: 'remove', legId });
  } else if (from.roomId !== to.roomId) {
    steps.move.push({ op: 'place', legId, roomId: to.roomId, voice: to.voice });
  } else if (!isSameVoice(from.voice, to.voice)) {
    const place: Action = { op: 'place', legId, roomId: to.roomId, voice: to.voice };
    const isNewEar = from.voice.kind === 'whisper' && to.voice.kind === 'whisper';
    if (isNewEar) steps.silence.push({ ...place, voice: { kind: 'listen' } });
    (isNewEar || isWider(from.voice, to.voice) ? steps.open : steps.silence).push(place);
  }
  if (from.music && !to.music) steps.open.push({ op: 'music', legId, on: false });
  return steps;
}

function wholeLeg(legId: LegId, from: LegPlan, to: LegPlan): LegSteps {
  const { roomId, voice, music } = to;
  // Also one that is to play: it would be refused while it plays already.
  const sounds = SOUNDS.flatMap((sound) => [from[sound], to[sound]]);
  const playing = new Set(sounds.filter((playbackId) => playbackId !== null));
  return {
    silence: music ? [{ op: 'music', legId, on: true }] : [],
    stop: [...playing].map((playbackId) => ({ op: 'stop-playback', playbackId })),
    move: roomId === null ? [] : [{ op: 'place', legId, roomId, voice }],
    open: music ? [] : [{ op: 'music', legId, on: false }],
    play: SOUNDS.flatMap((sound) => {
      const playbackId = to[sound];
      return playbackId ? [PLAY[sound](legId, playbackId)] : [];
    }),
  };
}

const SOUNDS = ['ringback', 'notice', 'prompt'] as const;

const PLAY = {
  ringback: (legId: LegId, playbackId: PlaybackId): Action => looped(legId, playbackId, 'ringback', false),
  notice: (legId: LegId, playbackId: PlaybackId): Action => looped(legId, playbackId, 'monitored', true),
  prompt: (legId: LegId, playbackId: PlaybackId): Action => looped(legId, playbackId, 'press-key', false),
} as const;

function looped(
  legId: LegId,
  playbackId: PlaybackId,
  tone: 'ringback' | 'monitored' | 'press-key',
  mixed: boolean,
): Action {
  const request = { playbackId, target: { leg: legId }, source: { kind: 'tone', tone }, loop: true } as const;
  return { op: 'play', request: mixed ? { ...request, mixed } : request };
}

function isSameVoice(one: Voice, other: Voice): boolean {
  if (one.kind === 'whisper') return other.kind === 'whisper' && one.to === other.to;
  return one.kind === other.kind;
}

/** Whether somebody hears the leg who did not. */
function isWider(from: Voice, to: Voice): boolean {
  return to.kind === 'all' || (from.kind === 'listen' && to.kind === 'whisper');
}
