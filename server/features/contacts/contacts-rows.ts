import { EntitySchema, type EntityManager } from 'typeorm';
import type { AgentId, ContactId, TeamId } from '../../core/kernel/ids.ts';
import type { RowPage } from '../../core/ports/unit-of-work.ts';
import { id, integer, milliseconds, nullable, primaryId, text } from '../../store/columns.ts';
import { decodeCursor, goOnAfter, pageOf } from '../../store/cursor.ts';
import { escapeLike, searchKey } from '../../store/search-key.ts';
import { updateVersioned } from '../../store/versioned.ts';
import type { ContactRow, ContactStore } from './contacts-store.ts';

/** `nameKey`: as it is searched for. */
interface ContactRecord extends ContactRow {
  nameKey: string;
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
    note: text,
    version: integer,
    createdAt: milliseconds,
  },
});

export const contactEntities = [ContactEntity];

const MINE = '(c.ownerId IS NULL OR c.ownerId = :agentId)';

export class ContactRows implements ContactStore {
  readonly #manager: EntityManager;
  constructor(manager: EntityManager) {
    this.#manager = manager;
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
      const digits = q.replace(/\D/g, '');
      const matches = [
        `c.nameKey LIKE :part ESCAPE '\\'`,
        ...(digits === '' ? [] : [`c.number LIKE :digits`]),
      ];
      const part = `%${escapeLike(searchKey(q))}%`;
      query.andWhere(`(${matches.join(' OR ')})`, { part, digits: `%${digits}%` });
    }
    if (cursor !== null) {
      const { time, id: after } = decodeCursor(cursor);
      goOnAfter(query, 'c.createdAt', 'c.id < :after', { time, after });
    }
    const page = pageOf(await query.getMany(), limit, (row) => ({ time: row.createdAt, id: row.id }));
    return { items: page.items.map(toRow), next: page.next };
  }

  async insert(contact: ContactRow): Promise<void> {
    await this.#manager.insert(ContactEntity, toRecord(contact));
  }

  update(contact: ContactRow): Promise<boolean> {
    const { id: contactId, teamId, version, ...columns } = toRecord(contact);
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

  #visible(teamId: TeamId, agentId: AgentId | null) {
    return this.#manager
      .createQueryBuilder(ContactEntity, 'c')
      .where('c.teamId = :teamId', { teamId })
      .andWhere(MINE, { agentId });
  }
}

function toRecord(row: ContactRow): ContactRecord {
  return { ...row, nameKey: searchKey(row.name) };
}

function toRow({ nameKey: _nameKey, ...row }: ContactRecord): ContactRow {
  return row;
}
