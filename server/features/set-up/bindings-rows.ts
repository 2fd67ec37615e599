import { EntitySchema, type EntityManager } from 'typeorm';
import type { TeamId } from '../../core/kernel/ids.ts';
import type { RowPage, RowQuery } from '../../core/ports/unit-of-work.ts';
import { flag, id, integer, json, primaryId, text } from '../../store/columns.ts';
import { listSorted } from '../../store/cursor.ts';
import { searchKey } from '../../store/search-key.ts';
import { updateVersioned } from '../../store/versioned.ts';
import type { AppBindingStore, BindingRow } from './set-up-store.ts';

const Binding = new EntitySchema<BindingRow>({
  name: 'app_binding',
  columns: {
    id: primaryId,
    teamId: id,
    name: text,
    directions: json,
    dids: json,
    groupIds: json,
    onAnswer: flag,
    mode: text,
    url: text,
    position: integer,
    version: integer,
  },
});

export const bindingEntities = [Binding];

export class AppBindings implements AppBindingStore {
  readonly #manager: EntityManager;
  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  all(teamId: TeamId): Promise<BindingRow[]> {
    return this.#manager.find(Binding, { where: { teamId }, order: { position: 'ASC', id: 'ASC' } });
  }

  async search(teamId: TeamId, query: BindingSearch): Promise<RowPage<BindingRow>> {
    return searchBindings(await this.all(teamId), query);
  }

  async insert(binding: BindingRow): Promise<void> {
    await this.#manager.insert(Binding, binding);
  }

  update({ id: bindingId, teamId, version, ...columns }: BindingRow): Promise<boolean> {
    return updateVersioned(this.#manager, Binding, { id: bindingId, teamId, version }, columns);
  }

  async remove({ id: bindingId, teamId }: Pick<BindingRow, 'teamId' | 'id'>): Promise<void> {
    await this.#manager.delete(Binding, { teamId, id: bindingId });
  }
}

type BindingSearch = RowQuery<'position' | 'name'>;

/** A team has few enough of them to look through. */
export function searchBindings(rows: readonly BindingRow[], query: BindingSearch): RowPage<BindingRow> {
  const key = searchKey(query.q ?? '');
  const nameKey = ({ name }: BindingRow) => searchKey(name);
  const found = rows.filter((row) => nameKey(row).includes(key));
  const columns = { position: (row: BindingRow) => row.position, name: nameKey };
  return listSorted(found, query, columns, ({ id: bindingId }) => bindingId);
}
