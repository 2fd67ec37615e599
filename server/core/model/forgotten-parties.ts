import type { PartyId } from '../kernel/ids.ts';
import type { CallState } from './call.ts';
import type { Party } from './party.ts';

/** So many of those who have left a call are shown, besides those with whom it began; the records keep all. */
export const MOST_GONE = 20;
/** Whoever has just left stays that long at least: an event may still name the leg, ms. */
const KEPT_MS = 15_000;
/** Those with whom it began. */
const FIRST = 2;

/** Those who left before all others, of more than are shown. Who was there at the end of the call has not left it. */
export function longGone(call: CallState): ReadonlySet<PartyId> {
  const end = call.phase.kind === 'ended' ? call.phase.since : Infinity;
  const gone = call.parties.slice(FIRST).flatMap(({ id, role, left }) =>
    // Leaders who have listened take nobody's place.
    left && left.at < end && role !== 'supervisor' ? [{ id, at: left.at }] : [],
  );
  if (gone.length <= MOST_GONE) return new Set();
  gone.sort((a, b) => a.at - b.at);
  return new Set(gone.slice(0, -MOST_GONE).map(({ id }) => id));
}

/**
 * Those of whom the state of the call keeps nothing any more, when somebody comes into it. An agent finds the own part in it as long as the
 * call is kept: of those who have been in it again and again the last time stays.
 */
export function forgotten(call: CallState, at: number): ReadonlySet<PartyId> {
  if (call.parties.length <= MOST_GONE) return new Set();
  const shown = longGone(call);
  const ids = call.parties.slice(FIRST).flatMap((party, index) => {
    if (!party.left || party.left.at > at - KEPT_MS) return [];
    const isSurplus = party.role === 'supervisor' || shown.has(party.id);
    return isSurplus && !isLastOf(call, party, index + FIRST) ? [party.id] : [];
  });
  const live = new Set(call.legs.flatMap(({ state, partyId }) => (state === 'gone' ? [] : [partyId])));
  return new Set(ids.filter((id) => !live.has(id)));
}

function isLastOf({ parties }: CallState, { agentId, role }: Party, index: number): boolean {
  if (agentId === null || role === 'supervisor') return false;
  return parties.every(
    (party, at) => at <= index || party.agentId !== agentId || party.role === 'supervisor',
  );
}
