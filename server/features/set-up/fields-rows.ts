import { EntitySchema, type EntityManager } from 'typeorm';
import type { TeamId } from '../../core/kernel/ids.ts';
import type { RowPage, RowQuery } from '../../core/ports/unit-of-work.ts';
import { flag, id, integer, json, milliseconds, nullable, primaryId, text } from '../../store/columns.ts';
import { updateVersioned } from '../../store/versioned.ts';
import { searchLabelled } from './labelled-rows.ts';
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

export function searchFields(rows: readonly FieldRow[], query: FieldSearch): RowPage<FieldRow> {
  return searchLabelled(
    rows.filter(({ deletedAt }) => deletedAt === null),
    query,
  );
}
