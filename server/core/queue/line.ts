import type { CallState } from '../model/call.ts';
import type { Placed } from '../model/indices.ts';
import type { GroupId } from '../kernel/ids.ts';
import type { TeamState } from '../model/team.ts';

/** The place of a call that no agent is being offered. The time of arrival gives it, and it is kept when an offer is missed. */
export function placeInLine(call: CallState): Placed | null {
  return call.phase.kind === 'waiting' && call.groupId ? placed(call, call.groupId) : null;
}

/** The place among those who have not been answered yet, ringing included: by arrival alone. */
export function placeUnanswered(call: CallState): Placed | null {
  return isInLine(call) && call.groupId ? placed(call, call.groupId) : null;
}

/** No call goes before others yet: every rank is the same. */
function placed({ id, createdAt }: CallState, groupId: GroupId): Placed {
  return { groupId, place: { id, rank: 0, since: createdAt } };
}

/** Whether the caller has not been answered yet: waiting, or ringing at somebody. */
export function isInLine({ phase, direction }: CallState): boolean {
  return direction === 'queue' && (phase.kind === 'waiting' || phase.kind === 'offered');
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
