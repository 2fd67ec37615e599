import { EntitySchema, In, type EntityManager } from 'typeorm';
import type { CustomerId, TeamId } from '../../core/kernel/ids.ts';
import type { Numbers } from '../../core/kernel/number/numbers.ts';
import { id, integer, json, milliseconds, primaryId, text } from '../../store/columns.ts';
import { decodeCursor, goOnAfter, pageOf } from '../../store/cursor.ts';
import { rowsWhere } from '../../store/rows-where.ts';
import { escapeLike, searchKey } from '../../store/search-key.ts';
import type { CustomerStore, CustomerRow } from './customers-store.ts';
import type { RowPage } from '../../core/ports/unit-of-work.ts';

/** `nameKey` and `companyKey` are what searching compares: SQLite's own lower() knows only ASCII. */
interface CustomerRecord extends CustomerRow {
  nameKey: string;
  companyKey: string;
}
const CustomerEntity = new EntitySchema<CustomerRecord>({
  name: 'customer',
  columns: {
    id: primaryId,
    teamId: id,
    name: text,
    nameKey: text,
    numbers: json,
    company: text,
    companyKey: text,
    email: text,
    address: text,
    note: text,
    fields: json,
    version: integer,
    createdAt: milliseconds,
    updatedAt: milliseconds,
  },
});

interface CustomerNumberRecord {
  customerId: CustomerId;
  position: number;
  teamId: TeamId;
  comparable: string;
}
const CustomerNumber = new EntitySchema<CustomerNumberRecord>({
  name: 'customer_number',
  columns: { customerId: primaryId, position: { ...integer, primary: true }, teamId: id, comparable: text },
});

export const customerEntities = [CustomerEntity, CustomerNumber];

export class Customers implements CustomerStore {
  readonly #manager: EntityManager;
  readonly #spelling: Numbers;
  constructor(manager: EntityManager, spelling: Numbers) {
    this.#manager = manager;
    this.#spelling = spelling;
  }

  async byId(teamId: TeamId, customerId: CustomerId): Promise<CustomerRow | null> {
    const record = await this.#manager.findOneBy(CustomerEntity, { teamId, id: customerId });
    return record === null ? null : toRow(record);
  }

  async byNumber(teamId: TeamId, comparable: string): Promise<CustomerRow[]> {
    if (comparable === '') return [];
    const owners = await rowsWhere(this.#manager, CustomerNumber, { teamId, comparable });
    if (owners.length === 0) return [];
    const records = await this.#manager.find(CustomerEntity, {
      where: { teamId, id: In(owners.map((owner) => owner.customerId)) },
      order: { createdAt: 'ASC', id: 'ASC' },
    });
    return records.map(toRow);
  }

  async search(
    teamId: TeamId,
    q: string | null,
    cursor: string | null,
    limit: number,
  ): Promise<RowPage<CustomerRow>> {
    const query = this.#manager
      .createQueryBuilder(CustomerEntity, 'c')
      .where('c.teamId = :teamId', { teamId })
      .orderBy('c.createdAt', 'DESC')
      .addOrderBy('c.id', 'DESC')
      .take(limit + 1);
    if (q !== null && searchKey(q) !== '') {
      const matches = [
        `c.nameKey LIKE :prefix ESCAPE '\\'`,
        `c.companyKey LIKE :prefix ESCAPE '\\'`,
        ...(/\d/.test(q) ? [numberMatch(this.#manager)] : []),
      ];
      query.andWhere(`(${matches.join(' OR ')})`, {
        prefix: `${escapeLike(searchKey(q))}%`,
        // What is no number matches none: a prefix of nothing would match all.
        digits: `${this.#spelling.comparableNumber(q) || '-'}%`,
        // Half-typed numbers are too short for the comparable form to drop their trunk zero.
        national: `${q.replace(/\D/g, '').replace(/^0+/, '') || '-'}%`,
      });
    }
    if (cursor !== null) {
      const { time, id: after } = decodeCursor(cursor);
      goOnAfter(query, 'c.createdAt', 'c.id < :after', { time, after });
    }
    const page = pageOf(await query.getMany(), limit, (row) => ({ time: row.createdAt, id: row.id }));
    return { items: page.items.map(toRow), next: page.next };
  }

  async insert(customer: CustomerRow, comparableNumbers: string[]): Promise<void> {
    await this.#manager.insert(CustomerEntity, toRecord(customer));
    await this.#insertNumbers(customer, comparableNumbers);
  }

  async update(
    customer: CustomerRow,
    comparableNumbers: string[],
    expectedVersion: number,
  ): Promise<boolean> {
    const { affected } = await this.#manager.update(
      CustomerEntity,
      { teamId: customer.teamId, id: customer.id, version: expectedVersion },
      toRecord(customer),
    );
    if (affected !== 1) return false;
    await this.#manager.delete(CustomerNumber, { teamId: customer.teamId, customerId: customer.id });
    await this.#insertNumbers(customer, comparableNumbers);
    return true;
  }

  async #insertNumbers(customer: CustomerRow, comparableNumbers: string[]): Promise<void> {
    if (comparableNumbers.length === 0) return;
    await this.#manager.insert(
      CustomerNumber,
      comparableNumbers.map((comparable, position) => ({
        customerId: customer.id,
        position,
        teamId: customer.teamId,
        comparable,
      })),
    );
  }
}

function numberMatch(manager: EntityManager): string {
  const sub = manager
    .createQueryBuilder(CustomerNumber, 'n')
    .select('1')
    .where('n.customerId = c.id AND (n.comparable LIKE :digits OR n.comparable LIKE :national)');
  return `EXISTS (${sub.getQuery()})`;
}

function toRecord(row: CustomerRow): CustomerRecord {
  return { ...row, nameKey: searchKey(row.name), companyKey: searchKey(row.company) };
}

function toRow({ nameKey: _nameKey, companyKey: _companyKey, ...row }: CustomerRecord): CustomerRow {
  return row;
}
