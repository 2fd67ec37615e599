import { DAY_MS } from '../kernel/time-zone.ts';
import { isSignedInTo } from '../model/agent.ts';
import type { AgentState } from '../model/agent.ts';
import type { CallState } from '../model/call.ts';
import type { Draft } from '../model/draft.ts';
import type { Group } from '../model/set-up.ts';
import type { Unindexed } from '../model/team.ts';
import type { AgentId, GroupId } from '../kernel/ids.ts';

// Whom a call waits for: an agent with a level of skill, which falls with the time, or one agent in person for a while.

/** Since when it waits, whatever groups it has been in: from its arrival, or from when it was passed on to a line. */
export function waitsSince({ createdAt, requeuedAt }: CallState): number {
  return requeuedAt ?? createdAt;
}

/** What a call asks of an agent after so long a wait, ms. */
export function levelAfter({ strategy, skillSteps }: Group, waitedMs: number): number {
  if (strategy !== 'skill-level') return 1;
  return skillSteps.findLast(({ afterMs }) => afterMs <= waitedMs)?.level ?? 1;
}

/** Times at which the call will do with less, or with anybody. */
export function wishTimes({ config }: Unindexed, call: CallState): number[] {
  const group = call.groupId ? config.groups.get(call.groupId) : undefined;
  const times = call.wanted ? [call.wanted.until] : [];
  const level = call.level ?? 1;
  if (!group || level === 1) return times;
  const waited = waitsSince(call);
  const steps = group.strategy === 'skill-level' ? group.skillSteps : [];
  const next = steps.find((step) => step.level < level);
  return [...times, next ? waited + next.afterMs : waited];
}

/** Does with less, as far as the time has come. */
export function lowerWishes(draft: Draft, call: CallState): void {
  const { id: callId, groupId, wanted } = call;
  if (wanted && wanted.until <= draft.now) draft.apply({ type: 'preference-ended', callId });
  const group = groupId ? draft.group(groupId) : undefined;
  const level = group ? levelAfter(group, draft.now - waitsSince(call)) : 1;
  if (level < (call.level ?? 1)) draft.apply({ type: 'requirement-relaxed', callId, level });
}

/** Whether it is of use to wait for the agent: signed in there, and not paused. */
export function isAwaitable(agent: AgentState | undefined, groupId: GroupId): boolean {
  return agent !== undefined && isSignedInTo(agent, groupId) && agent.pause === null;
}

/** Who has talked with the customer last, and may be waited for; null: anybody will do. */
export function preferred(
  draft: Draft,
  group: Group,
  last: { readonly agentId: AgentId; readonly at: number } | null,
): NonNullable<CallState['wanted']> | null {
  const { sticky } = group;
  if (!sticky || !last || draft.now - last.at > sticky.days * DAY_MS) return null;
  if (!isAwaitable(draft.team.agents.get(last.agentId), group.id)) return null;
  return { agentId: last.agentId, until: draft.now + sticky.waitMs };
}
