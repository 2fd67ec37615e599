// The whole team is searched at every step here: what the indices must come to.
import { awayParties, calledParties } from '../../server/core/model/parties.ts';
import { canTakeQueueCall, isFree } from '../../server/core/agent/availability.ts';
import { callAgainTimes } from '../../server/core/call/device-return.ts';
import { ringsInSilence } from '../../server/core/call/silent-page.ts';
import { isSignedInTo } from '../../server/core/model/agent.ts';
import type { CallState } from '../../server/core/model/call.ts';
import type { TeamState } from '../../server/core/model/team.ts';
import type { AgentId, CallId, GroupId } from '../../server/core/kernel/ids.ts';

/** A call in a line. `since`: when it joined; a call that comes back from an agent who did not answer keeps it. */
export interface Waiting {
  readonly callId: CallId;
  readonly groupId: GroupId;
  readonly since: number;
}

/** An agent who can take a call now, of any of these groups. */
export interface Free {
  readonly agentId: AgentId;
  readonly groups: ReadonlySet<GroupId>;
  readonly idleSince: number;
}

interface Assignment {
  readonly callId: CallId;
  readonly agentId: AgentId;
}

/**
 * Pairs waiting calls with free agents over the whole team: who waits longest is served first, by the agent who has been
 * idle longest among those who serve the group. Ties go by id.
 */
export function assignAll(waiting: readonly Waiting[], free: readonly Free[]): Assignment[] {
  if (waiting.length === 0 || free.length === 0) return [];
  const agents = [...free].sort((a, b) => a.idleSince - b.idleSince || compare(a.agentId, b.agentId));
  const calls = [...waiting].sort((a, b) => a.since - b.since || compare(a.callId, b.callId));
  const taken = new Set<AgentId>();
  const assignments: Assignment[] = [];
  for (const call of calls) {
    if (taken.size === agents.length) break;
    const agent = agents.find((each) => !taken.has(each.agentId) && each.groups.has(call.groupId));
    if (!agent) continue;
    taken.add(agent.agentId);
    assignments.push({ callId: call.callId, agentId: agent.agentId });
  }
  return assignments;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** All calls that no agent is being offered. */
export function allWaiting(team: TeamState): Waiting[] {
  const waiting: Waiting[] = [];
  for (const call of team.calls.values()) {
    if (call.phase.kind !== 'waiting' || !call.groupId) continue;
    waiting.push({ callId: call.id, groupId: call.groupId, since: call.createdAt });
  }
  return waiting;
}

export function allFree(team: TeamState, now: number): Free[] {
  const free: Free[] = [];
  for (const agent of team.agents.values()) {
    const groups = (Object.keys(agent.groups) as GroupId[]).filter((groupId) =>
      canTakeQueueCall(team, agent, groupId, now),
    );
    if (groups.length > 0) {
      free.push({ agentId: agent.id, groups: new Set(groups), idleSince: agent.activity.since });
    }
  }
  return free;
}

/** When time alone will next change something. */
export function nextByScan(team: TeamState, now: number): number {
  const times: number[] = [];
  for (const call of team.undecided ? [] : team.calls.values()) {
    times.push(deadlineOf(team, call, now));
    if (team.switchUp) times.push(...callAgainTimes(team, call));
  }
  const waiting = new Set(allWaiting(team).map(({ groupId }) => groupId));
  for (const agent of team.agents.values()) {
    const { activity } = agent;
    if (activity.kind === 'acw' && activity.endsAt !== null) times.push(activity.endsAt);
    if (ringsInSilence(team, agent)) times.push(activity.since);
    if (!isFree(team, agent)) continue;
    for (const groupId of waiting) {
      if (isSignedInTo(agent, groupId)) times.push(agent.retryAt[groupId] ?? 0);
    }
  }
  return Math.min(...times.filter((time) => time > now));
}

function deadlineOf(team: TeamState, call: CallState, now: number): number {
  const { phase } = call;
  if (!team.switchUp && (phase.kind === 'connecting' || phase.kind === 'conversation')) return Infinity;
  switch (phase.kind) {
    case 'offered':
      return Math.min(phase.ringEndsAt, phase.awayUntil ?? Infinity);
    case 'connecting':
    case 'ended':
      return phase.since + 10_000;
    case 'calling-agent':
    case 'calling-far':
      return Math.min(phase.until, phase.awayUntil ?? Infinity);
    case 'conversation': {
      const times = awayParties(call).flatMap(({ away }) => [
        away.until,
        ...(away.legId === null && away.nextTryAt > now ? [away.nextTryAt] : []),
      ]);
      return Math.min(...times, ...calledParties(call).map(({ called }) => called.until));
    }
    case 'waiting':
      return Infinity;
    default:
      return phase satisfies never;
  }
}
