import type { LegId, RoomId } from '../../../core/kernel/ids.ts';
import type { Voice } from '../../../core/ports/switch.ts';
import type { Playback } from './playback.ts';
import type { RoomRecorder } from './recorder.ts';
import { FRAME_SAMPLES } from './rtp-packet.ts';

/** Where a leg's outgoing audio comes from when nothing is played to it: nobody, one speaker untouched, or a mix. */
export type Feed = 'silence' | 'forward' | 'mix';

/** What routing looks at in a leg, and what it sets. */
interface Member<M> {
  readonly id: LegId;
  readonly recorders: ReadonlySet<unknown>;
  readonly jitter: { reset(): void };
  readonly voice: Voice;
  readonly music: object | null;
  readonly overlay: object | null;
  readonly room: { route(): void } | null;
  feed: Feed;
  speaker: M | null;
  forwardTo: readonly M[];
  tapped: boolean;
}

/** Legs that hear each other as their voices allow. */
export class Room<M extends Member<M>> {
  readonly id: RoomId;
  readonly members = new Set<M>();
  readonly recorders = new Set<RoomRecorder>();
  playback: Playback | null = null;
  /** Sum of everybody who talks to all, unclipped, of this tick; and the frame of the room's playback. */
  readonly total = new Int32Array(FRAME_SAMPLES);
  readonly prompt = new Int16Array(FRAME_SAMPLES);
  /** Some member is mixed for, or the room is recorded. */
  mixing = false;

  constructor(id: RoomId) {
    this.id = id;
  }

  /**
   * Decides anew how each member gets its audio. Who hears nobody gets silence; who hears exactly one gets that one's
   * packets untouched; only who hears several, or a playback in the room, is mixed for.
   */
  route(): void {
    const forwards = new Map<M, M[]>();
    const tapped = new Set<M>();
    this.mixing = this.recorders.size > 0;
    for (const hearer of this.members) {
      const speakers = [...this.members].filter((speaker) => hears(hearer, speaker));
      const [only] = speakers;
      if (this.playback !== null || speakers.length > 1 || (only && hearer.overlay)) hearer.feed = 'mix';
      else hearer.feed = only === undefined ? 'silence' : 'forward';
      hearer.speaker = hearer.feed === 'forward' ? (only ?? null) : null;
      if (hearer.feed === 'mix') {
        this.mixing = true;
        for (const speaker of speakers) tapped.add(speaker);
      } else if (only !== undefined) {
        forwards.set(only, [...(forwards.get(only) ?? []), hearer]);
        if (hearer.recorders.size > 0) tapped.add(only);
      }
    }
    for (const member of this.members) {
      member.forwardTo = forwards.get(member) ?? [];
      const talks = member.voice.kind === 'all' && member.music === null;
      setTapped(
        member,
        tapped.has(member) || member.recorders.size > 0 || (this.recorders.size > 0 && talks),
      );
    }
  }
}

/** Whether a leg of the same room reaches another. A leg with music on is away. */
export function hears<M extends Member<M>>(hearer: M, speaker: M): boolean {
  if (hearer === speaker || speaker.music !== null) return false;
  if (speaker.voice.kind === 'all') return true;
  return speaker.voice.kind === 'whisper' && speaker.voice.to === hearer.id;
}

/** A leg outside rooms: hears silence, is heard by nobody. */
export function routeAlone<M extends Member<M>>(leg: M): void {
  leg.feed = 'silence';
  leg.speaker = null;
  leg.forwardTo = [];
  setTapped(leg, leg.recorders.size > 0);
}

/** After something about a leg or room has changed that routing looks at. */
export function reroute<M extends Member<M>>(owner: M | Room<M>): void {
  if (owner instanceof Room) owner.route();
  else if (owner.room === null) routeAlone(owner);
  else owner.room.route();
}

function setTapped<M extends Member<M>>(leg: M, tapped: boolean): void {
  // What was buffered when the tap was last open is old by now.
  if (tapped && !leg.tapped) leg.jitter.reset();
  leg.tapped = tapped;
}
