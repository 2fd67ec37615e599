import type {
  Delivery,
  DeliveryQuery,
  NewSecretRequest,
  WebhookInput,
  WebhookListQuery,
  WebhookMade,
  WebhookPatch,
  WebhookSetUp,
} from '../../contract/webhooks.ts';
import type { Page } from '../../contract/wire.ts';
import type { Requester } from '../../core/kernel/actor.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import type { DeliveryId, TeamId, WebhookId } from '../../core/kernel/ids.ts';
import { patched } from '../../core/kernel/patched.ts';
import type { Outbox } from '../../core/ports/outbox.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import { TEST_EVENT } from '../../vocabulary/hook-events.ts';
import { appendChange } from '../audit/record-change.ts';
import { checkSaved, checkVersion, missing } from '../set-up/set-up-changes.ts';
import type { TeamStore } from '../set-up/set-up-store.ts';
import { checkTold } from './hook-rights.ts';
import { newSecret } from './signature.ts';
import { newDelivery } from './webhook-outbox.ts';
import type { DeliveryRow, WebhookRow, WebhookStore } from './webhooks-store.ts';

interface Stores {
  readonly webhooks: WebhookStore;
  readonly teams: Pick<TeamStore, 'raiseSetUpVersion'>;
  readonly outbox: Outbox;
}

export interface WebhooksDeps {
  readonly unitOfWork: UnitOfWork<Stores>;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** The address as it is kept. @throws DomainError invalid-request when nothing may be sent there */
  readonly checkedUrl: (url: string) => string;
  /** What is told is another thing: the live team follows. Never rejects. */
  changed(teamId: TeamId): Promise<void>;
}

/** More would be sent to one after the other for each event. */
const MOST = 50;

/** Which addresses are told of what, and how that has gone. */
export class Webhooks {
  readonly #deps: WebhooksDeps;

  constructor(deps: WebhooksDeps) {
    this.#deps = deps;
  }

  list({ teamId }: Requester, query: WebhookListQuery): Promise<Page<WebhookSetUp>> {
    return this.#deps.unitOfWork.read(async ({ webhooks }) => {
      const { items, next } = await webhooks.search(teamId, query);
      return { items: items.map((row) => this.#shown(row)), next };
    });
  }

  get(who: Requester, id: WebhookId): Promise<WebhookSetUp> {
    return this.#deps.unitOfWork.read(async (stores) => this.#shown(await existing(stores, who, id)));
  }

