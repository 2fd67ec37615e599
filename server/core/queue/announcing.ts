import type { PlaybackId } from '../kernel/ids.ts';
import type { CallState } from '../model/call.ts';
import { liveLegs } from '../model/call.ts';
import type { Draft } from '../model/draft.ts';
import type { Group } from '../model/set-up.ts';
import type { Unindexed } from '../model/team.ts';
import type { Saying } from '../ports/effects.ts';
import { placeInLine } from './line.ts';
import { waitsSince } from './wishes.ts';

// What a caller is told while waiting. It is part of the plan of a call that waits, and of no other: as soon as it rings somewhere the
// switch is asked to stop it, so that no answer waits for the end of a sentence.

const MINUTE_MS = 60_000;

/** When the caller is told next. */
export function announceTimes(team: Unindexed, call: CallState): number[] {
  const group = call.groupId ? team.config.groups.get(call.groupId) : undefined;
  if (!group?.announcements || !isListening(call)) return [];
  return [lastTold(call) + group.announcements.everyMs];
}

/** Tells the caller, if it is time: the place and the wait by turns, whatever of it is known. */
export function announce(draft: Draft, call: CallState): void {
  const group = call.groupId ? draft.team.config.groups.get(call.groupId) : undefined;
  if (!group?.announcements || call.phase.kind !== 'waiting' || !isListening(call)) return;
  if (lastTold(call) + group.announcements.everyMs > draft.now) return;
  const placed = placeInLine(call);
  const position = placed ? draft.team.indices.settled.countBefore(placed) + 1 : 1;
  const waitMs = estimate(draft, call, group, position);
  const known = [
    ...(group.announcements.position ? [{ kind: 'position', position } as const] : []),
    ...(group.announcements.estimatedWait && waitMs !== null
      ? [{ kind: 'wait', minutes: waitMs / MINUTE_MS } as const]
      : []),
  ];
  const of = known.find(({ kind }) => kind !== call.told?.saying?.of.kind) ?? known[0] ?? { kind: 'waiting' };
  const saying: Saying = { sounds: group.sounds, of };
  const playbackId = draft.ids.next<PlaybackId>('play');
  draft.apply({ type: 'call-announced', callId: call.id, playbackId, saying, waitMs });
}

/**
 * By how fast the line has moved of late, in whole minutes. It never rises for one caller; null: nobody knows.
 */
function estimate({ team, now }: Draft, { told }: CallState, { id }: Group, position: number): number | null {
  const pace = team.indices.settled.counts.pace(id, now);
  if (pace === null) return told?.waitMs ?? null;
  const minutes = Math.max(1, Math.ceil((position * pace) / MINUTE_MS));
  return Math.min(minutes * MINUTE_MS, told?.waitMs ?? Infinity);
}

function lastTold(call: CallState): number {
  return Math.max(call.told?.at ?? 0, call.enteredAt ?? waitsSince(call));
}

function isListening(call: CallState): boolean {
  return liveLegs(call).some(({ role, state }) => role === 'customer' && state === 'up');
}
