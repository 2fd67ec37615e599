import { EntitySchema, type EntityManager } from 'typeorm';
import type { ApiKeyId, TeamId } from '../../core/kernel/ids.ts';
import type { RowPage } from '../../core/ports/unit-of-work.ts';
import { id, integer, json, milliseconds, nullable, primaryId, text } from '../../store/columns.ts';
import { listSorted } from '../../store/cursor.ts';
import { placeOf } from '../../store/sealed-columns.ts';
import { searchKey } from '../../store/search-key.ts';
import type { Secrets } from '../../store/secrets.ts';
import { updateVersioned } from '../../store/versioned.ts';
import type { ApiKeyRow, ApiKeyStore } from './api-keys-store.ts';

const ApiKeyEntity = new EntitySchema<ApiKeyRow>({
  name: 'api_key',
  columns: {
    id: primaryId,
    teamId: id,
    name: text,
    prefix: id,
    secretHash: text,
    rights: json,
    madeBy: id,
    createdAt: milliseconds,
    expiresAt: nullable(milliseconds),
    lastUsedAt: nullable(milliseconds),
    revokedAt: nullable(milliseconds),
    version: integer,
  },
});

export const apiKeyEntities = [ApiKeyEntity];

export class ApiKeyRows implements ApiKeyStore {
  readonly #manager: EntityManager;
  readonly #secrets: Secrets;
  constructor(manager: EntityManager, secrets: Secrets) {
    this.#manager = manager;
    this.#secrets = secrets;
  }

  async search(teamId: TeamId, query: Parameters<ApiKeyStore['search']>[1]): Promise<RowPage<ApiKeyRow>> {
    return searchApiKeys(await this.#manager.findBy(ApiKeyEntity, { teamId }), query);
  }

  async byId(teamId: TeamId, keyId: ApiKeyId): Promise<ApiKeyRow | null> {
    const row = await this.#manager.findOneBy(ApiKeyEntity, { teamId, id: keyId });
    return row && this.#opened(row);
  }

  async byPrefix(prefix: string): Promise<ApiKeyRow | null> {
    const row = await this.#manager.findOneBy(ApiKeyEntity, { prefix });
    return row && this.#opened(row);
  }

  async insert(key: ApiKeyRow): Promise<void> {
    await this.#manager.insert(ApiKeyEntity, {
      ...key,
      secretHash: this.#secrets.seal(key.secretHash, hashOf(key)),
    });
  }

  update({ id: keyId, teamId, version, name, rights, expiresAt, revokedAt }: ApiKeyRow): Promise<boolean> {
    const columns = { name, rights, expiresAt, revokedAt };
    return updateVersioned(this.#manager, ApiKeyEntity, { id: keyId, teamId, version }, columns);
  }

  async used(teamId: TeamId, keyId: ApiKeyId, lastUsedAt: number): Promise<void> {
    await this.#manager.update(ApiKeyEntity, { teamId, id: keyId }, { lastUsedAt });
  }

  #opened(key: ApiKeyRow): ApiKeyRow {
    return { ...key, secretHash: this.#secrets.open(key.secretHash, hashOf(key)) };
  }
}

/** A team has few enough keys to look through. */
export function searchApiKeys(
  rows: readonly ApiKeyRow[],
  { revoked, ...query }: Parameters<ApiKeyStore['search']>[1],
): RowPage<ApiKeyRow> {
  const key = searchKey(query.q ?? '');
  const nameKey = ({ name }: ApiKeyRow) => searchKey(name);
  const found = rows
    .filter(({ revokedAt }) => (revokedAt !== null) === revoked)
    .filter((row) => nameKey(row).includes(key) || row.prefix.startsWith(key));
  const columns = { name: nameKey, createdAt: (row: ApiKeyRow) => row.createdAt };
  return listSorted(found, query, columns, ({ id: keyId }) => keyId);
}

function hashOf({ id: keyId }: Pick<ApiKeyRow, 'id'>): string {
  return placeOf('api_key', 'secret_hash', keyId);
}
