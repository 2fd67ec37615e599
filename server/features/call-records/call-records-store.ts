import type { AgentId, CallId, CustomerId, GroupId, TeamId } from '../../core/kernel/ids.ts';
import type { CallSide } from '../../vocabulary/directions.ts';
import type { CallRow, LegRow } from '../../core/ports/live-store.ts';
import type { RowPage } from '../../core/ports/unit-of-work.ts';

/** Which calls a history lists; null does not restrict it. */
export interface CallFilter {
  /** Whose: offered to this agent or had by this agent. */
  agentId: AgentId | null;
  /** As the agent sees it; without an agent, as the team does. */
  side: CallSide | null;
  /** Linked to this customer, or to nobody and of one of these numbers (comparable form). */
  customer: { id: CustomerId; comparable: string[] } | null;
  /** Of one of these groups, or of none; absent: of any. */
  groups?: readonly GroupId[];
}

export interface CallHistoryStore {
  byId(teamId: TeamId, id: CallId): Promise<{ call: CallRow; legs: LegRow[] } | null>;
  /** Newest first. */
  history(teamId: TeamId, of: CallFilter, cursor: string | null, limit: number): Promise<RowPage<CallRow>>;
}
