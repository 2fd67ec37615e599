import { EntitySchema, type EntityManager } from 'typeorm';
import type { TeamId } from '../../core/kernel/ids.ts';
import type { RowPage, RowQuery } from '../../core/ports/unit-of-work.ts';
import { id, integer, json, primaryId, text } from '../../store/columns.ts';
import { updateVersioned } from '../../store/versioned.ts';
import { searchLabelled } from './labelled-rows.ts';
import type { LinkRow, WorkLinkStore } from './set-up-store.ts';

const WorkLink = new EntitySchema<LinkRow>({
  name: 'work_link',
  columns: {
    id: primaryId,
    teamId: id,
    label: json,
    url: text,
    groupIds: json,
    position: integer,
    version: integer,
  },
});

export const linkEntities = [WorkLink];

export class WorkLinkRows implements WorkLinkStore {
  readonly #manager: EntityManager;
  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  all(teamId: TeamId): Promise<LinkRow[]> {
    return this.#manager.find(WorkLink, { where: { teamId }, order: { position: 'ASC', id: 'ASC' } });
  }

  async search(teamId: TeamId, query: RowQuery<'position' | 'label'>): Promise<RowPage<LinkRow>> {
    return searchLabelled(await this.all(teamId), query);
  }

  async insert(link: LinkRow): Promise<void> {
    await this.#manager.insert(WorkLink, link);
  }

  update({ id: linkId, teamId, version, ...columns }: LinkRow): Promise<boolean> {
    return updateVersioned(this.#manager, WorkLink, { id: linkId, teamId, version }, columns);
  }

  async remove({ id: linkId, teamId }: Pick<LinkRow, 'teamId' | 'id'>): Promise<void> {
    await this.#manager.delete(WorkLink, { teamId, id: linkId });
  }
}
