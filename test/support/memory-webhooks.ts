import { heardBy, searchWebhooks } from '../../server/features/webhooks/webhooks-rows.ts';
import type { DeliveryRow, WebhookRow, WebhookStore } from '../../server/features/webhooks/webhooks-store.ts';
import { compare, insertNew, newest } from './memory-rows.ts';

export interface WebhookTables {
  webhooks: WebhookRow[];
  deliveries: DeliveryRow[];
  removedWebhooks: Array<{ id: string; at: number }>;
}

/** Webhooks and their deliveries, held to what the databases do. */
export function memoryWebhooks(tables: WebhookTables): WebhookStore {
  const ofTeam = (teamId: string) => tables.webhooks.filter((row) => row.teamId === teamId);
  const change = (id: string, to: (row: WebhookRow) => Partial<WebhookRow>): void => {
    tables.webhooks = tables.webhooks.map((row) => (row.id === id ? { ...row, ...to(row) } : row));
  };
  const waits = (id: string) =>
    tables.deliveries.filter((row) => row.state === 'waiting' && row.webhookId === id);
  return {
    heard: async (teamId) => heardBy(ofTeam(teamId).filter(({ active }) => active)),
    all: async (teamId) => ofTeam(teamId),
    search: async (teamId, query) => searchWebhooks(ofTeam(teamId), query),
    byId: async (teamId, id) => ofTeam(teamId).find((row) => row.id === id) ?? null,
    insert: async (row) => insertNew(tables.webhooks, row, ['id']),
    update: async (row) => {
      const found = ofTeam(row.teamId).find(({ id }) => id === row.id);
      if (found?.version !== row.version - 1) return false;
      change(row.id, ({ failingSince, failures, retryAt, createdAt }) => ({
        ...row,
        ...{ failingSince, failures, retryAt, createdAt },
      }));
      return true;
    },
    remove: async ({ id }, now) => {
      tables.removedWebhooks.push({ id, at: now });
      tables.webhooks = tables.webhooks.filter((row) => row.id !== id);
    },
    setHealth: async (_teamId, id, health) => change(id, () => health),
    addDelivery: async (row) => {
      if (!tables.deliveries.some(({ id }) => id === row.id)) tables.deliveries.push(row);
    },
    delivery: async (teamId, webhookId, id) =>
      tables.deliveries.find(
        (row) => row.teamId === teamId && row.webhookId === webhookId && row.id === id,
      ) ?? null,
    deliveries: async (teamId, { webhookId, state }, cursor, limit) => {
      const found = tables.deliveries
        .filter((row) => row.teamId === teamId && row.webhookId === webhookId)
        .filter((row) => state === undefined || row.state === state);
      return newest(found, (row) => ({ time: row.createdAt, id: row.id }), cursor, limit);
    },
    dueWebhooks: async (now) =>
      tables.webhooks
        .filter(
          ({ id, active, retryAt }) => active && retryAt <= now && waits(id).some((row) => row.dueAt <= now),
        )
        .map(({ id, teamId }) => ({ id, teamId })),
    due: async (webhookId, now, most) =>
      waits(webhookId)
        .filter(({ dueAt }) => dueAt <= now)
        .toSorted((a, b) => a.dueAt - b.dueAt || compare(a.id, b.id))
        .slice(0, most),
    beginAnew: async (webhookId, now) => {
      const anew = waits(webhookId);
      tables.deliveries = tables.deliveries.map((row) =>
        anew.includes(row) ? { ...row, dueAt: now, attempts: 0 } : row,
      );
    },
    overdue: async (before, of, most) =>
      tables.deliveries
        .filter(({ state, dueAt }) => state === 'waiting' && dueAt < before)
        .filter((row) => of === 'all' || tables.webhooks.some((w) => w.id === row.webhookId && !w.active))
        .toSorted((a, b) => a.dueAt - b.dueAt || compare(a.id, b.id))
        .slice(0, most),
    setResult: async (id, result) => {
      tables.deliveries = tables.deliveries.map((row) => (row.id === id ? { ...row, ...result } : row));
    },
    deleteOldDeliveries: async (before, most) => {
      const old = tables.deliveries
        .filter(({ state, createdAt, dueAt }) => state !== 'waiting' && createdAt < before && dueAt < before)
        .slice(0, most);
      tables.deliveries = tables.deliveries.filter((row) => !old.includes(row));
      return old.length;
    },
    deleteRemoved: async (before, most) => {
      const gone = tables.removedWebhooks.filter(({ at }) => at < before).map(({ id }) => id);
      const some = tables.deliveries.filter(({ webhookId }) => gone.includes(webhookId)).slice(0, most);
      tables.deliveries = tables.deliveries.filter((row) => !some.includes(row));
      const empty = gone.filter((id) => !tables.deliveries.some(({ webhookId }) => webhookId === id));
      const ended = empty.slice(0, most - some.length);
      tables.removedWebhooks = tables.removedWebhooks.filter(({ id }) => !ended.includes(id));
      return some.length + ended.length;
    },
  };
}
