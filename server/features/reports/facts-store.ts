import type { AgentId, CallId, GroupId, TeamId } from '../../core/kernel/ids.ts';
import type { AgentSpanRow, CallPartRow } from '../../core/ports/facts.ts';
import type { RowPage } from '../../core/ports/unit-of-work.ts';

/** `[from, to)`, ms since the epoch. */
interface Range {
  from: number;
  to: number;
}

/** Of these agents; null: of all. */
export interface SpanFilter extends Range {
  agents: readonly AgentId[] | null;
}

export interface PartFilter extends Range {
  /** Parts of this agent alone. */
  agentId: AgentId | null;
  /** Of calls of these groups, of calls without a group that these agents had a part in, and of every call that `own` had; null: of all. */
  /** Whether leaders who have listened are told as well. */
  withSupervisors: boolean;
  visible: { groups: readonly GroupId[]; agents: readonly AgentId[]; own: AgentId } | null;
}

/** What is kept of agents and calls, newest first. */
export interface FactHistoryStore {
  spans(teamId: TeamId, of: SpanFilter, cursor: string | null, limit: number): Promise<RowPage<AgentSpanRow>>;
  /** All of one call, the earliest first. */
  ofCall(teamId: TeamId, callId: CallId): Promise<CallPartRow[]>;
  parts(teamId: TeamId, of: PartFilter, cursor: string | null, limit: number): Promise<RowPage<CallPartRow>>;
}
