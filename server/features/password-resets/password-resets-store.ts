import type { AgentId, TeamId } from '../../core/kernel/ids.ts';

export interface PasswordResetRow {
  /** Keyed hash of the token, hex: the token itself is not kept. */
  id: string;
  teamId: TeamId;
  agentId: AgentId;
  /** ms since the epoch */
  expiresAt: number;
}

export interface PasswordResetStore {
  /** The one link of the agent that counts from now on. */
  set(link: PasswordResetRow): Promise<void>;
  byHash(hash: string): Promise<PasswordResetRow | null>;
  /** False: it was used meanwhile. */
  use(hash: string): Promise<boolean>;
  /** No link of the agent counts any more. */
  endOf(agentId: AgentId): Promise<void>;
  /** Deletes some that expired before that; returns how many. */
  deleteExpired(before: number, most: number): Promise<number>;
}
