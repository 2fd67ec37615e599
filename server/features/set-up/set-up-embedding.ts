import { randomBytes } from 'node:crypto';
import type {
  EmbeddingMade,
  EmbeddingPatch,
  EmbeddingSetUp,
  NewEmbedSecret,
} from '../../contract/embedding.ts';
import type { Requester } from '../../core/kernel/actor.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import { RIGHTS } from '../../vocabulary/rights.ts';
import { checkGrant } from './powers.ts';
import { checkVersion, missing } from './set-up-changes.ts';
import type { SetUpChanges, SetUpStores } from './set-up-changes.ts';
import type { TeamRow } from './set-up-store.ts';

/** Which pages may use the team, and the secret of their back end. Its version is that of the team's set-up. */
export class SetUpEmbedding {
  readonly #changes: SetUpChanges;

  constructor(changes: SetUpChanges) {
    this.#changes = changes;
  }

  get(who: Requester): Promise<EmbeddingSetUp> {
    return this.#changes.read(async (stores) => {
      const row = await existing(stores, who);
      return this.#shown(row, row.setUpVersion);
    });
  }

  async change(who: Requester, version: number, { origins }: EmbeddingPatch): Promise<EmbeddingSetUp> {
    const allowedOrigins = [...new Set(origins)];
    const changed = await this.#save(who, version, async (stores, found) => {
      if (this.#changes.deps.originsFixed(found.slug)) {
        throw new DomainError(
          'forbidden',
          'The operator has set the origins with TELEBAR_ORIGINS: they are changed there.',
        );
      }
      await stores.teams.setAllowedOrigins(found.id, allowedOrigins);
      return { ...found, allowedOrigins };
    });
    return this.#shown(changed, changed.setUpVersion);
  }

  /**
   * Who has the secret can be anybody in the team: it is for those who may do everything. Tokens that are signed with the one
   * of before count for a while, so that the back end can change over at leisure. Who renews again meanwhile has no use for
   * the new one: the one that is in use counts on.
   */
  async renewSecret(
    who: Requester,
    version: number,
    { keepPreviousMs }: NewEmbedSecret,
  ): Promise<EmbeddingMade> {
    checkGrant(who, { reach: 'team', rights: new Set(RIGHTS) });
    const embedSecret = randomBytes(32).toString('base64url');
    const now = this.#changes.deps.clock.now();
    const row = await this.#save(who, version, async (stores, found) => {
      const secrets = { embedSecret, ...previousOf(found, keepPreviousMs, now) };
      await stores.teams.setEmbedSecret(found.id, secrets);
      return { ...found, ...secrets };
    });
    return { ...this.#shown(row, row.setUpVersion), secret: embedSecret };
  }

  /** Tokens that are signed with the secret of before are refused from now on; the one in use stays as it is. */
  async endPreviousSecret(who: Requester, version: number): Promise<void> {
    checkGrant(who, { reach: 'team', rights: new Set(RIGHTS) });
    await this.#save(who, version, async (stores, found) => {
      const { embedSecret } = found;
      const secrets = { embedSecret, previousEmbedSecret: null, previousEmbedSecretUntil: null };
      await stores.teams.setEmbedSecret(found.id, secrets);
      return { ...found, ...secrets };
    });
  }

  async #save(
    who: Requester,
    version: number,
    change: (stores: SetUpStores, found: TeamRow) => Promise<TeamRow>,
  ): Promise<TeamRow> {
    const changed = await this.#changes.change(who, async (stores) => {
      const found = await existing(stores, who);
      // The change itself has made it one higher by now.
      const read = { version: found.setUpVersion - 1 };
      checkVersion(read, version, this.#shown(found, read.version));
      const row = await change(stores, found);
      await this.#changes.record(stores, who, 'embedding', { before: audited(found), after: audited(row) });
      return row;
    });
    this.#changes.deps.originsChanged();
    return changed;
  }

  #shown(row: TeamRow, version: number): EmbeddingSetUp {
    const until = row.previousEmbedSecretUntil;
    const { deps } = this.#changes;
    return {
      team: row.slug,
      origins: row.allowedOrigins,
      fixed: deps.originsFixed(row.slug),
      previousSecretUntil: until !== null && until > deps.clock.now() ? until : null,
      version,
    };
  }
}

function previousOf(
  { embedSecret, previousEmbedSecret, previousEmbedSecretUntil }: TeamRow,
  keepMs: number,
  now: number,
): Pick<TeamRow, 'previousEmbedSecret' | 'previousEmbedSecretUntil'> {
  if (keepMs === 0) return { previousEmbedSecret: null, previousEmbedSecretUntil: null };
  if (previousEmbedSecretUntil !== null && previousEmbedSecretUntil > now)
    return { previousEmbedSecret, previousEmbedSecretUntil };
  return { previousEmbedSecret: embedSecret, previousEmbedSecretUntil: now + keepMs };
}

function audited({ id, allowedOrigins, embedSecret, previousEmbedSecret }: TeamRow) {
  return { id, teamId: id, allowedOrigins, embedSecret, previousEmbedSecret };
}

async function existing({ teams }: SetUpStores, { teamId }: Requester): Promise<TeamRow> {
  const row = await teams.byId(teamId);
  if (!row) throw missing('team');
  return row;
}
