import type { AgentId, ApiKeyId, TeamId } from '../../core/kernel/ids.ts';
import type { RowPage, RowQuery } from '../../core/ports/unit-of-work.ts';
import type { Right } from '../../vocabulary/rights.ts';

export interface ApiKeyRow {
  id: ApiKeyId;
  teamId: TeamId;
  name: string;
  /** Unique over all teams. */
  prefix: string;
  /** SHA-256 of the secret, hex. */
  secretHash: string;
  rights: Right[];
  madeBy: AgentId;
  createdAt: number;
  expiresAt: number | null;
  lastUsedAt: number | null;
  revokedAt: number | null;
  /** One higher with each change; being used is none. */
  version: number;
}

export interface ApiKeyStore {
  search(
    teamId: TeamId,
    query: RowQuery<'name' | 'createdAt'> & { readonly revoked: boolean },
  ): Promise<RowPage<ApiKeyRow>>;
  byId(teamId: TeamId, id: ApiKeyId): Promise<ApiKeyRow | null>;
  /** Finds the team by key. */
  byPrefix(prefix: string): Promise<ApiKeyRow | null>;
  insert(key: ApiKeyRow): Promise<void>;
  /** False when the version is not the stored one's successor. When it was used last stays as it is. */
  update(key: ApiKeyRow): Promise<boolean>;
  used(teamId: TeamId, id: ApiKeyId, at: number): Promise<void>;
}