  async create(who: Requester, input: WebhookInput): Promise<WebhookMade> {
    const { ids, clock, checkedUrl } = this.#deps;
    checkTold(who, input.events);
    const createdAt = clock.now();
    const row: WebhookRow = {
      ...input,
      url: checkedUrl(input.url),
      id: ids.next<WebhookId>('webhook'),
      teamId: who.teamId,
      fault: null,
      secret: newSecret(),
      previousSecret: null,
      previousSecretUntil: null,
      createdAt,
      activeSince: createdAt,
      version: 1,
      failingSince: null,
      failures: 0,
      retryAt: 0,
    };
    return this.#change(who, async (stores) => {
      if ((await stores.webhooks.all(who.teamId)).length >= MOST)
        throw new DomainError('invalid-request', `A team has at most ${MOST} webhooks: take one away first.`);
      await stores.webhooks.insert(row);
      await this.#record(stores, who, null, row);
      return { ...this.#shown(row), secret: row.secret };
    });
  }

  change(who: Requester, id: WebhookId, version: number, patch: WebhookPatch): Promise<WebhookSetUp> {
    return this.#save(who, id, version, (found) => {
      const row = patched(found, patch);
      const url = patch.url === undefined ? found.url : this.#deps.checkedUrl(patch.url);
      // Who switches it on, or over to another address, has seen to it.
      return { ...row, url, fault: row.active ? null : row.fault };
    });
  }

  /**
   * The secret of before signs beside the new one for a while, so that the receiver can change over at leisure. Who renews
   * again meanwhile has no use for the new one: the one that is in use goes on signing.
   */
  async renewSecret(
    who: Requester,
    id: WebhookId,
    version: number,
    { keepPreviousMs }: NewSecretRequest,
  ): Promise<WebhookMade> {
    const secret = newSecret();
    const now = this.#deps.clock.now();
    const row = await this.#save(who, id, version, (found) => {
      if (keepPreviousMs === 0) return { ...found, secret, previousSecret: null, previousSecretUntil: null };
      const { previousSecretUntil: until } = found;
      if (until !== null && until > now) return { ...found, secret };
      return { ...found, secret, previousSecret: found.secret, previousSecretUntil: now + keepPreviousMs };
    });
    return { ...row, secret };
  }

  /** The secret of before signs no more, before its time is over. */
  async endPreviousSecret(who: Requester, id: WebhookId, version: number): Promise<void> {
    await this.#save(who, id, version, (found) => ({
      ...found,
      previousSecret: null,
      previousSecretUntil: null,
    }));
  }

  async remove(who: Requester, id: WebhookId, version: number): Promise<void> {
    await this.#change(who, async (stores) => {
      const found = await existing(stores, who, id);
      checkVersion(found, version, this.#shown(found));
      await stores.webhooks.remove(found, this.#deps.clock.now());
      await this.#record(stores, who, found, null);
    });
  }

  /** An event that says nothing but that it arrives; also to one that is switched off, for when it is switched on. */
  test(who: Requester, id: WebhookId): Promise<Delivery> {
    const { unitOfWork, clock, ids } = this.#deps;
    return unitOfWork.run(async (stores) => {
      const { teamId } = await existing(stores, who, id);
      const [eventId, time] = [ids.next<DeliveryId>('test'), clock.now()];
      const of = { teamId, webhookId: id, eventId, time };
      const row = newDelivery({ ...of, type: TEST_EVENT, data: { message: 'It arrives.' } });
      await stores.webhooks.addDelivery(row);
      return told(row);
    });
  }

  deliveries(
    who: Requester,
    webhookId: WebhookId,
    { state, cursor, limit }: DeliveryQuery,
  ): Promise<Page<Delivery>> {
    return this.#deps.unitOfWork.read(async (stores) => {
      await existing(stores, who, webhookId);
      const of = { webhookId, state };
      const page = await stores.webhooks.deliveries(who.teamId, of, cursor ?? null, limit);
      return { items: page.items.map(told), next: page.next };
    });
  }

  /** Once more from the beginning, with the id of before. */
  redeliver(who: Requester, webhookId: WebhookId, id: DeliveryId): Promise<Delivery> {
    const { unitOfWork, clock } = this.#deps;
    return unitOfWork.run(async (stores) => {
      const { webhooks } = stores;
      const { events } = await existing(stores, who, webhookId);
      const found = await webhooks.delivery(who.teamId, webhookId, id);
      if (!found) throw missing('delivery, or it was too long ago');
      checkTold(who, [...events, found.type]);
      const { lastAttemptAt, lastStatus, lastError, lastMs } = found;
      const last = { lastAttemptAt, lastStatus, lastError, lastMs };
      const again = { ...last, state: 'waiting', dueAt: clock.now(), attempts: 0 } as const;
      await webhooks.setResult(id, again);
      return told({ ...found, ...again });
    });
  }

  #save(
    who: Requester,
    id: WebhookId,
    version: number,
    next: (found: WebhookRow) => WebhookRow,
  ): Promise<WebhookSetUp> {
    return this.#change(who, async (stores) => {
      const found = await existing(stores, who, id);
      checkVersion(found, version, this.#shown(found));
      const now = this.#deps.clock.now();
      const row = { ...next(found), version: version + 1 };
      const isSwitchedOn = row.active && !found.active;
      if (isSwitchedOn) row.activeSince = now;
      checkTold(who, [...found.events, ...row.events]);
      checkSaved(await stores.webhooks.update(row));
      // It begins anew: what waits is sent at once, and has its days again.
      if (row.url !== found.url || isSwitchedOn) {
        await stores.webhooks.setHealth(who.teamId, id, { failingSince: null, failures: 0, retryAt: 0 });
        await stores.webhooks.beginAnew(id, now);
      }
      await this.#record(stores, who, found, row);
      return this.#shown(row);
    });
  }

  async #change<T>({ teamId }: Requester, change: (stores: Stores) => Promise<T>): Promise<T> {
    const changed = await this.#deps.unitOfWork.run(async (stores) => {
      await stores.teams.raiseSetUpVersion(teamId);
      return change(stores);
    });
    await this.#deps.changed(teamId);
    return changed;
  }

  async #record(
    { outbox }: Stores,
    who: Requester,
    before: WebhookRow | null,
    after: WebhookRow | null,
  ): Promise<void> {
    const { ids, clock } = this.#deps;
    const rows = { before: before && audited(before), after: after && audited(after) };
    await appendChange(outbox, who, 'webhook', rows, { ids, now: clock.now() });
  }

  #shown(row: WebhookRow): WebhookSetUp {
    const { id, name, url, events, active, fault, failingSince, createdAt, version } = row;
    const until = row.previousSecretUntil;
    const previousSecretUntil = until !== null && until > this.#deps.clock.now() ? until : null;
    return { id, name, url, events, active, fault, failingSince, previousSecretUntil, createdAt, version };
  }
}

/** What of a webhook the audit is told. */
export function audited(row: WebhookRow) {
  const { id, teamId, name, url, events, active, fault, secret, previousSecret } = row;
  return { id, teamId, name, url, events, active, fault, secret, previousSecret };
}

async function existing({ webhooks }: Stores, { teamId }: Requester, id: WebhookId): Promise<WebhookRow> {
  const found = await webhooks.byId(teamId, id);
  if (!found) throw missing('webhook');
  return found;
}

function told({ teamId: _teamId, webhookId: _webhookId, body: _body, ...delivery }: DeliveryRow): Delivery {
  return delivery;
}
