import type { AuditEntry, AuditQuery } from '../../contract/audit.ts';
import type { Page } from '../../contract/wire.ts';
import type { Requester } from '../../core/kernel/actor.ts';
import type { OutboxConsumer, OutboxEvent } from '../../core/ports/outbox.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import type { AuditStore } from './audit-store.ts';

interface AuditStores {
  readonly audit: AuditStore;
}

export interface Audit {
  list(who: Requester, query: AuditQuery): Promise<Page<AuditEntry>>;
}

/** Who has changed what, when: written from the outbox, never by hand, and changed by nobody. */
export class AuditTrail implements Audit, OutboxConsumer {
  readonly name = 'audit';
  readonly #unitOfWork: UnitOfWork<AuditStores>;

  constructor(unitOfWork: UnitOfWork<AuditStores>) {
    this.#unitOfWork = unitOfWork;
  }

  list(who: Requester, { cursor, limit, ...of }: AuditQuery): Promise<Page<AuditEntry>> {
    return this.#unitOfWork.read(async ({ audit }) => {
      const { items, next } = await audit.list(who.teamId, of, cursor ?? null, limit);
      return { items: items.map(({ teamId: _teamId, ...entry }) => entry), next };
    });
  }

  async deliver(event: OutboxEvent): Promise<void> {
    if (event.topic !== 'record-changed') return;
    const { id, teamId, time, subject, content } = event;
    const { actor, record, change, fields } = content;
    const actorId = actor.kind === 'system' ? null : actor.id;
    const row = {
      id,
      teamId,
      time,
      actorKind: actor.kind,
      actorId,
      record,
      recordId: subject,
      change,
      fields,
    };
    await this.#unitOfWork.run(({ audit }) => audit.add(row));
  }
}
