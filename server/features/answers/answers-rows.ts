import { EntitySchema, IsNull, LessThan, type EntityManager } from 'typeorm';
import { id, json, milliseconds, nullable, primaryId } from '../../store/columns.ts';
import { insertNewRow } from '../../store/new-row.ts';
import { deleteSome } from '../../store/some-rows.ts';
import type { AnswerRow, AnswerStore } from './answers-store.ts';

const AnswerEntity = new EntitySchema<AnswerRow>({
  name: 'first_answer',
  columns: {
    id: primaryId,
    fingerprint: id,
    claim: id,
    startedAt: milliseconds,
    answeredAt: nullable(milliseconds),
    answer: nullable(json),
  },
});

export const answerEntities = [AnswerEntity];

export class AnswerRows implements AnswerStore {
  readonly #manager: EntityManager;
  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  async begin(row: AnswerRow): Promise<AnswerRow | null> {
    if (await insertNewRow(this.#manager, AnswerEntity, row, ['id'])) return null;
    return this.#manager.findOneBy(AnswerEntity, { id: row.id });
  }

  async replace(old: AnswerRow, row: AnswerRow): Promise<boolean> {
    const { affected } = await this.#manager.delete(AnswerEntity, { id: old.id, claim: old.claim });
    return affected === 1 && (await this.begin(row)) === null;
  }

  async answer(rowId: string, claim: string, answer: unknown, answeredAt: number): Promise<boolean> {
    const changes = { answer: answer ?? null, answeredAt } as object;
    const { affected } = await this.#manager.update(AnswerEntity, { id: rowId, claim }, changes);
    return affected === 1;
  }

  async abandon(rowId: string, claim: string): Promise<void> {
    await this.#manager.delete(AnswerEntity, { id: rowId, claim, answeredAt: IsNull() });
  }

  deleteOld(before: number, most: number): Promise<number> {
    return deleteSome(this.#manager, AnswerEntity, { startedAt: LessThan(before) }, most);
  }
}
