import { EntitySchema, type EntityManager } from 'typeorm';
import type { TeamId } from '../core/kernel/ids.ts';
import { id, integer, milliseconds, primaryId, text } from '../store/columns.ts';
import { insertRows } from '../store/many-rows.ts';
import type { JournalStore, JournalRow, SetAsideStore, SetAsideRow } from '../core/ports/live-store.ts';

interface JournalRecord extends Omit<JournalRow, 'event'> {
  /** JSON. */
  event: string;
}
const Journal = new EntitySchema<JournalRecord>({
  name: 'journal',
  columns: {
    subject: primaryId,
    sequence: { ...integer, primary: true },
    teamId: id,
    type: text,
    time: milliseconds,
    event: text,
  },
});

interface SetAsideRecord extends Omit<SetAsideRow, 'content'> {
  /** JSON. */
  content: string;
}
const SetAside = new EntitySchema<SetAsideRecord>({
  name: 'set_aside',
  columns: { id: primaryId, teamId: id, time: milliseconds, reason: text, content: text },
});

export const journalEntities = [Journal, SetAside];

export class JournalRows implements JournalStore {
  readonly #manager: EntityManager;
  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  append(rows: readonly JournalRow[]): Promise<void> {
    const records = rows.map((row) => ({ ...row, event: JSON.stringify(row.event) }));
    return insertRows(this.#manager, Journal, records);
  }

  async retract(rows: ReadonlyArray<Pick<JournalRow, 'subject' | 'sequence'>>): Promise<void> {
    for (const { subject, sequence } of rows) await this.#manager.delete(Journal, { subject, sequence });
  }

  async of(teamId: TeamId, subject: string): Promise<JournalRow[]> {
    const records = await this.#manager.find(Journal, {
      where: { teamId, subject },
      order: { sequence: 'ASC' },
    });
    return records.map((record) => ({ ...record, event: JSON.parse(record.event) as unknown }));
  }

  async deleteOld(before: number, most: number): Promise<number> {
    const rows = await this.#manager
      .createQueryBuilder(Journal, 'j')
      .select(['j.subject', 'j.sequence'])
      .where('j.time < :before', { before })
      .andWhere('j.subject NOT IN (SELECT id FROM call WHERE ended_at IS NULL)')
      .take(most)
      .getMany();
    await this.retract(rows);
    return rows.length;
  }
}

export class SetAsideRows implements SetAsideStore {
  readonly #manager: EntityManager;
  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  append(rows: readonly SetAsideRow[]): Promise<void> {
    const records = rows.map((row) => ({ ...row, content: JSON.stringify(row.content) }));
    return insertRows(this.#manager, SetAside, records, { by: ['id'] });
  }

  async all(): Promise<SetAsideRow[]> {
    const records = await this.#manager.find(SetAside, { order: { time: 'ASC', id: 'ASC' } });
    return records.map((record) => ({ ...record, content: JSON.parse(record.content) as unknown }));
  }
}
