import type { AgentId, ReasonId } from '../kernel/ids.ts';
import type { ResultMark } from '../../vocabulary/result-marks.ts';
import type { Label } from '../../vocabulary/locales.ts';

/** As it was when it was chosen. */
export interface CallResult {
  readonly id: ReasonId;
  readonly label: Label;
  readonly marks: ResultMark[];
}

/**
 * What an agent has noted down about a call. `label`: the reason's as it was when it was chosen, because teams rename and remove reasons. `agentId` wrote it down
 * last, at the time `at`.
 */
export interface WrapUp {
  readonly reasonId: ReasonId | null;
  readonly label: Label | null;
  readonly notes: string;
  /** What came of it; absent: nobody has said. */
  readonly result?: CallResult;
  readonly agentId: AgentId;
  readonly agentNumber: string | null;
  readonly at: number;
}

/** What is absent stays as it was; null and '' take it back. */
export interface WrapUpChange {
  readonly reasonId?: ReasonId | null;
  readonly notes?: string;
  readonly resultId?: ReasonId | null;
}
