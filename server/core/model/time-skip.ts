import type { AgentState } from './agent.ts';
import type { CallState, Phase } from './call.ts';
import { TeamOverlay } from './changes.ts';
import type { Changes } from './changes.ts';
import type { PageLink, TeamState } from './team.ts';

/**
 * The clock jumped by `ms` while nobody listened (see `Clock.onSkip`). What somebody was waited for moves along: a page was
 * not silent because we did not hear it, and a device that rang or was on its way back gets the rest of its time. When the
 * clock was set back (`ms` is negative) the deadlines of our own move as well, or they would come too late by as much.
 */
export function skipTime(team: TeamState, ms: number, now: number): Changes {
  const overlay = new TeamOverlay(team);
  for (const [id, page] of team.pages) overlay.pages.set(id, laterPage(page, ms));
  for (const [id, call] of team.calls) overlay.calls.set(id, laterCall(call, ms));
  if (ms < 0) for (const [id, agent] of team.agents) overlay.agents.set(id, laterAgent(agent, ms));
  return overlay.changes({ at: now, elapsed: false, dispatched: false });
}

function laterPage(page: PageLink, ms: number): PageLink {
  const { seen } = page;
  return { ...page, chosenAt: page.chosenAt + ms, seen: seen && { ...seen, at: seen.at + ms } };
}

function laterCall(call: CallState, ms: number): CallState {
  const phase = laterPhase(call.phase, ms);
  return phase === call.phase ? call : { ...call, phase };
}

function laterPhase(phase: Phase, ms: number): Phase {
  switch (phase.kind) {
    case 'offered':
      return { ...phase, ringEndsAt: phase.ringEndsAt + ms, awayUntil: later(phase.awayUntil, ms) };
    case 'calling-agent':
    case 'calling-far':
      return { ...phase, until: phase.until + ms, awayUntil: later(phase.awayUntil, ms) };
    case 'recovering':
      return { ...phase, until: phase.until + ms, nextTryAt: phase.nextTryAt + ms };
    // The time for joining, and for which an ended call is kept, counts from here.
    case 'connecting':
    case 'ended':
      return { ...phase, since: phase.since + ms };
    case 'waiting':
    case 'talking':
    case 'held':
      return phase;
    default:
      return phase satisfies never;
  }
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
