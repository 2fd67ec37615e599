import { isInLine } from '../model/call.ts';
import type { Asking, CallState } from '../model/call.ts';
import { presentParties } from '../model/parties.ts';
import type { Placed } from '../model/indices.ts';
import type { GroupId } from '../kernel/ids.ts';
import { waitsSince } from './wishes.ts';
import type { TeamState } from '../model/team.ts';

/** The place of a call that no agent is being offered. The time of arrival and the priority give it, and it is kept when an offer is missed. */
export function placeInLine(call: CallState): Placed | null {
  if (call.asking) return placeOfAsking(call, call.asking);
  return call.phase.kind === 'waiting' && call.groupId ? placed(call, call.groupId) : null;
}

/** Of an agent who asks for somebody of the group, at whom nobody rings yet. */
function placeOfAsking(call: CallState, { by, groupId, since }: Asking): Placed | null {
  const isServed =
    call.phase.kind !== 'conversation' ||
    presentParties(call).some((party) => party.broughtBy === by && party.place === 'consult');
  return isServed ? null : { groupId, want: 1, place: { id: call.id, rank: 0, since } };
}

/** The place among those who have not been answered yet, ringing included: by arrival alone. */
export function placeUnanswered(call: CallState): Placed | null {
  if (!isInLine(call) || !call.groupId) return null;
  return { groupId: call.groupId, want: 1, place: { id: call.id, rank: 0, since: waitsSince(call) } };
}

/**
 * Who has been talked to, and was passed on, goes before those who have not. Priority counts as time of waiting, so that nobody is
 * overtaken for ever.
 */
function placed(call: CallState, groupId: GroupId): Placed {
  const isKnown = typeof call.requeuedAt === 'number';
  const since = waitsSince(call) - (call.aheadMs ?? 0);
  const want = call.wanted?.agentId ?? call.level ?? 1;
  return { groupId, want, place: { id: call.id, rank: isKnown ? -1 : 0, since } };
}

export interface LineFigures {
  readonly waiting: number;
  /** ms since the epoch; null: nobody waits. */
  readonly longestWaitSince: number | null;
}

/** Who has not been answered yet in a group, ringing included. */
export function lineFigures({ indices }: TeamState, groupId: GroupId): LineFigures {
  const places = indices.settled.unanswered(groupId);
  return {
    waiting: places.length,
    longestWaitSince: places[0]?.since ?? null,
  };
}
