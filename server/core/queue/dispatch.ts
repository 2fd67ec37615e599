import { canTakeQueueCall } from '../agent/availability.ts';
import { offerCall } from '../call/offer.ts';
import type { GroupId } from '../kernel/ids.ts';
import type { CallState } from '../model/call.ts';
import type { Draft } from '../model/draft.ts';
import type { TeamState } from '../model/team.ts';
import { assign } from './assignment.ts';
import type { Free, Waiting } from './assignment.ts';

/** Offers waiting calls to free agents. Runs at the end of every decision, so that no rule has to remember to. */
export function dispatchQueues(draft: Draft): void {
  const waiting = waitingCalls(draft.team);
  if (waiting.length === 0) return;
  for (const { callId, agentId } of assign(waiting, freeAgents(draft.team, draft.now))) {
    const { groupId } = draft.call(callId);
    const group = groupId ? draft.group(groupId) : undefined;
    if (group) offerCall(draft, callId, agentId, group.ringMs);
  }
}

/** Calls that no agent is being offered. The time of arrival is the place in the line, and stays it. */
function waitingCalls(team: TeamState): Waiting[] {
  const waiting: Waiting[] = [];
  for (const call of team.calls.values()) {
    if (call.phase.kind !== 'waiting' || !call.groupId) continue;
    waiting.push({ callId: call.id, groupId: call.groupId, since: call.createdAt });
  }
  return waiting;
}

function freeAgents(team: TeamState, now: number): Free[] {
  const free: Free[] = [];
  for (const agent of team.agents.values()) {
    if (agent.activity.kind !== 'idle') continue;
    const groups = (Object.keys(agent.groups) as GroupId[]).filter((groupId) =>
      canTakeQueueCall(team, agent, groupId, now),
    );
    if (groups.length > 0) {
      free.push({ agentId: agent.id, groups: new Set(groups), idleSince: agent.activity.since });
    }
  }
  return free;
}

/** Whether the caller has not been answered yet: waiting, or ringing at somebody. */
export function isInLine({ phase, direction }: CallState): boolean {
  return direction === 'queue' && (phase.kind === 'waiting' || phase.kind === 'offered');
}

export interface LineFigures {
  readonly waiting: number;
  readonly longestWaitSince: number | null;
}

/** Who has not been answered yet, ringing included, by group. */
export function lineFigures(team: TeamState): Map<GroupId, LineFigures> {
  const figures = new Map<GroupId, LineFigures>();
  for (const call of team.calls.values()) {
    if (!isInLine(call) || !call.groupId) continue;
    const before = figures.get(call.groupId);
    figures.set(call.groupId, {
      waiting: (before?.waiting ?? 0) + 1,
      longestWaitSince: Math.min(before?.longestWaitSince ?? call.createdAt, call.createdAt),
    });
  }
  return figures;
}
