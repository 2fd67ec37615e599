import type { AgentId, ApiKeyId, TeamId } from '../../core/kernel/ids.ts';
import type { RecordChange } from '../../core/ports/outbox.ts';
import type { RowPage } from '../../core/ports/unit-of-work.ts';

/** A change of a record: who, when, what. */
export interface AuditRow {
  id: string;
  teamId: TeamId;
  time: number;
  actorKind: RecordChange['actor']['kind'];
  /** Null: Telebar itself. */
  actorId: AgentId | ApiKeyId | null;
  record: string;
  recordId: string;
  change: RecordChange['change'];
  fields: RecordChange['fields'];
}

export interface AuditStore {
  /** Once, however often it is asked for. */
  add(row: AuditRow): Promise<void>;
  /** Newest first. */
  list(
    teamId: TeamId,
    of: { recordId?: string | undefined; actorId?: string | undefined },
    cursor: string | null,
    limit: number,
  ): Promise<RowPage<AuditRow>>;
}
