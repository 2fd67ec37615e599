import { EntitySchema, type EntityManager } from 'typeorm';
import type { TeamId } from '../core/kernel/ids.ts';
import type { JournalRepository, JournalRow } from '../core/ports/repositories.ts';
import { id, integer, milliseconds, primaryId, text } from '../store/columns.ts';

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

/** SQLite takes 32,766 parameters in a statement, PostgreSQL 65,535. */
const ROWS_A_STATEMENT = 1000;

export const journalEntities = [Journal];

export class JournalRows implements JournalRepository {
  readonly #manager: EntityManager;
  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  async append(rows: JournalRow[]): Promise<void> {
    for (let from = 0; from < rows.length; from += ROWS_A_STATEMENT) {
      const records = rows
        .slice(from, from + ROWS_A_STATEMENT)
        .map((row) => ({ ...row, event: JSON.stringify(row.event) }));
      await this.#manager.insert(Journal, records);
    }
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
}
