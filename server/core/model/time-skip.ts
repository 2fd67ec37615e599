import type { AgentState } from './agent.ts';
import type { CallState, Offer, Phase } from './call.ts';
import type { Party } from './party.ts';
import { TeamOverlay } from './changes.ts';
import type { Changes } from './changes.ts';
import type { TeamState } from './team.ts';

/**
 * The clock jumped by `ms` while nobody listened (see `Clock.onSkip`). What somebody was waited for moves along: a device
 * that rang or was on its way back gets the rest of its time. When the
 * clock was set back (`ms` is negative) the deadlines of our own move as well, or they would come too late by as much.
 */
export function skipTime(team: TeamState, ms: number, now: number): Changes {
  const overlay = new TeamOverlay(team);
  for (const [id, call] of team.calls) overlay.calls.set(id, laterCall(call, ms));
  if (ms < 0) for (const [id, agent] of team.agents) overlay.agents.set(id, laterAgent(agent, ms));
  return overlay.changes({ at: now, elapsed: false, dispatched: false });
}

function laterCall(call: CallState, ms: number): CallState {
  const phase = laterPhase(call.phase, ms);
  const parties = call.parties.some(({ away, called }) => away || called)
    ? call.parties.map((each) => laterParty(each, ms))
    : call.parties;
  return phase === call.phase && parties === call.parties ? call : { ...call, phase, parties };
}

function laterParty(party: Party, ms: number): Party {
  const { away, called } = party;
  if (called) return { ...party, called: { ...called, until: called.until + ms } };
  if (!away) return party;
  return { ...party, away: { ...away, until: away.until + ms, nextTryAt: away.nextTryAt + ms } };
}

function laterPhase(phase: Phase, ms: number): Phase {
  switch (phase.kind) {
    case 'offered':
      return {
        ...phase,
        ...laterOffer(phase, ms),
        ...(phase.also ? { also: phase.also.map((each) => laterOffer(each, ms)) } : {}),
      };
    case 'calling-agent':
    case 'calling-far':
      return { ...phase, until: phase.until + ms, awayUntil: later(phase.awayUntil, ms) };
    // The time for joining, and for which an ended call is kept, counts from here.
    case 'connecting':
    case 'ended':
      return { ...phase, since: phase.since + ms };
    case 'waiting':
    case 'conversation':
      return phase;
    default:
      return phase satisfies never;
  }
}

function laterOffer({ agentId, legId, ringEndsAt, awayUntil }: Offer, ms: number): Offer {
  return { agentId, legId, ringEndsAt: ringEndsAt + ms, awayUntil: later(awayUntil, ms) };
}

function laterAgent(agent: AgentState, ms: number): AgentState {
  const { activity, retryAt } = agent;
  return {
    ...agent,
    activity:
      activity.kind === 'acw' && activity.endsAt !== null
        ? { ...activity, endsAt: activity.endsAt + ms }
        : activity,
    retryAt: Object.fromEntries(Object.entries(retryAt).map(([group, at]) => [group, at + ms])),
  };
}

function later(at: number | null, ms: number): number | null {
  return at === null ? null : at + ms;
}
