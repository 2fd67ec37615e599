import { EntitySchema, type EntityManager } from 'typeorm';
import type { TeamId } from '../../core/kernel/ids.ts';
import type { RowPage, RowQuery } from '../../core/ports/unit-of-work.ts';
import { flag, id, integer, json, milliseconds, nullable, primaryId, text } from '../../store/columns.ts';
import { listSorted } from '../../store/cursor.ts';
import { searchKey } from '../../store/search-key.ts';
import { updateVersioned } from '../../store/versioned.ts';
import type { CustomerFieldStore, FieldRow } from './set-up-store.ts';

const CustomerField = new EntitySchema<FieldRow>({
  name: 'customer_field',
  columns: {
    id: primaryId,
    teamId: id,
    key: text,
    label: json,
    type: text,
    required: flag,
    readOnly: flag,
    options: json,
    position: integer,
    version: integer,
    deletedAt: nullable(milliseconds),
  },
});

export const fieldEntities = [CustomerField];

export class CustomerFields implements CustomerFieldStore {
  readonly #manager: EntityManager;
  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  all(teamId: TeamId): Promise<FieldRow[]> {
    return this.#manager.find(CustomerField, { where: { teamId }, order: { position: 'ASC', id: 'ASC' } });
  }

  async search(teamId: TeamId, query: FieldSearch): Promise<RowPage<FieldRow>> {
    return searchFields(await this.all(teamId), query);
  }

  async insert(field: FieldRow): Promise<void> {
    await this.#manager.insert(CustomerField, field);
  }

  update({ id: fieldId, teamId, version, ...columns }: FieldRow): Promise<boolean> {
    return updateVersioned(this.#manager, CustomerField, { id: fieldId, teamId, version }, columns);
  }
}

type FieldSearch = RowQuery<'position' | 'label'>;

/** A team has few enough fields to look through. */
export function searchFields(rows: readonly FieldRow[], query: FieldSearch): RowPage<FieldRow> {
  const key = searchKey(query.q ?? '');
  const labelKey = ({ label }: FieldRow) => searchKey(Object.values(label).join(' '));
  const found = rows.filter((row) => row.deletedAt === null && labelKey(row).includes(key));
  const columns = { position: (row: FieldRow) => row.position, label: labelKey };
  return listSorted(found, query, columns, ({ id: fieldId }) => fieldId);
}
