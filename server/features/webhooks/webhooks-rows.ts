import { EntitySchema, IsNull, LessThan, Not, type EntityManager } from 'typeorm';
import type { DeliveryId, TeamId, WebhookId } from '../../core/kernel/ids.ts';
import type { RowPage, RowQuery } from '../../core/ports/unit-of-work.ts';
import { flag, id, integer, json, milliseconds, nullable, primaryId, text } from '../../store/columns.ts';
import { decodeCursor, goOnAfter, listSorted, pageOf } from '../../store/cursor.ts';
import { insertNewRow } from '../../store/new-row.ts';
import { placeOf } from '../../store/sealed-columns.ts';
import { searchKey } from '../../store/search-key.ts';
import type { Secrets } from '../../store/secrets.ts';
import { deleteSome } from '../../store/some-rows.ts';
import { updateVersioned } from '../../store/versioned.ts';
import type { HookEvent } from '../../vocabulary/hook-events.ts';
import type {
  DeliveryResult,
  DeliveryRow,
  WebhookHealth,
  WebhookRow,
  WebhookStore,
} from './webhooks-store.ts';

/** One that was taken away, ms since the epoch, is there only until its deliveries are deleted. */
type KeptWebhook = WebhookRow & { removedAt: number | null };

const Webhook = new EntitySchema<KeptWebhook>({
  name: 'webhook',
  columns: {
    id: primaryId,
    teamId: id,
    name: text,
    url: text,
    events: json,
    active: flag,
    activeSince: milliseconds,
    fault: nullable(text),
    secret: text,
    previousSecret: nullable(text),
    previousSecretUntil: nullable(milliseconds),
    createdAt: milliseconds,
    version: integer,
    failingSince: nullable(milliseconds),
    failures: integer,
    retryAt: milliseconds,
    removedAt: nullable(milliseconds),
  },
});

const DeliveryEntity = new EntitySchema<DeliveryRow>({
  name: 'webhook_delivery',
  columns: {
    id: { ...primaryId, length: 200 },
    teamId: id,
    webhookId: id,
    eventId: text,
    type: text,
    body: text,
    state: text,
    createdAt: milliseconds,
    dueAt: milliseconds,
    attempts: integer,
    lastAttemptAt: nullable(milliseconds),
    lastStatus: nullable(integer),
    lastError: nullable(text),
    lastMs: nullable(integer),
  },
});

export const webhookEntities = [Webhook, DeliveryEntity];

export class WebhookRows implements WebhookStore {
  readonly #manager: EntityManager;
  readonly #secrets: Secrets;
  constructor(manager: EntityManager, secrets: Secrets) {
    this.#manager = manager;
    this.#secrets = secrets;
  }

