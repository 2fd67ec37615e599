import type { DeliveryId, TeamId, WebhookId } from '../../core/kernel/ids.ts';
import type { RowPage, RowQuery } from '../../core/ports/unit-of-work.ts';
import type { HookEvent, HookFault } from '../../vocabulary/hook-events.ts';

export interface WebhookRow {
  id: WebhookId;
  teamId: TeamId;
  name: string;
  url: string;
  events: HookEvent[];
  active: boolean;
  /** What happened before is not sent, ms since the epoch. */
  activeSince: number;
  fault: HookFault | null;
  secret: string;
  previousSecret: string | null;
  previousSecretUntil: number | null;
  createdAt: number;
  version: number;
  /** How it goes, which is no change that anybody has made: see `WebhookHealth`. */
  failingSince: number | null;
  failures: number;
  retryAt: number;
}

export interface WebhookHealth {
  /** Nothing has arrived since; null: what was sent last has. */
  readonly failingSince: number | null;
  /** In a row. */
  readonly failures: number;
  /** Nothing is sent before. */
  readonly retryAt: number;
}

export interface DeliveryRow {
  id: DeliveryId;
  teamId: TeamId;
  webhookId: WebhookId;
  eventId: string;
  type: string;
  /** As it is sent, each time to the letter. */
  body: string;
  state: 'waiting' | 'delivered' | 'failed';
  createdAt: number;
  /** When it is sent next; of one that has ended, when that was. */
  dueAt: number;
  attempts: number;
  lastAttemptAt: number | null;
  lastStatus: number | null;
  lastError: string | null;
  lastMs: number | null;
}

export type DeliveryResult = Pick<
  DeliveryRow,
  'state' | 'dueAt' | 'attempts' | 'lastAttemptAt' | 'lastStatus' | 'lastError' | 'lastMs'
>;

export interface WebhookStore {
  /** What any webhook of the team that is switched on is told of. */
  heard(teamId: TeamId): Promise<HookEvent[]>;
  all(teamId: TeamId): Promise<WebhookRow[]>;
  search(teamId: TeamId, query: RowQuery<'name' | 'createdAt'>): Promise<RowPage<WebhookRow>>;
  byId(teamId: TeamId, id: WebhookId): Promise<WebhookRow | null>;
  insert(webhook: WebhookRow): Promise<void>;
  /** False when the version is not the stored one's successor. How it goes is not written. */
  update(webhook: WebhookRow): Promise<boolean>;
  /** Nobody finds it any more; its deliveries are deleted afterwards (`deleteRemoved`). */
  remove(webhook: Pick<WebhookRow, 'teamId' | 'id' | 'version'>, now: number): Promise<void>;
  setHealth(teamId: TeamId, id: WebhookId, health: WebhookHealth): Promise<void>;

  /** Once for each id. */
  addDelivery(delivery: DeliveryRow): Promise<void>;
  delivery(teamId: TeamId, webhookId: WebhookId, id: DeliveryId): Promise<DeliveryRow | null>;
  /** Newest first. */
  deliveries(
    teamId: TeamId,
    of: { webhookId: WebhookId; state?: DeliveryRow['state'] | undefined },
    cursor: string | null,
    limit: number,
  ): Promise<RowPage<DeliveryRow>>;
  /** Which of all teams have something that is to be sent now, and may be sent to. */
  dueWebhooks(now: number): Promise<Array<Pick<WebhookRow, 'id' | 'teamId'>>>;
  /** What is to be sent there now, the longest due first. */
  due(id: WebhookId, now: number, most: number): Promise<DeliveryRow[]>;
  /** What waits there is sent now, as if for the first time. */
  beginAnew(id: WebhookId, now: number): Promise<void>;
  setResult(id: DeliveryId, result: DeliveryResult): Promise<void>;
  /** Some that wait although they were due before that: of all webhooks, or of those that are switched off. */
  overdue(before: number, of: 'all' | 'switched-off', most: number): Promise<DeliveryRow[]>;
  /** Deletes some that were delivered, or had failed, before that; returns how many. */
  deleteOldDeliveries(before: number, most: number): Promise<number>;
  /** Deletes some deliveries of webhooks that were removed before that, then the webhooks; returns how many rows. */
  deleteRemoved(before: number, most: number): Promise<number>;
}
