import type { Actor, Identity } from '../../core/kernel/actor.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import type { TeamId } from '../../core/kernel/ids.ts';
import type { Outbox, OutboxEvent, RecordChange } from '../../core/ports/outbox.ts';

/** Fields with such names are secrets, whatever their record. */
const SECRET = /password|pin|secret|token|ha1|hash|key$/i;
const MASK = '[hidden]';
/** They change with every change, and say nothing. */
const TRIVIAL = new Set(['id', 'teamId', 'version', 'createdAt', 'updatedAt']);

/** Who has done it, as far as the log says it. */
type Named = Exclude<Actor, Identity> | Pick<Identity, 'kind' | 'agentId'>;

type Fields = Readonly<Record<string, unknown>>;

export interface ChangedRow {
  /** Null: it was made. */
  readonly before: (object & { id: string; teamId: TeamId }) | null;
  /** Null: it was deleted. */
  readonly after: (object & { id: string; teamId: TeamId }) | null;
}

/**
 * The event to put into the outbox in the transaction that changes a record. Null: nothing is different.
 */
export function recordChange(
  actor: Named,
  record: string,
  { before, after }: ChangedRow,
  { ids, now }: { ids: IdSource; now: number },
): OutboxEvent | null {
  const of = after ?? before;
  if (of === null) return null;
  const fields = difference((before ?? {}) as Fields, (after ?? {}) as Fields);
  if (before !== null && after !== null && Object.keys(fields).length === 0) return null;
  const change = before === null ? 'created' : after === null ? 'deleted' : 'updated';
  return {
    id: ids.next('event'),
    teamId: of.teamId,
    topic: 'record-changed',
    subject: of.id,
    time: now,
    content: {
      actor: named(actor),
      record,
      change,
      fields,
    },
  };
}

/** Puts it there; nothing where nothing is different. */
export async function appendChange(
  outbox: Pick<Outbox, 'append'>,
  ...change: Parameters<typeof recordChange>
): Promise<void> {
  const event = recordChange(...change);
  if (event !== null) await outbox.append([event]);
}

function named(actor: Named): RecordChange['actor'] {
  if (actor.kind === 'agent') return { kind: 'agent', id: actor.agentId };
  return actor.kind === 'api-key' ? { kind: 'api-key', id: actor.keyId } : { kind: 'system' };
}

function difference(before: Fields, after: Fields): RecordChange['fields'] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries(
    [...names]
      .filter((name) => !TRIVIAL.has(name))
      .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
      .map((name) => [name, { before: shown(name, before[name]), after: shown(name, after[name]) }]),
  );
}

/** Secrets within secrets, too: what lies below a secret's name is hidden as a whole. */
function shown(name: string, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (SECRET.test(name)) return MASK;
  if (Array.isArray(value)) return value.map((inner) => shown('', inner));
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shown(key, inner)]));
}
