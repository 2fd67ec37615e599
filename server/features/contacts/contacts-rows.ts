import { EntitySchema, type EntityManager } from 'typeorm';
import type { AgentId, ContactId, TeamId } from '../../core/kernel/ids.ts';
import type { Numbers } from '../../core/kernel/number/numbers.ts';
import { partsOfNumber } from '../../core/kernel/number/part-of-number.ts';
import type { RowPage } from '../../core/ports/unit-of-work.ts';
import { id, integer, milliseconds, nullable, primaryId, text } from '../../store/columns.ts';
import { decodeCursor, goOnAfter, pageOf } from '../../store/cursor.ts';
import { escapeLike, searchKey } from '../../store/search-key.ts';
import { updateVersioned } from '../../store/versioned.ts';
import type { ContactRow, ContactStore } from './contacts-store.ts';

/** As they are searched for. */
interface ContactRecord extends ContactRow {
  nameKey: string;
  comparable: string;
}

const ContactEntity = new EntitySchema<ContactRecord>({
  name: 'contact',
  columns: {
    id: primaryId,
    teamId: id,
    ownerId: nullable(id),
    name: text,
    nameKey: text,
    number: text,
    comparable: text,
    note: text,
    version: integer,
    createdAt: milliseconds,
  },
});

export const contactEntities = [ContactEntity];

const MINE = '(c.ownerId IS NULL OR c.ownerId = :agentId)';

export class ContactRows implements ContactStore {
  readonly #manager: EntityManager;
  readonly #spelling: Numbers;
  constructor(manager: EntityManager, spelling: Numbers) {
    this.#manager = manager;
    this.#spelling = spelling;
  }

  async byId(teamId: TeamId, agentId: AgentId | null, contactId: ContactId): Promise<ContactRow | null> {
    const record = await this.#visible(teamId, agentId).andWhere('c.id = :contactId', { contactId }).getOne();
    return record && toRow(record);
  }

  async search(
    teamId: TeamId,
    agentId: AgentId | null,
    q: string | null,
    cursor: string | null,
    limit: number,
  ): Promise<RowPage<ContactRow>> {
    const query = this.#visible(teamId, agentId)
      .orderBy('c.createdAt', 'DESC')
      .addOrderBy('c.id', 'DESC')
      .take(limit + 1);
    if (q !== null && searchKey(q) !== '') {
      const digits = partsOfNumber(q, this.#spelling);
      const matches = [
        `c.nameKey LIKE :part ESCAPE '\\'`,
        ...digits.map((_, index) => `c.comparable LIKE :digits${index}`),
      ];
      query.andWhere(`(${matches.join(' OR ')})`, {
        part: `%${escapeLike(searchKey(q))}%`,
        ...Object.fromEntries(digits.map((each, index) => [`digits${index}`, `%${each}%`])),
      });
    }
    if (cursor !== null) {
      const { time, id: after } = decodeCursor(cursor);
      goOnAfter(query, 'c.createdAt', 'c.id < :after', { time, after });
    }
    const page = pageOf(await query.getMany(), limit, (row) => ({ time: row.createdAt, id: row.id }));
    return { items: page.items.map(toRow), next: page.next };
  }

  async insert(contact: ContactRow): Promise<void> {
    await this.#manager.insert(ContactEntity, this.#toRecord(contact));
  }

  update(contact: ContactRow): Promise<boolean> {
    const { id: contactId, teamId, version, ...columns } = this.#toRecord(contact);
    return updateVersioned(this.#manager, ContactEntity, { id: contactId, teamId, version }, columns);
  }

  async delete({
    id: contactId,
    teamId,
    version,
  }: Pick<ContactRow, 'teamId' | 'id' | 'version'>): Promise<boolean> {
    const { affected } = await this.#manager.delete(ContactEntity, { id: contactId, teamId, version });
    return affected === 1;
  }

  #toRecord(row: ContactRow): ContactRecord {
    return {
      ...row,
      nameKey: searchKey(row.name),
      comparable: this.#spelling.comparableNumber(row.number),
    };
  }

  #visible(teamId: TeamId, agentId: AgentId | null) {
    return this.#manager
      .createQueryBuilder(ContactEntity, 'c')
      .where('c.teamId = :teamId', { teamId })
      .andWhere(MINE, { agentId });
  }
}

function toRow({ nameKey: _nameKey, comparable: _comparable, ...row }: ContactRecord): ContactRow {
  return row;
}
