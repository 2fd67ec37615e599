import { EntitySchema, type EntityManager } from 'typeorm';
import { milliseconds, primaryId } from '../../store/columns.ts';
import type { SetupLinkRow, SetupLinkStore } from './first-set-up-store.ts';

const SetupLink = new EntitySchema<SetupLinkRow>({
  name: 'setup_link',
  columns: { tokenHash: primaryId, expiresAt: milliseconds },
});

export const setupLinkEntities = [SetupLink];

export class SetupLinks implements SetupLinkStore {
  readonly #manager: EntityManager;
  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  async set(link: SetupLinkRow | null): Promise<void> {
    await this.#manager.createQueryBuilder().delete().from(SetupLink).execute();
    if (link !== null) await this.#manager.insert(SetupLink, link);
  }

  byHash(tokenHash: string): Promise<SetupLinkRow | null> {
    return this.#manager.findOneBy(SetupLink, { tokenHash });
  }
}
