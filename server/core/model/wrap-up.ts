import type { AgentId, ReasonId } from '../kernel/ids.ts';
import type { Label } from '../../vocabulary/locales.ts';

/**
 * What an agent has noted down about a call. `label`: the reason's as it was when it was chosen, because teams rename and remove reasons. `agentId` wrote it down
 * last, at the time `at`.
 */
export interface WrapUp {
  readonly reasonId: ReasonId | null;
  readonly label: Label | null;
  readonly notes: string;
  readonly agentId: AgentId;
  readonly agentNumber: string | null;
  readonly at: number;
}

/** What is absent stays as it was; null and '' take it back. */
export interface WrapUpChange {
  readonly reasonId?: ReasonId | null;
  readonly notes?: string;
}
