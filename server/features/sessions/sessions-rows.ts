import { EntitySchema, IsNull, LessThan, MoreThan, type EntityManager } from 'typeorm';
import type { AgentId, SessionId, TeamId } from '../../core/kernel/ids.ts';
import { StorageError, type RowPage } from '../../core/ports/unit-of-work.ts';
import { id, milliseconds, nullable, primaryId, text } from '../../store/columns.ts';
import { readSorted } from '../../store/cursor.ts';
import { storageError } from '../../store/database-error.ts';
import { deleteSome } from '../../store/some-rows.ts';
import type { SessionStore, SessionRow } from './sessions-store.ts';

const Session = new EntitySchema<SessionRow>({
  name: 'session',
  columns: {
    id: primaryId,
    teamId: id,
    agentId: id,
    tokenHash: text,
    createdAt: milliseconds,
    expiresAt: milliseconds,
    revokedAt: nullable(milliseconds),
    userAgent: text,
    address: text,
    via: text,
    seenAt: milliseconds,
  },
});

interface UsedTokenRecord {
  teamId: TeamId;
  jti: string;
  expiresAt: number;
}
const UsedToken = new EntitySchema<UsedTokenRecord>({
  name: 'used_token',
  columns: { teamId: primaryId, jti: { ...text, primary: true }, expiresAt: milliseconds },
});

export const sessionEntities = [Session, UsedToken];

export class Sessions implements SessionStore {
  readonly #manager: EntityManager;
  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  async insert(session: SessionRow): Promise<void> {
    await this.#manager.insert(Session, session);
  }

  byTokenHash(hash: string): Promise<SessionRow | null> {
    return this.#manager.findOneBy(Session, { tokenHash: hash });
  }

  byId(teamId: TeamId, agentId: AgentId, sessionId: SessionId): Promise<SessionRow | null> {
    return this.#manager.findOneBy(Session, { teamId, agentId, id: sessionId });
  }

  searchOpen(
    { teamId, agentId }: Pick<SessionRow, 'teamId' | 'agentId'>,
    now: number,
    page: { cursor?: string | undefined; limit: number },
  ): Promise<RowPage<SessionRow>> {
    const found = this.#manager
      .createQueryBuilder(Session, 's')
      .where('s.teamId = :teamId AND s.agentId = :agentId', { teamId, agentId })
      .andWhere('s.revokedAt IS NULL AND s.expiresAt > :now', { now });
    return readSorted(found, { ...page, sort: '-since' }, { since: 'createdAt' });
  }

  async saw(sessionId: SessionId, at: number): Promise<void> {
    await this.#manager.update(Session, { id: sessionId }, { seenAt: at });
  }

  async revoke(sessionId: SessionId, at: number): Promise<void> {
    await this.#manager.update(Session, { id: sessionId, revokedAt: IsNull() }, { revokedAt: at });
  }

  async open(teamId: TeamId, agentId: AgentId, now: number): Promise<SessionId[]> {
    const rows = await this.#manager.find(Session, {
      where: { teamId, agentId, revokedAt: IsNull(), expiresAt: MoreThan(now) },
      order: { createdAt: 'ASC', id: 'ASC' },
    });
    return rows.map((row) => row.id);
  }

  async useTokenId(teamId: TeamId, jti: string, expiresAt: number): Promise<boolean> {
    try {
      // A savepoint: a refused row would otherwise spoil the whole transaction on PostgreSQL.
      await this.#manager.transaction((nested) => nested.insert(UsedToken, { teamId, jti, expiresAt }));
      return true;
    } catch (error) {
      const known = storageError(error);
      if (known instanceof StorageError && known.code === 'duplicate') return false;
      throw error;
    }
  }

  async deleteEnded(before: number, most: number): Promise<number> {
    const ended = [{ expiresAt: LessThan(before) }, { revokedAt: LessThan(before) }];
    return deleteSome(this.#manager, Session, ended, most);
  }

  async deleteUsedTokens(before: number, most: number): Promise<number> {
    const rows = await this.#manager.find(UsedToken, { where: { expiresAt: LessThan(before) }, take: most });
    for (const { teamId, jti } of rows) await this.#manager.delete(UsedToken, { teamId, jti });
    return rows.length;
  }
}
