import { EntitySchema, type EntityManager } from 'typeorm';
import type { TeamId } from '../../core/kernel/ids.ts';
import type { RowPage } from '../../core/ports/unit-of-work.ts';
import { id, json, milliseconds, nullable, primaryId, text } from '../../store/columns.ts';
import { decodeCursor, goOnAfter, pageOf } from '../../store/cursor.ts';
import { insertNewRow } from '../../store/new-row.ts';
import type { AuditRow, AuditStore } from './audit-store.ts';

const AuditEntry = new EntitySchema<AuditRow>({
  name: 'audit_entry',
  columns: {
    id: primaryId,
    teamId: id,
    time: milliseconds,
    actorKind: text,
    actorId: nullable(id),
    record: text,
    recordId: id,
    change: text,
    fields: json,
  },
});

export const auditEntities = [AuditEntry];

export class AuditRows implements AuditStore {
  readonly #manager: EntityManager;
  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  async add(row: AuditRow): Promise<void> {
    await insertNewRow(this.#manager, AuditEntry, row, ['id']);
  }

  async list(
    teamId: TeamId,
    { recordId, actorId }: { recordId?: string | undefined; actorId?: string | undefined },
    cursor: string | null,
    limit: number,
  ): Promise<RowPage<AuditRow>> {
    const query = this.#manager
      .createQueryBuilder(AuditEntry, 'a')
      .where('a.teamId = :teamId', { teamId })
      .orderBy('a.time', 'DESC')
      .addOrderBy('a.id', 'DESC')
      .take(limit + 1);
    if (recordId !== undefined) query.andWhere('a.recordId = :recordId', { recordId });
    if (actorId !== undefined) query.andWhere('a.actorId = :actorId', { actorId });
    if (cursor !== null) {
      const { time, id: after } = decodeCursor(cursor);
      goOnAfter(query, 'a.time', 'a.id < :after', { time, after });
    }
    return pageOf(await query.getMany(), limit, (row) => ({ time: row.time, id: row.id }));
  }
}
