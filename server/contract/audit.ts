import * as z from 'zod/mini';
import { Id, PageQuery, Timestamp, pageOf } from './wire.ts';

/** Who has changed a record, and what of it. Secrets read `[hidden]`. */
export const AuditEntry = z.object({
  id: Id,
  time: Timestamp,
  /** `system`: Telebar itself. */
  actorKind: z.enum(['agent', 'api-key', 'system']),
  /** Of an agent or an API key. */
  actorId: z.nullable(Id),
  /** The kind of record, as in `customer`. */
  record: z.string(),
  recordId: Id,
  change: z.enum(['created', 'updated', 'deleted']),
  /** By field; null: there was, or is, none. */
  fields: z.record(z.string(), z.object({ before: z.unknown(), after: z.unknown() })),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** GET /audit: all changes, or those of one record, or by one agent or API key; newest first. */
export const AuditQuery = z.extend(PageQuery, { recordId: z.optional(Id), actorId: z.optional(Id) });
export type AuditQuery = z.infer<typeof AuditQuery>;
export const AuditPage = pageOf(AuditEntry);