  async heard(teamId: TeamId): Promise<HookEvent[]> {
    return heardBy(await this.#manager.findBy(Webhook, { teamId, active: true }));
  }

  async all(teamId: TeamId): Promise<WebhookRow[]> {
    const rows = await this.#manager.findBy(Webhook, { teamId, removedAt: IsNull() });
    return rows.map((row) => this.#opened(row));
  }

  async search(teamId: TeamId, query: RowQuery<'name' | 'createdAt'>): Promise<RowPage<WebhookRow>> {
    return searchWebhooks(await this.#manager.findBy(Webhook, { teamId, removedAt: IsNull() }), query);
  }

  async byId(teamId: TeamId, webhookId: WebhookId): Promise<WebhookRow | null> {
    const row = await this.#manager.findOneBy(Webhook, { teamId, id: webhookId, removedAt: IsNull() });
    return row && this.#opened(row);
  }

  async insert(webhook: WebhookRow): Promise<void> {
    await this.#manager.insert(Webhook, this.#sealed(webhook));
  }

  update(webhook: WebhookRow): Promise<boolean> {
    const { id: webhookId, teamId, version, createdAt: _createdAt, ...sealed } = this.#sealed(webhook);
    const { failingSince: _failingSince, failures: _failures, retryAt: _retryAt, ...columns } = sealed;
    return updateVersioned(this.#manager, Webhook, { id: webhookId, teamId, version }, columns);
  }

  async remove(
    { teamId, id: webhookId, version }: Pick<WebhookRow, 'teamId' | 'id' | 'version'>,
    now: number,
  ): Promise<void> {
    const removed = { active: false, removedAt: now, version: version + 1 };
    await this.#manager.update(Webhook, { teamId, id: webhookId }, removed);
  }

  async deleteRemoved(before: number, most: number): Promise<number> {
    const removed = await this.#manager.find(Webhook, {
      where: { removedAt: LessThan(before) },
      select: { id: true },
      take: most,
    });
    let count = 0;
    for (const { id: webhookId } of removed) {
      count += await deleteSome(this.#manager, DeliveryEntity, { webhookId }, most - count);
      if (count === most) break;
      await this.#manager.delete(Webhook, { id: webhookId });
      if (++count === most) break;
    }
    return count;
  }

  async setHealth(teamId: TeamId, webhookId: WebhookId, health: WebhookHealth): Promise<void> {
    await this.#manager.update(Webhook, { teamId, id: webhookId }, health);
  }

  async addDelivery(delivery: DeliveryRow): Promise<void> {
    await insertNewRow(this.#manager, DeliveryEntity, delivery, ['id']);
  }

  delivery(teamId: TeamId, webhookId: WebhookId, deliveryId: DeliveryId): Promise<DeliveryRow | null> {
    return this.#manager.findOneBy(DeliveryEntity, { teamId, webhookId, id: deliveryId });
  }

  async deliveries(
    teamId: TeamId,
    { webhookId, state }: Parameters<WebhookStore['deliveries']>[1],
    cursor: string | null,
    limit: number,
  ): Promise<RowPage<DeliveryRow>> {
    const query = this.#manager
      .createQueryBuilder(DeliveryEntity, 'd')
      .where('d.teamId = :teamId AND d.webhookId = :webhookId', { teamId, webhookId })
      .orderBy('d.createdAt', 'DESC')
      .addOrderBy('d.id', 'DESC')
      .take(limit + 1);
    if (state !== undefined) query.andWhere('d.state = :state', { state });
    if (cursor !== null) {
      const { time, id: after } = decodeCursor(cursor);
      goOnAfter(query, 'd.createdAt', 'd.id < :after', { time, after });
    }
    return pageOf(await query.getMany(), limit, (row) => ({ time: row.createdAt, id: row.id }));
  }

  dueWebhooks(now: number): Promise<Array<Pick<WebhookRow, 'id' | 'teamId'>>> {
    return this.#manager
      .createQueryBuilder(Webhook, 'w')
      .select(['w.id', 'w.teamId'])
      .where('w.active = :active AND w.retryAt <= :now', { active: true, now })
      .andWhere((query) => {
        const some = query
          .subQuery()
          .select('1')
          .from(DeliveryEntity, 'd')
          .where(`d.webhookId = w.id AND d.state = 'waiting' AND d.dueAt <= :now`);
        return `EXISTS ${some.getQuery()}`;
      })
      .orderBy('w.id')
      .getMany();
  }

  due(webhookId: WebhookId, now: number, most: number): Promise<DeliveryRow[]> {
    return this.#manager
      .createQueryBuilder(DeliveryEntity, 'd')
      .where(`d.webhookId = :webhookId AND d.state = 'waiting' AND d.dueAt <= :now`, { webhookId, now })
      .orderBy('d.dueAt')
      .addOrderBy('d.id')
      .limit(most)
      .getMany();
  }

  async beginAnew(webhookId: WebhookId, now: number): Promise<void> {
    await this.#manager.update(DeliveryEntity, { webhookId, state: 'waiting' }, { dueAt: now, attempts: 0 });
  }

  async setResult(deliveryId: DeliveryId, result: DeliveryResult): Promise<void> {
    await this.#manager.update(DeliveryEntity, { id: deliveryId }, result);
  }

  overdue(before: number, of: 'all' | 'switched-off', most: number): Promise<DeliveryRow[]> {
    const query = this.#manager
      .createQueryBuilder(DeliveryEntity, 'd')
      .where(`d.state = 'waiting' AND d.dueAt < :before`, { before })
      .orderBy('d.dueAt')
      .addOrderBy('d.id')
      .limit(most);
    if (of === 'switched-off') {
      const off = query.subQuery().select('w.id').from(Webhook, 'w').where('w.active = :active');
      query.andWhere(`d.webhookId IN ${off.getQuery()}`).setParameter('active', false);
    }
    return query.getMany();
  }

  deleteOldDeliveries(before: number, most: number): Promise<number> {
    // The first one is in an index.
    const where = { createdAt: LessThan(before), dueAt: LessThan(before), state: Not('waiting' as const) };
    return deleteSome(this.#manager, DeliveryEntity, where, most);
  }

  #opened({ removedAt: _removedAt, ...row }: KeptWebhook): WebhookRow {
    return withSecrets(row, (value, place) => this.#secrets.open(value, place));
  }

  #sealed(row: WebhookRow): WebhookRow {
    return withSecrets(row, (value, place) => this.#secrets.seal(value, place));
  }
}

export function heardBy(rows: readonly WebhookRow[]): HookEvent[] {
  return [...new Set(rows.flatMap(({ events }) => events))];
}

/** A team has few enough webhooks to look through. */
export function searchWebhooks(
  rows: readonly WebhookRow[],
  query: RowQuery<'name' | 'createdAt'>,
): RowPage<WebhookRow> {
  const key = searchKey(query.q ?? '');
  const nameKey = ({ name }: WebhookRow) => searchKey(name);
  const found = rows.filter((row) => nameKey(row).includes(key) || searchKey(row.url).includes(key));
  const columns = { name: nameKey, createdAt: (row: WebhookRow) => row.createdAt };
  return listSorted(found, query, columns, ({ id: webhookId }) => webhookId);
}

function withSecrets(row: WebhookRow, change: (value: string, place: string) => string): WebhookRow {
  const { id: webhookId, secret, previousSecret } = row;
  return {
    ...row,
    secret: change(secret, placeOf('webhook', 'secret', webhookId)),
    previousSecret:
      previousSecret && change(previousSecret, placeOf('webhook', 'previous_secret', webhookId)),
  };
}
