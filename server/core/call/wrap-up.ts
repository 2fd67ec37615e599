import { profileOf } from '../model/set-up.ts';
import { currentCall } from '../model/agent.ts';
import type { AgentState } from '../model/agent.ts';
import { finishWrapUp } from '../agent/next-state.ts';
import { DomainError } from '../kernel/domain-error.ts';
import type { AgentId, CallId, ReasonId } from '../kernel/ids.ts';
import type { CallResult, WrapUp, WrapUpChange } from '../model/wrap-up.ts';
import type { Draft } from '../model/draft.ts';
import type { WrapUpCommand } from '../team/input.ts';
import type { TeamConfig } from '../model/set-up.ts';
import type { CallState } from '../model/call.ts';
import { isWrappedUpBy } from './ending.ts';
import { callOf } from './talk.ts';
import type { Label } from '../../vocabulary/locales.ts';

/**
 * The change applied; null when nothing is noted down any more. A call is wrapped up by those who have talked in it; while
 * nobody has, by those whom it has only reached. no-such-call: somebody else has taken it. unknown-reason: not one of the
 * team's.
 */
export function changedWrapUp(
  config: TeamConfig,
  call: CallState,
  change: WrapUpChange,
  author: { agentId: AgentId; at: number },
): WrapUp | null {
  if (!isWrappedUpBy(call, author.agentId)) {
    throw new DomainError('no-such-call', 'Another agent has taken the call.');
  }
  const before = call.wrapUp && isWrappedUpBy(call, call.wrapUp.agentId) ? call.wrapUp : null;
  const agentNumber = profileOf(config, author.agentId)?.number ?? null;
  const notes = change.notes ?? before?.notes ?? '';
  const reason =
    change.reasonId === undefined
      ? { reasonId: before?.reasonId ?? null, label: before?.label ?? null }
      : { reasonId: change.reasonId, label: labelOf(config, change.reasonId) };
  const result = change.resultId === undefined ? (before?.result ?? null) : resultOf(config, change.resultId);
  if (reason.reasonId === null && notes === '' && result === null) return null;
  return { ...reason, notes, ...(result && { result }), ...author, agentNumber };
}

function labelOf(config: TeamConfig, reasonId: ReasonId | null): Label | null {
  if (reasonId === null) return null;
  const label = config.wrapUpReasons.get(reasonId);
  if (!label) {
    throw new DomainError('unknown-reason', "This is not one of the team's wrap-up reasons.", { reasonId });
  }
  return label;
}

function resultOf(config: TeamConfig, id: ReasonId | null): CallResult | null {
  if (id === null) return null;
  const result = config.callResults.get(id);
  if (!result) {
    throw new DomainError('unknown-reason', "This is not one of the team's results.", { reasonId: id });
  }
  return { id, label: result.label, marks: result.marks };
}

/** Allowed from the first ring on, and after the after-call work too; the last one wins. */
export function wrapUp(draft: Draft, { agentId, callId, change, finish }: WrapUpCommand): void {
  const call = callOf(draft, agentId, callId);
  const noted = changedWrapUp(draft.team.config, call, change, { agentId, at: draft.now });
  draft.apply({ type: 'call-wrapped-up', callId, wrapUp: noted });
  noteOnDesk(draft, agentId, callId, noted, finish);
}

/** What the agent's desk shows of it. `wrapUp` is in the call's record by now. */
export function noteOnDesk(
  draft: Draft,
  agentId: AgentId,
  callId: CallId,
  noted: WrapUp | null,
  finish: boolean,
): void {
  const agent = draft.agent(agentId);
  if (isAtHand(agent, callId)) draft.apply({ type: 'wrap-up-noted', agentId, callId, wrapUp: noted });
  const { activity } = agent;
  if (finish && activity.kind === 'acw' && activity.callId === callId) finishWrapUp(draft, agentId);
}

function isAtHand(agent: AgentState, callId: CallId): boolean {
  const { activity, wrapUp: noted } = agent;
  const inWrapUp = activity.kind === 'acw' && activity.callId === callId;
  return inWrapUp || currentCall(agent) === callId || noted?.callId === callId;
}
