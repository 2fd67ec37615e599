import type { AgentView, CallView, Party } from '../../../server/contract/desk.ts';
import type { DeskState } from '../../live/desk.ts';

/** The call that the bar shows: the live one (an offered one first), otherwise the one that has just ended. */
export function presentCall(state: Pick<DeskState, 'snapshot'> | undefined): CallView | null {
  const calls = state?.snapshot?.calls ?? [];
  const live = calls.filter((call) => call.phase !== 'ended');
  if (live.length > 0) return live.find((call) => call.phase === 'offered') ?? live.at(-1) ?? null;
  return calls.toSorted((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0)).at(-1) ?? null;
}

/**
 * Where the clock beside the state word begins, server time: a talk counts from the answer, over any holds, as the cells
 * of the call do; every other state from when it began.
 */
export function clockStart(agent: AgentView, call: CallView | null): number {
  return agent.state === 'talking' && call?.phase === 'talking'
    ? (call.answeredAt ?? agent.since)
    : agent.since;
}

/** Colour and word of a party's cell: where three or more talk together everybody who talks is in conference. */
export function partyLook(party: Party, parties: readonly Party[]): Party['state'] | 'conference' {
  const talking = parties.filter((other) => other.state === 'talking' && other.place === party.place).length;
  return party.state === 'talking' && talking > 2 ? 'conference' : party.state;
}

/** How long somebody who has left is still shown, ms. */
const GONE_MS = 5000;

/** The cells of a call: who has left goes after a while, and stays when the call has ended. `now`: server time. */
export function shownParties({ phase, parties }: CallView, now: number): Party[] {
  return parties
    .filter(
      ({ state, since, self }) => phase === 'ended' || self || state !== 'gone' || now - since < GONE_MS,
    )
    .toSorted((a, b) => Number(a.self) - Number(b.self));
}
