import { asId } from '../../core/kernel/ids.ts';
import type { DeliveryId, TeamId, WebhookId } from '../../core/kernel/ids.ts';
import type { OutboxConsumer, OutboxEvent, RecordChange } from '../../core/ports/outbox.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import type { HookEvent } from '../../vocabulary/hook-events.ts';
import type { DeliveryRow, WebhookStore } from './webhooks-store.ts';

interface Stores {
  readonly webhooks: WebhookStore;
}

/** Records whose changes are changes of the set-up. */
const SET_UP = new Set([
  'team',
  'agent',
  'group',
  'number',
  'phone',
  'reason',
  'role',
  'api-key',
  'webhook',
  'embedding',
]);

/**
 * What has happened becomes a delivery for each webhook that wants to hear of it: a few rows, in one transaction. Who sends
 * them, and how long that takes, keeps nobody else waiting.
 */
export class WebhookOutbox implements OutboxConsumer {
  readonly name = 'webhooks';
  readonly #unitOfWork: UnitOfWork<Stores>;

  constructor(unitOfWork: UnitOfWork<Stores>) {
    this.#unitOfWork = unitOfWork;
  }

  async deliver(event: OutboxEvent): Promise<void> {
    const said = saidBy(event);
    if (said === null) return;
    await this.#unitOfWork.run(async ({ webhooks }) => {
      for (const webhook of await webhooks.all(event.teamId)) {
        if (!webhook.active || event.time < webhook.activeSince) continue;
        if (!webhook.events.includes(said.type)) continue;
        const { id: eventId, teamId, time } = event;
        await webhooks.addDelivery(newDelivery({ teamId, webhookId: webhook.id, eventId, time, ...said }));
      }
    });
  }
}

/** What is sent: type, time and content, as Standard Webhooks has it. */
export function newDelivery({
  teamId,
  webhookId,
  eventId,
  time,
  type,
  data,
}: {
  teamId: TeamId;
  webhookId: WebhookId;
  eventId: string;
  time: number;
  type: string;
  data: object;
}): DeliveryRow {
  return {
    id: asId<DeliveryId>(`${eventId}.${webhookId}`),
    teamId,
    webhookId,
    eventId,
    type,
    body: JSON.stringify({ type, timestamp: new Date(time).toISOString(), teamId, data }),
    state: 'waiting',
    createdAt: time,
    dueAt: time,
    attempts: 0,
    lastAttemptAt: null,
    lastStatus: null,
    lastError: null,
    lastMs: null,
  };
}

function saidBy(event: OutboxEvent): { type: HookEvent; data: object } | null {
  if (event.topic === 'live-event') return event.content;
  if (event.topic !== 'record-changed') return null;
  const type = recordEvent(event.content);
  const { actor, record, change, fields } = event.content;
  return type && { type, data: { record, id: event.subject, change, actor, fields } };
}

function recordEvent({ record, change }: RecordChange): HookEvent | null {
  if (record === 'customer') {
    if (change === 'deleted') return null;
    return change === 'created' ? 'customer.created' : 'customer.updated';
  }
  return SET_UP.has(record) ? 'set-up.changed' : null;
}
