import { currentCall } from '../model/agent.ts';
import { agentsIn } from './agents-in.ts';
import type { AgentState } from '../model/agent.ts';
import { followMemberships } from '../agent/memberships.ts';
import { applyNextState } from '../agent/next-state.ts';
import type { AgentId, CallId } from '../kernel/ids.ts';
import type { EndCause } from '../ports/switch.ts';
import type { Draft } from '../model/draft.ts';
import type { CallState, Cause, EndedBy } from '../model/call.ts';
import { isEnded, liveLegs } from '../model/call.ts';
import type { Group } from '../model/set-up.ts';

/** Ends the call for everybody: hangs up what is still there, closes its room, frees its agents. */
export function endCall(draft: Draft, callId: CallId, cause: Cause, by: EndedBy): void {
  const call = draft.call(callId);
  if (isEnded(call)) return;
  draft.apply({ type: 'call-ended', callId, cause, by });
  for (const leg of liveLegs(call)) {
    const offered = leg.state === 'offered';
    draft.intend({
      op: offered ? 'reject' : 'hangup',
      callId,
      legId: leg.id,
      cause: offered || leg.state === 'up' ? onTheLine(cause) : 'cancelled',
    });
  }
  for (const { id } of agentsIn(draft.team, call)) freeAgent(draft, id, call);
}

/** What the far side is told: words of the switch only. */
export function onTheLine(cause: Cause): EndCause {
  switch (cause) {
    case 'abandoned':
    case 'server-restart':
    case 'taken-over':
    case 'waited-too-long':
      return 'normal';
    case 'answered-elsewhere':
      return 'cancelled';
    case 'queue-full':
      return 'busy';
    case 'group-closed':
    case 'not-staffed':
      return 'unreachable';
    default:
      return cause;
  }
}

/**
 * The agent has no part in the call any more: after-call work as the group's mode says, or idle, or what the agent has
 * chosen to follow. `call` is the call as it was before it ended.
 */
export function freeAgent(draft: Draft, agentId: AgentId, call: CallState): void {
  const agent = draft.agent(agentId);
  if (currentCall(agent) !== call.id) return;
  const group = wrapUpGroup(draft, agent, call);
  if (group && draft.team.config.agents.has(agentId) && needsWrapUp(group, agent, call)) {
    const endsAt = group.acwLimitMs === null ? null : draft.now + group.acwLimitMs;
    draft.apply({ type: 'acw-started', agentId, callId: call.id, endsAt });
    followMemberships(draft, agentId);
    return;
  }
  releaseAgent(draft, agentId);
}

/** Idle, or what the set-up or the agent wants instead. `takenBack`: an offer was, and nobody has missed it. */
export function releaseAgent(draft: Draft, agentId: AgentId, takenBack = false): void {
  draft.apply({ type: 'agent-freed', agentId, ...(takenBack ? { takenBack } : {}) });
  followMemberships(draft, agentId);
  applyNextState(draft, agentId);
}

/** A call without a group (direct, or dialled without one) is wrapped up by the rule of the agent's first group. */
function wrapUpGroup(draft: Draft, agent: AgentState, call: CallState): Group | undefined {
  if (call.direction === 'internal') return undefined;
  if (call.groupId) return draft.group(call.groupId);
  for (const [groupId, group] of draft.team.config.groups) {
    if (agent.groups[groupId] !== undefined) return group;
  }
  return undefined;
}

/** By those who have talked in it; while nobody has, by those whom it has only reached. */
export function isWrappedUpBy({ legs }: CallState, agentId: AgentId): boolean {
  const talked = legs.filter((leg) => leg.agentId !== null && leg.answeredAt !== null);
  return talked.length === 0 || talked.some((leg) => leg.agentId === agentId);
}

function needsWrapUp(group: Group, agent: AgentState, call: CallState): boolean {
  const { kind } = agent.activity;
  const talked = kind === 'talking' || kind === 'holding';
  switch (group.acwMode) {
    case 'off':
      return false;
    case 'after-answer':
      return talked;
    case 'after-ring':
      // An outbound call that nobody answered leaves nothing to write up, nor one in which others have talked.
      return talked || (kind === 'ringing' && call.direction !== 'outbound' && isWrappedUpBy(call, agent.id));
    default:
      return group.acwMode satisfies never;
  }
}
