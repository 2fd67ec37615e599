import type {
  ApiKeyInput,
  ApiKeyListQuery,
  ApiKeyMade,
  ApiKeyPatch,
  ApiKeySetUp,
} from '../../contract/api-keys.ts';
import type { Page } from '../../contract/wire.ts';
import type { ApiKey, Identity, Requester } from '../../core/kernel/actor.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import type { ApiKeyId } from '../../core/kernel/ids.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import { patched } from '../../core/kernel/patched.ts';
import type { Outbox } from '../../core/ports/outbox.ts';
import { isAbsence, type UnitOfWork } from '../../core/ports/unit-of-work.ts';
import { appendChange } from '../audit/record-change.ts';
import { requireOrigin } from '../sessions/allowed-origins.ts';
import { checkGrant } from '../set-up/powers.ts';
import { checkSaved, checkVersion, missing } from '../set-up/set-up-changes.ts';
import type { TeamStore } from '../set-up/set-up-store.ts';
import type { ApiKeyRow, ApiKeyStore } from './api-keys-store.ts';
import { KeyBudgets } from './key-budget.ts';
import { isSecret, newKey, prefixOf } from './key-secret.ts';

/** When a key was used is written down once in so long, ms. */
const USED_MS = 60_000;

interface Stores {
  readonly apiKeys: ApiKeyStore;
  readonly teams: Pick<TeamStore, 'byId'>;
  readonly outbox: Outbox;
}

export interface ApiKeysDeps {
  readonly unitOfWork: UnitOfWork<Stores>;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  /** Requests of one key to this server. */
  readonly perMinute: number;
}

/**
 * Keys of the team's programs. A key belongs to the team, not to who has made it, and outlasts them. People alone make and
 * change keys, and none with more rights than they have.
 */
export class ApiKeys {
  readonly #deps: ApiKeysDeps;
  readonly #budgets: KeyBudgets;

  constructor(deps: ApiKeysDeps) {
    this.#deps = deps;
    this.#budgets = new KeyBudgets(deps.perMinute);
  }

  /** token-invalid, token-expired, rate-limited; origin-not-allowed when a page asks that is not the team's. */
  async authenticate(token: string, origin: string | null): Promise<ApiKey> {
    const { unitOfWork, clock } = this.#deps;
    const now = clock.now();
    const key = await unitOfWork.read(async ({ apiKeys, teams }) => {
      const row = await apiKeys.byPrefix(prefixOf(token));
      if (row === null || !isSecret(token, row.secretHash)) throw unknown('This is not a key of any team.');
      if (row.revokedAt !== null) throw unknown('This key was revoked.');
      if (row.expiresAt !== null && row.expiresAt <= now)
        throw new DomainError('token-expired', 'This key has expired.');
      if (origin !== null) requireOrigin(await teams.byId(row.teamId), origin);
      return row;
    });
    this.#budgets.take(key.id, now);
    if (key.lastUsedAt === null || now - key.lastUsedAt >= USED_MS) await this.#noteUse(key, now);
    return { kind: 'api-key', teamId: key.teamId, keyId: key.id, rights: new Set(key.rights) };
  }

  list({ teamId }: Requester, { revoked, ...query }: ApiKeyListQuery): Promise<Page<ApiKeySetUp>> {
    return this.#deps.unitOfWork.read(async ({ apiKeys }) => {
      const { items, next } = await apiKeys.search(teamId, { ...query, revoked: revoked === 'true' });
      return { items: items.map(shown), next };
    });
  }

  get(who: Requester, id: ApiKeyId): Promise<ApiKeySetUp> {
    return this.#deps.unitOfWork.read(async (stores) => shown(await existing(stores, who, id)));
  }

  create(who: Identity, input: ApiKeyInput): Promise<ApiKeyMade> {
    const { ids, clock } = this.#deps;
    const { secret, ...kept } = newKey();
    const row: ApiKeyRow = {
      ...input,
      ...kept,
      id: ids.next<ApiKeyId>('key'),
      teamId: who.teamId,
      madeBy: who.agentId,
      createdAt: clock.now(),
      lastUsedAt: null,
      revokedAt: null,
      version: 1,
    };
    this.#check(who, row, null);
    return this.#deps.unitOfWork.run(async (stores) => {
      await stores.apiKeys.insert(row);
      await this.#record(stores, who, null, row);
      return { ...shown(row), secret };
    });
  }

  /** Counts from the next request on. */
  change(who: Identity, id: ApiKeyId, version: number, patch: ApiKeyPatch): Promise<ApiKeySetUp> {
    return this.#save(who, id, version, (found) => {
      const row = patched(found, patch);
      this.#check(who, found, found);
      this.#check(who, row, found);
      return row;
    });
  }

  /** For good, from the next request on. The row stays for what the key has done. */
  async revoke(who: Identity, id: ApiKeyId, version: number): Promise<void> {
    const revokedAt = this.#deps.clock.now();
    await this.#save(who, id, version, (found) => ({ ...found, revokedAt }));
  }

  #check(who: Identity, row: ApiKeyRow, before: ApiKeyRow | null): void {
    checkGrant(who, { reach: 'team', rights: new Set(row.rights) });
    if (row.expiresAt === null || row.expiresAt === before?.expiresAt) return;
    if (row.expiresAt > this.#deps.clock.now()) return;
    throw new DomainError('invalid-request', 'A key expires in the future, or never.', {
      errors: [{ path: 'expiresAt', message: 'Has to lie in the future' }],
    });
  }

  #save(
    who: Identity,
    id: ApiKeyId,
    version: number,
    next: (found: ApiKeyRow) => ApiKeyRow,
  ): Promise<ApiKeySetUp> {
    return this.#deps.unitOfWork.run(async (stores) => {
      const found = await existing(stores, who, id);
      if (found.revokedAt !== null) throw missing('API key: it was revoked');
      checkVersion(found, version, shown(found));
      const row = { ...next(found), version: version + 1 };
      checkSaved(await stores.apiKeys.update(row));
      await this.#record(stores, who, found, row.revokedAt === null ? row : null);
      return shown(row);
    });
  }

  async #record(
    { outbox }: Stores,
    who: Identity,
    before: ApiKeyRow | null,
    after: ApiKeyRow | null,
  ): Promise<void> {
    const { ids, clock } = this.#deps;
    const rows = { before: before && audited(before), after: after && audited(after) };
    await appendChange(outbox, who, 'api-key', rows, { ids, now: clock.now() });
  }

  /** A database that cannot be written keeps no program from reading. */
  async #noteUse({ teamId, id }: ApiKeyRow, now: number): Promise<void> {
    try {
      await this.#deps.unitOfWork.run(({ apiKeys }) => apiKeys.used(teamId, id, now));
    } catch (error) {
      if (!isAbsence(error)) throw error;
      this.#deps.logger.warn({ keyId: id, err: error }, 'when a key was used could not be written down');
    }
  }
}

async function existing({ apiKeys }: Stores, { teamId }: Requester, id: ApiKeyId): Promise<ApiKeyRow> {
  const found = await apiKeys.byId(teamId, id);
  if (!found) throw missing('API key');
  return found;
}

function audited({ id, teamId, name, prefix, rights, expiresAt }: ApiKeyRow) {
  return { id, teamId, name, prefix, rights, expiresAt };
}

function shown({ teamId: _teamId, secretHash: _secretHash, ...row }: ApiKeyRow): ApiKeySetUp {
  return row;
}

function unknown(sentence: string): DomainError {
  return new DomainError('token-invalid', sentence);
}
