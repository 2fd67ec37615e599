import { EntitySchema, In, type EntityManager } from 'typeorm';
import type { OutboxEvent, OutboxRow, OutboxStore, OutboxTopic } from '../core/ports/outbox.ts';
import { id, integer, json, milliseconds, nullable, text } from '../store/columns.ts';
import { insertRows } from '../store/many-rows.ts';

interface OutboxRecord {
  /** Given by the database: in the order in which rows of one subject are written. */
  position: number;
  id: string;
  consumer: string;
  teamId: OutboxEvent['teamId'];
  topic: OutboxTopic;
  subject: string;
  time: number;
  content: unknown;
  dueAt: number;
  failures: number;
  lastError: string | null;
  settledAt: number | null;
}
const OutboxEntity = new EntitySchema<OutboxRecord>({
  name: 'outbox',
  columns: {
    position: { ...milliseconds, primary: true, generated: 'increment' },
    id,
    consumer: id,
    teamId: id,
    topic: text,
    subject: id,
    time: milliseconds,
    content: json,
    dueAt: milliseconds,
    failures: integer,
    lastError: nullable(text),
    settledAt: nullable(milliseconds),
  },
});

export const outboxEntities = [OutboxEntity];

/** Who listens to what. */
export type Subscriptions = Readonly<Record<string, readonly OutboxTopic[]>>;

export class OutboxRows implements OutboxStore {
  readonly #manager: EntityManager;
  readonly #subscriptions: Subscriptions;
  constructor(manager: EntityManager, subscriptions: Subscriptions) {
    this.#manager = manager;
    this.#subscriptions = subscriptions;
  }

  append(events: readonly OutboxEvent[]): Promise<void> {
    const rows = events.flatMap((event) =>
      Object.entries(this.#subscriptions)
        .filter(([, topics]) => topics.includes(event.topic))
        .map(([consumer]) => ({ ...event, consumer, dueAt: event.time, failures: 0 }) as OutboxRecord),
    );
    return insertRows(this.#manager, OutboxEntity, rows);
  }

  async retract(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#manager.delete(OutboxEntity, { id: In([...ids]) });
  }

  async hasDue(consumer: string, now: number): Promise<boolean> {
    return (await this.due(consumer, now, 1)).length > 0;
  }

  async due(consumer: string, now: number, most: number): Promise<OutboxRow[]> {
    const older = this.#manager
      .createQueryBuilder(OutboxEntity, 'b')
      .select('1')
      .where('b.consumer = o.consumer AND b.subject = o.subject AND b.settledAt IS NULL')
      .andWhere('b.position < o.position AND b.dueAt > :now');
    const records = await this.#manager
      .createQueryBuilder(OutboxEntity, 'o')
      .where('o.consumer = :consumer AND o.settledAt IS NULL AND o.dueAt <= :now', { consumer, now })
      .andWhere(`NOT EXISTS (${older.getQuery()})`)
      .orderBy('o.position')
      .take(most)
      .getMany();
    return records.map(({ failures, ...record }) => ({ event: eventOf(record), consumer, failures }));
  }

  async settle(eventId: string, consumer: string, at: number, error: string | null): Promise<void> {
    await this.#manager.update(OutboxEntity, { id: eventId, consumer }, { settledAt: at, lastError: error });
  }

  async postpone(eventId: string, consumer: string, dueAt: number, error: string): Promise<void> {
    const changes = { dueAt, lastError: error, failures: () => 'failures + 1' };
    await this.#manager.update(OutboxEntity, { id: eventId, consumer }, changes);
  }

  async deleteSettled(before: number, most: number): Promise<number> {
    const rows = await this.#manager
      .createQueryBuilder(OutboxEntity, 'o')
      .where('o.settledAt < :before', { before })
      .take(most)
      .getMany();
    if (rows.length > 0)
      await this.#manager.delete(OutboxEntity, { position: In(rows.map((row) => row.position)) });
    return rows.length;
  }
}

function eventOf({
  id: eventId,
  teamId,
  topic,
  subject,
  time,
  content,
}: Omit<OutboxRecord, 'failures'>): OutboxEvent {
  // What was written under a topic is of its kind.
  return { id: eventId, teamId, topic, subject, time, content } as OutboxEvent;
}
