import type { OutboxRow, OutboxStore } from '../../server/core/ports/outbox.ts';

export interface MemoryOutboxRow extends OutboxRow {
  dueAt: number;
  settledAt: number | null;
  lastError: string | null;
}

/** What is to be told, held to what the databases do. */
export function memoryOutbox(tables: {
  outbox: MemoryOutboxRow[];
  /** Which consumer hears of which topics. */
  subscriptions: Record<string, readonly string[]>;
}): OutboxStore {
  const change = (
    id: string,
    consumer: string,
    to: (row: MemoryOutboxRow) => Partial<MemoryOutboxRow>,
  ): void => {
    tables.outbox = tables.outbox.map((row) =>
      row.event.id === id && row.consumer === consumer ? { ...row, ...to(row) } : row,
    );
  };
  const due = (consumer: string, now: number): MemoryOutboxRow[] => {
    const waiting = tables.outbox.filter((row) => row.consumer === consumer && row.settledAt === null);
    return waiting.filter(
      (row, n) =>
        row.dueAt <= now &&
        !waiting.slice(0, n).some((older) => older.event.subject === row.event.subject && older.dueAt > now),
    );
  };
  return {
    append: async (events) => {
      for (const event of events) {
        for (const [consumer, topics] of Object.entries(tables.subscriptions)) {
          if (!topics.includes(event.topic)) continue;
          const row = { event, consumer, failures: 0, dueAt: event.time, settledAt: null, lastError: null };
          tables.outbox.push(row);
        }
      }
    },
    retract: async (ids) => {
      tables.outbox = tables.outbox.filter(({ event }) => !ids.includes(event.id));
    },
    hasDue: async (consumer, now) => due(consumer, now).length > 0,
    due: async (consumer, now, most) =>
      due(consumer, now)
        .slice(0, most)
        .map(({ event, failures }) => ({ event, consumer, failures })),
    settle: async (id, consumer, settledAt, lastError) =>
      change(id, consumer, () => ({ settledAt, lastError })),
    postpone: async (id, consumer, dueAt, lastError) =>
      change(id, consumer, ({ failures }) => ({ dueAt, lastError, failures: failures + 1 })),
    deleteSettled: async (before, most) => {
      const settled = tables.outbox
        .filter(({ settledAt }) => settledAt !== null && settledAt < before)
        .slice(0, most);
      tables.outbox = tables.outbox.filter((row) => !settled.includes(row));
      return settled.length;
    },
  };
}
