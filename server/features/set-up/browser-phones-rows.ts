import { EntitySchema, type EntityManager } from 'typeorm';
import type { EndpointId, TeamId } from '../../core/kernel/ids.ts';
import { id, milliseconds, primaryId, text } from '../../store/columns.ts';
import { placeOf } from '../../store/sealed-columns.ts';
import type { Secrets } from '../../store/secrets.ts';
import type { BrowserPhoneStore, BrowserPhoneRow } from '../../core/ports/live-store.ts';

const BrowserPhone = new EntitySchema<BrowserPhoneRow>({
  name: 'browser_phone',
  columns: {
    agentId: primaryId,
    teamId: id,
    endpointId: id,
    clientId: text,
    username: text,
    ha1: text,
    ha1Sha256: { ...text, name: 'ha1_sha256' },
    expiresAt: milliseconds,
  },
});

export const browserPhoneEntities = [BrowserPhone];

export class BrowserPhones implements BrowserPhoneStore {
  readonly #manager: EntityManager;
  readonly #secrets: Secrets;
  constructor(manager: EntityManager, secrets: Secrets) {
    this.#manager = manager;
    this.#secrets = secrets;
  }

  async all(teamId: TeamId): Promise<BrowserPhoneRow[]> {
    const rows = await this.#manager.find(BrowserPhone, { where: { teamId }, order: { agentId: 'ASC' } });
    return rows.map((row) => withHashes(row, (value, place) => this.#secrets.open(value, place)));
  }

  async remove(teamId: TeamId, endpointId: EndpointId): Promise<void> {
    await this.#manager.delete(BrowserPhone, { teamId, endpointId });
  }

  async save(row: BrowserPhoneRow): Promise<void> {
    const sealed = withHashes(row, (value, place) => this.#secrets.seal(value, place));
    await this.#manager.upsert(BrowserPhone, sealed, ['agentId']);
  }
}

function withHashes(row: BrowserPhoneRow, change: (value: string, place: string) => string): BrowserPhoneRow {
  return {
    ...row,
    ha1: change(row.ha1, placeOf('browser_phone', 'ha1', row.agentId)),
    ha1Sha256: change(row.ha1Sha256, placeOf('browser_phone', 'ha1_sha256', row.agentId)),
  };
}
