import { EntitySchema, type EntityManager } from 'typeorm';
import type { EndpointId, TeamId } from '../core/ids.ts';
import type { BrowserPhoneRepository, BrowserPhoneRow } from '../core/ports/repositories.ts';
import { id, milliseconds, primaryId, text } from './columns.ts';

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

export class BrowserPhones implements BrowserPhoneRepository {
  readonly #manager: EntityManager;
  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  all(teamId: TeamId): Promise<BrowserPhoneRow[]> {
    return this.#manager.find(BrowserPhone, { where: { teamId }, order: { agentId: 'ASC' } });
  }

  async remove(teamId: TeamId, endpointId: EndpointId): Promise<void> {
    await this.#manager.delete(BrowserPhone, { teamId, endpointId });
  }

  async save(row: BrowserPhoneRow): Promise<void> {
    await this.#manager.upsert(BrowserPhone, row, ['agentId']);
  }
}
