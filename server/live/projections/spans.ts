import { stateSince, stateWord } from '../../core/model/agent.ts';
import type { AgentState } from '../../core/model/agent.ts';
import type { CallState } from '../../core/model/call.ts';
import { groupOf, pauseLabel, profileOf } from '../../core/model/set-up.ts';
import type { TeamConfig } from '../../core/model/set-up.ts';
import type { AgentSpanRow } from '../../core/ports/facts.ts';

/** What a span says of an agent. It ends when one of these is different, and for nothing else. */
export type SpanState = Pick<AgentSpanRow, 'state' | 'reasonId' | 'callId'>;

/** Null: signed out. */
export function spanStateOf(agent: AgentState | undefined): SpanState | null {
  if (!agent) return null;
  const state = stateWord(agent);
  if (state === 'signed-out') return null;
  const { activity, pause } = agent;
  return {
    state,
    reasonId: state === 'paused' ? (pause?.reasonId ?? null) : null,
    callId: activity.kind === 'idle' ? null : activity.callId,
  };
}

export function isSameState(span: SpanState | null, other: SpanState | null): boolean {
  if (!span || !other) return span === other;
  return span.state === other.state && span.reasonId === other.reasonId && span.callId === other.callId;
}

export function newSpan(
  config: TeamConfig,
  agent: AgentState,
  state: SpanState,
  call: CallState | undefined,
  startedAt: number,
): AgentSpanRow {
  const profile = profileOf(config, agent.id);
  return {
    agentId: agent.id,
    startedAt,
    version: agent.version,
    teamId: config.teamId,
    agentNumber: profile?.number ?? '',
    agentName: profile?.name ?? '',
    reasonLabel: state.reasonId && pauseLabel(config, state.reasonId),
    reasonPaid: (state.reasonId && config.pauseRules.get(state.reasonId)?.paid) ?? null,
    groupId: call?.groupId ?? null,
    groupName: groupName(config, call),
    endedAt: null,
    estimated: false,
    ...state,
  };
}

export function groupName(config: TeamConfig, call: CallState | undefined): string | null {
  return call?.groupId ? (groupOf(config, call.groupId)?.name ?? null) : null;
}

/** When a span that was found open, and is over, has ended: as far as the agent's state tells, or now. */
export function endFound(span: AgentSpanRow, agent: AgentState | undefined, now: number): number {
  const since = agent && spanStateOf(agent) ? stateSince(agent) : now;
  return Math.max(span.startedAt, Math.min(since, now));
}
