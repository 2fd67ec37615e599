import type { Leg } from './leg.ts';
import { hears, type Room } from './room.ts';
import { FRAME_SAMPLES } from './rtp-packet.ts';

const sum = new Int32Array(FRAME_SAMPLES);
const mono = new Int16Array(FRAME_SAMPLES);
const beside = new Int16Array(FRAME_SAMPLES);

/** Writes the clipped sum. */
function clipInto(from: Int32Array, into: Int16Array): void {
  for (let index = 0; index < FRAME_SAMPLES; index += 1) {
    const value = from[index] ?? 0;
    into[index] = value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
  }
}

function addInto(total: Int32Array, samples: Int16Array): void {
  for (let index = 0; index < FRAME_SAMPLES; index += 1) {
    total[index] = (total[index] ?? 0) + (samples[index] ?? 0);
  }
}

function subtractFrom(total: Int32Array, samples: Int16Array): void {
  for (let index = 0; index < FRAME_SAMPLES; index += 1) {
    total[index] = (total[index] ?? 0) - (samples[index] ?? 0);
  }
}

function talksToAll(leg: Leg): boolean {
  return leg.voice.kind === 'all' && leg.music === null;
}

/**
 * One 20 ms tick of the whole engine: takes a frame from every tapped leg, sums each room once, gives each mixed leg the
 * sum without itself (mix-minus), runs playbacks and music, sends, and feeds recorders.
 */
export function mixTick(
  legs: ReadonlyMap<unknown, Leg>,
  rooms: ReadonlyMap<unknown, Room<Leg>>,
  now: number,
): void {
  for (const leg of legs.values()) {
    if (leg.tapped) leg.jitter.pull(leg.said);
  }
  for (const room of rooms.values()) {
    if (room.playback !== null && !room.playback.read(room.prompt)) room.prompt.fill(0);
    if (room.mixing) sumRoom(room);
  }
  for (const leg of legs.values()) {
    const own = prepareHeard(leg);
    if (leg.recorders.size > 0) recordLeg(leg, own);
    leg.sendTick(withOverlay(leg, own), now);
  }
}

function sumRoom(room: Room<Leg>): void {
  room.total.fill(0);
  for (const member of room.members) {
    if (talksToAll(member)) addInto(room.total, member.said);
  }
  if (room.playback !== null) addInto(room.total, room.prompt);
  if (room.recorders.size === 0) return;
  clipInto(room.total, mono);
  for (const recorder of room.recorders) recorder.write(mono);
}

/** Fills `leg.heard` when the leg gets a frame of ours; playback goes before music, music before the room. */
function prepareHeard(leg: Leg): boolean {
  if (leg.playback !== null) {
    if (!leg.playback.read(leg.heard)) leg.heard.fill(0);
    return true;
  }
  if (leg.music !== null) {
    leg.music.read(leg.heard);
    return true;
  }
  const { room } = leg;
  if (leg.feed !== 'mix' || room === null) return false;
  sum.set(room.total);
  if (talksToAll(leg)) subtractFrom(sum, leg.said);
  for (const speaker of room.members) {
    if (speaker.voice.kind === 'whisper' && hears(leg, speaker)) addInto(sum, speaker.said);
  }
  clipInto(sum, leg.heard);
  return true;
}

/** Adds what is played beside everything else: after the recorders, so that none has it. */
function withOverlay(leg: Leg, own: boolean): boolean {
  if (leg.overlay === null || !leg.overlay.read(beside)) return own;
  sum.fill(0);
  if (own) addInto(sum, leg.heard);
  addInto(sum, beside);
  clipInto(sum, leg.heard);
  return true;
}

function recordLeg(leg: Leg, own: boolean): void {
  if (!own) {
    if (leg.feed === 'forward' && leg.speaker !== null) leg.heard.set(leg.speaker.said);
    else leg.heard.fill(0);
  }
  for (const recorder of leg.recorders) recorder.write(leg.said, leg.heard);
}
