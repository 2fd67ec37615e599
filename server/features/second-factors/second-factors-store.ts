import type { AgentId, TeamId } from '../../core/kernel/ids.ts';

export interface SecondFactorRow {
  agentId: AgentId;
  teamId: TeamId;
  /** The key that the app has too, hex; encrypted where it lies. */
  secret: string;
  /** ms since the epoch; null: the app has not shown yet that it has the key, and no login asks for it. */
  confirmedAt: number | null;
  /** The step of the last code that was taken: no code is taken twice. */
  lastStep: number;
  /** Keyed hashes of codes for emergencies that have not been used. */
  recovery: string[];
  /** Wrong codes since then; it counts for a day. */
  wrongCodes: number;
  /** ms since the epoch; 0: never. */
  wrongSince: number;
}

export interface SecondFactorStore {
  byAgent(teamId: TeamId, agentId: AgentId): Promise<SecondFactorRow | null>;
  /** In place of the one of before. */
  set(row: SecondFactorRow): Promise<void>;
  /** False: a code of this step, or of a later one, has been taken already. */
  takeStep(agentId: AgentId, step: number): Promise<boolean>;
  /** False: the list is another one by now. */
  keepRecovery(agentId: AgentId, was: readonly string[], now: readonly string[]): Promise<boolean>;
  /** Counts an attempt, which waits for others at the same row; those that began before `oldest` are forgotten. */
  countAttempt(agentId: AgentId, now: number, oldest: number): Promise<void>;
  /** It was a good one. */
  uncountAttempt(agentId: AgentId): Promise<void>;
  remove(teamId: TeamId, agentId: AgentId): Promise<boolean>;
}
