import type { AgentId, SessionId, TeamId } from '../../core/kernel/ids.ts';

export interface SessionRow {
  id: SessionId;
  teamId: TeamId;
  agentId: AgentId;
  /** HMAC-SHA-256 of the bearer token with the server's secret, hex: the token itself is not kept. */
  tokenHash: string;
  createdAt: number;
  expiresAt: number;
  revokedAt: number | null;
  userAgent: string;
  address: string;
}

export interface SessionStore {
  insert(session: SessionRow): Promise<void>;
  /** Finds the team by token. */
  byTokenHash(hash: string): Promise<SessionRow | null>;
  revoke(id: SessionId, at: number): Promise<void>;
  /** Sessions of the agent that have not ended, the oldest first. */
  open(teamId: TeamId, agentId: AgentId, now: number): Promise<SessionId[]>;
  /** Remembers the `jti` of a signed token; false when it was used before. */
  useTokenId(teamId: TeamId, jti: string, expiresAt: number): Promise<boolean>;
  /** Deletes some that expired or were ended before that; returns how many. */
  deleteEnded(before: number, most: number): Promise<number>;
  /** The same for `jti`s of tokens that had expired by then. */
  deleteUsedTokens(before: number, most: number): Promise<number>;
}
