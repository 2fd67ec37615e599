import type { AgentId, LegId } from '../kernel/ids.ts';
import type { CallState, Offer } from './call.ts';

/** At whom the call rings: at one, or at all who are free in a group that rings all. */
export function offersOf({ phase }: CallState): readonly Offer[] {
  if (phase.kind !== 'offered') return [];
  const { agentId, legId, ringEndsAt, awayUntil, also = [] } = phase;
  return [{ agentId, legId, ringEndsAt, awayUntil }, ...also];
}

export function offerTo(call: CallState, agentId: AgentId): Offer | undefined {
  return offersOf(call).find((offer) => offer.agentId === agentId);
}

export function offerOfLeg(call: CallState, legId: LegId): Offer | undefined {
  return offersOf(call).find((offer) => offer.legId === legId);
}

/** The phase with these offers; without any it waits again. `at`: since when. */
export function ringingAt(
  call: CallState,
  [first, ...also]: readonly Offer[],
  at: number,
): CallState['phase'] {
  if (!first) return { kind: 'waiting', since: at };
  const since = call.phase.kind === 'offered' ? call.phase.since : at;
  return { kind: 'offered', since, ...first, ...(also.length > 0 ? { also } : {}) };
}

/** The phase with one offer changed. */
export function withOffer(
  call: CallState,
  agentId: AgentId | undefined,
  change: Partial<Offer>,
): CallState['phase'] {
  const [first] = offersOf(call);
  const changed = agentId ?? first?.agentId;
  const offers = offersOf(call).map((each) => (each.agentId === changed ? { ...each, ...change } : each));
  return ringingAt(call, offers, call.phase.since);
}
