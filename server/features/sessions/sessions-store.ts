import type { AgentId, SessionId, TeamId } from '../../core/kernel/ids.ts';
import type { RowPage } from '../../core/ports/unit-of-work.ts';
import type { LoginWay } from '../../vocabulary/login-ways.ts';

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
  via: LoginWay;
  /** When it was last used, as far as it was written down. */
  seenAt: number;
}

export interface SessionStore {
  insert(session: SessionRow): Promise<void>;
  /** Finds the team by token. */
  byTokenHash(hash: string): Promise<SessionRow | null>;
  byId(teamId: TeamId, agentId: AgentId, id: SessionId): Promise<SessionRow | null>;
  /** As `open`, page by page, the newest first. */
  searchOpen(
    of: Pick<SessionRow, 'teamId' | 'agentId'>,
    now: number,
    page: { cursor?: string | undefined; limit: number },
  ): Promise<RowPage<SessionRow>>;
  /** It was used. */
  saw(id: SessionId, at: number): Promise<void>;
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
