import { EntitySchema, type EntityManager } from 'typeorm';
import type { EndpointId, TeamId } from '../../core/kernel/ids.ts';
import type { RowPage, RowQuery } from '../../core/ports/unit-of-work.ts';
import { id, integer, nullable, primaryId, text } from '../../store/columns.ts';
import { listSorted } from '../../store/cursor.ts';
import { placeOf } from '../../store/sealed-columns.ts';
import { searchKey } from '../../store/search-key.ts';
import type { Secrets } from '../../store/secrets.ts';
import type { NewPhone, PhoneRow, PhoneStore } from './set-up-store.ts';

const Phone = new EntitySchema<PhoneRow>({
  name: 'phone',
  columns: {
    endpointId: primaryId,
    teamId: id,
    username: text,
    name: text,
    ha1: text,
    ha1Sha256: { ...nullable(text), name: 'ha1_sha256' },
    version: integer,
  },
});

export const phoneEntities = [Phone];

export class Phones implements PhoneStore {
  readonly #manager: EntityManager;
  readonly #secrets: Secrets;
  constructor(manager: EntityManager, secrets: Secrets) {
    this.#manager = manager;
    this.#secrets = secrets;
  }

  async all(teamId: TeamId): Promise<PhoneRow[]> {
    const phones = await this.#manager.find(Phone, { where: { teamId }, order: { username: 'ASC' } });
    return phones.map((phone) => this.#opened(phone));
  }

  async search(teamId: TeamId, query: RowQuery<'name' | 'username'>): Promise<RowPage<PhoneRow>> {
    return searchPhones(await this.all(teamId), query);
  }

  async byId(teamId: TeamId, endpointId: EndpointId): Promise<PhoneRow | null> {
    const phone = await this.#manager.findOneBy(Phone, { teamId, endpointId });
    return phone && this.#opened(phone);
  }

  async insert(phone: NewPhone): Promise<void> {
    await this.#manager.insert(Phone, this.#sealed({ version: 1, ...phone }));
  }

  async update(phone: PhoneRow): Promise<boolean> {
    const { endpointId, teamId, version, ...columns } = this.#sealed(phone);
    const where = { endpointId, teamId, version: version - 1 };
    const { affected } = await this.#manager.update(Phone, where, { ...columns, version });
    return affected === 1;
  }

  async remove({ teamId, endpointId }: Pick<PhoneRow, 'teamId' | 'endpointId'>): Promise<void> {
    await this.#manager.delete(Phone, { teamId, endpointId });
  }

  #opened(phone: PhoneRow): PhoneRow {
    return withHashes(phone, (value, place) => this.#secrets.open(value, place));
  }

  #sealed(phone: PhoneRow): PhoneRow {
    return withHashes(phone, (value, place) => this.#secrets.seal(value, place));
  }
}

/** A team has few enough desk phones to look through. */
export function searchPhones(
  rows: readonly PhoneRow[],
  query: RowQuery<'name' | 'username'>,
): RowPage<PhoneRow> {
  const key = searchKey(query.q ?? '');
  const nameKey = ({ name }: PhoneRow) => searchKey(name);
  const found = rows.filter((row) => nameKey(row).includes(key) || row.username.startsWith(key));
  const columns = { name: nameKey, username: (row: PhoneRow) => row.username };
  return listSorted(found, query, columns, ({ endpointId }) => endpointId);
}

function withHashes(phone: PhoneRow, change: (value: string, place: string) => string): PhoneRow {
  const { endpointId, ha1, ha1Sha256 } = phone;
  return {
    ...phone,
    ha1: change(ha1, placeOf('phone', 'ha1', endpointId)),
    ha1Sha256: ha1Sha256 && change(ha1Sha256, placeOf('phone', 'ha1_sha256', endpointId)),
  };
}
