import { EntitySchema, type EntityManager } from 'typeorm';
import type { TeamId } from '../core/ids.ts';
import type { JournalRepository, JournalRow } from '../core/ports/repositories.ts';
import { id, integer, milliseconds, primaryId, text } from './columns.ts';

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

export const journalEntities = [Journal];

export class JournalRows implements JournalRepository {
  readonly #manager: EntityManager;
  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  async append(rows: JournalRow[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#manager.insert(
      Journal,
      rows.map((row) => ({ ...row, event: JSON.stringify(row.event) })),
    );
  }

  async of(teamId: TeamId, subject: string): Promise<JournalRow[]> {
    const records = await this.#manager.find(Journal, {
      where: { teamId, subject },
      order: { sequence: 'ASC' },
    });
    return records.map((record) => ({ ...record, event: JSON.parse(record.event) as unknown }));
  }
}
