import type { Clock } from '../../core/kernel/clock.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import type { TeamId, WebhookId } from '../../core/kernel/ids.ts';
import { bound, type Logger } from '../../core/kernel/logger.ts';
import type { JobStore, RunningJob } from '../../core/ports/jobs.ts';
import type { Outbox } from '../../core/ports/outbox.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import type { HookFault } from '../../vocabulary/hook-events.ts';
import { appendChange } from '../audit/record-change.ts';
import type { TeamStore } from '../set-up/set-up-store.ts';
import { signedHeaders } from './signature.ts';
import type { HookSender } from './hook-sender.ts';
import { audited } from './webhooks.ts';
import type {
  DeliveryResult,
  DeliveryRow,
  WebhookHealth,
  WebhookRow,
  WebhookStore,
} from './webhooks-store.ts';

/** After the nth failure it is sent again so much later, ms; after the last one it has failed. About 16 hours in all. */
const STEPS_MS = [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800].map((seconds) => seconds * 1000);
/** So much of a step is added at random, so that what has failed together does not come back together. */
const SPREAD = 0.2;
/** An address that fails is left alone, whatever waits for it: first so long, then twice as long each time, at most so long, ms. */
const PAUSE_MS = { first: 1_000, most: 60_000 };
/** One that has taken nothing for so long is switched off, ms. */
const GIVEN_UP_MS = 5 * 86_400_000;
/** The address says that there will never be anything again (RFC 9110 §15.5.11). */
const GONE = 410;
const AT_A_TIME = 100;
/** Addresses that are sent to at once, and those of one team. */
const LANES = 16;
const LANES_OF_TEAM = 4;
/** So long one is sent to before others have their turn, ms. */
const TURN_MS = 10_000;
/** While some are sent to, it is looked so often for others, ms. */
const LOOK_MS = 500;
const MOST_ERROR = 300;
const TOO_LATE = 'It waited for too long: the webhook was switched off, or could not be sent to.';

interface Stores {
  readonly webhooks: WebhookStore;
  readonly teams: Pick<TeamStore, 'raiseSetUpVersion'>;
  readonly outbox: Outbox;
  readonly jobs: JobStore;
}

export interface WebhookSendingDeps {
  readonly unitOfWork: UnitOfWork<Stores>;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly sender: HookSender;
  /** What could not be sent so long after it was due has failed, ms; time in which the server stood still does not count. */
  readonly waitMs: number;
  /** From 0 to 1. */
  readonly random?: () => number;
}

type Hook = Pick<WebhookRow, 'id' | 'teamId'>;

interface Attempt {
  readonly status: number | null;
  readonly error: string | null;
  readonly ms: number;
}

/**
 * Sends what is due: to each address one after the other, to different ones at once, so that an address that hangs keeps
 * only itself waiting.
 *
 *   waiting ──2xx──▶ delivered
 *      ▲ │
 *      └─┴─ anything else: later each time; after the last step, or when it could not be sent for too long ──▶ failed
 */
export class WebhookSending {
  readonly #deps: WebhookSendingDeps;
  /** Left alone until then: what is kept of it, or here, is wrong, and not its address. */
  readonly #paused = new Map<WebhookId, number>();
  readonly #startedAt: number;

  constructor(deps: WebhookSendingDeps) {
    this.#deps = deps;
    this.#startedAt = deps.clock.now();
  }

  async isWanted(): Promise<boolean> {
    return (await this.#dueWebhooks()).length > 0;
  }

  /** Until nothing is due; what is overdue for too long even then has failed. */
  async run(job: RunningJob<object>): Promise<void> {
    const lanes = new Map<WebhookId, { teamId: TeamId; done: Promise<void> }>();
    /** Which turn each had last: who has waited longest goes first. */
    const turns = new Map<WebhookId, number>();
    let turn = 0;
    try {
      for (;;) {
        job.signal.throwIfAborted();
        await this.#deps.unitOfWork.run(({ jobs }) => job.hold(jobs));
        const due = (await this.#dueWebhooks()).filter(({ id }) => !lanes.has(id));
        for (const { id, teamId } of due.toSorted(
          (a, b) => (turns.get(a.id) ?? 0) - (turns.get(b.id) ?? 0),
        )) {
          const ofTeam = [...lanes.values()].filter((lane) => lane.teamId === teamId).length;
          if (lanes.size >= LANES || ofTeam >= LANES_OF_TEAM) continue;
          turns.set(id, ++turn);
          const done = this.#turn({ id, teamId }, job).finally(() => lanes.delete(id));
          lanes.set(id, { teamId, done });
        }
        if (lanes.size === 0) break;
        await this.#oneOf([...lanes.values()].map(({ done }) => done));
      }
    } finally {
      await Promise.allSettled([...lanes.values()].map(({ done }) => done));
    }
    await this.#endOverdue(job);
  }

  /**
   * Of webhooks that are switched off; and of those that this server has tried to send to for all of that time: before, it may
   * have stood still, and what is overdue for that goes out.
   */
  async #endOverdue(job: RunningJob<object>): Promise<void> {
    const { unitOfWork, clock, logger, waitMs } = this.#deps;
    const counts = new Map<WebhookId, { teamId: TeamId; count: number }>();
    for (let isMore = true; isMore;) {
      job.signal.throwIfAborted();
      const now = clock.now();
      const ended = await unitOfWork.run(async ({ webhooks, jobs }) => {
        await job.hold(jobs);
        const before = now - waitMs;
        const of = before >= this.#startedAt ? 'all' : 'switched-off';
        const overdue = await webhooks.overdue(before, of, AT_A_TIME);
        for (const { id, attempts, lastAttemptAt, lastStatus, lastMs } of overdue) {
          const last = { attempts, lastAttemptAt, lastStatus, lastMs };
          await webhooks.setResult(id, { ...last, state: 'failed', dueAt: now, lastError: TOO_LATE });
        }
        return overdue;
      });
      for (const { webhookId, teamId } of ended) {
        counts.set(webhookId, { teamId, count: (counts.get(webhookId)?.count ?? 0) + 1 });
      }
      isMore = ended.length === AT_A_TIME;
    }
    for (const [webhookId, { teamId, count }] of counts) {
      bound(logger, { teamId, webhookId }).warn(
        { count },
        'deliveries have failed: they had waited for too long',
      );
    }
  }

  async #dueWebhooks(): Promise<Hook[]> {
    const { unitOfWork, clock } = this.#deps;
    const now = clock.now();
    for (const [id, until] of this.#paused) if (until <= now) this.#paused.delete(id);
    const due = await unitOfWork.read(({ webhooks }) => webhooks.dueWebhooks(now));
    return due.filter(({ id }) => !this.#paused.has(id));
  }

  /** What is wrong with one of them keeps no other from being sent to. */
  async #turn(hook: Hook, job: RunningJob<object>): Promise<void> {
    const { logger, clock } = this.#deps;
    try {
      await this.#send(hook, job);
    } catch (error) {
      if (job.signal.aborted) return;
      this.#paused.set(hook.id, clock.now() + PAUSE_MS.most);
      const { id: webhookId, teamId } = hook;
      bound(logger, { teamId, webhookId }).error({ err: error }, 'a webhook could not be sent to');
    }
  }

  async #oneOf(lanes: ReadonlyArray<Promise<void>>): Promise<void> {
    let cancel: () => void = () => undefined;
    const later = new Promise<void>((resolve) => (cancel = this.#deps.clock.after(LOOK_MS, resolve)));
    try {
      await Promise.race([later, ...lanes]);
    } finally {
      cancel();
    }
  }

  /** One address; the first failure ends its turn, and so does its time. */
  async #send({ id: webhookId, teamId }: Hook, job: RunningJob<object>): Promise<void> {
    const { unitOfWork, clock } = this.#deps;
    const started = clock.now();
    const due = await unitOfWork.read(({ webhooks }) => webhooks.due(webhookId, started, AT_A_TIME));
    for (const { id } of due) {
      if (clock.now() - started >= TURN_MS) return;
      job.signal.throwIfAborted();
      const found = await unitOfWork.read(async ({ webhooks }) => ({
        webhook: await webhooks.byId(teamId, webhookId),
        delivery: await webhooks.delivery(teamId, webhookId, id),
      }));
      // It was taken away, switched off or sent by hand meanwhile.
      if (!found.webhook?.active || found.delivery?.state !== 'waiting') continue;
      const attempt = await this.#attempt(found.webhook, found.delivery, job.signal);
      job.signal.throwIfAborted();
      if (!(await this.#note(found.webhook, found.delivery, attempt, job))) return;
    }
  }

  async #attempt(webhook: WebhookRow, { eventId, body }: DeliveryRow, signal: AbortSignal): Promise<Attempt> {
    const { sender, clock } = this.#deps;
    const started = clock.now();
    const headers = signedHeaders({ id: eventId, body }, secretsOf(webhook, started), started);
    try {
      const status = await sender.send(webhook.url, headers, body, signal);
      return { status, error: null, ms: clock.now() - started };
    } catch (error) {
      const text = error instanceof Error ? error.message || error.name : String(error);
      return { status: null, error: text.slice(0, MOST_ERROR), ms: clock.now() - started };
    }
  }

  /** False: it has failed. */
  async #note(
    webhook: WebhookRow,
    delivery: DeliveryRow,
    attempt: Attempt,
    job: RunningJob<object>,
  ): Promise<boolean> {
    const now = this.#deps.clock.now();
    const isThere = attempt.status !== null && attempt.status >= 200 && attempt.status < 300;
    await this.#deps.unitOfWork.run(async (stores) => {
      await job.hold(stores.jobs);
      // Changed meanwhile by others who fail, or by an administrator.
      const present = await stores.webhooks.byId(webhook.teamId, webhook.id);
      if (present === null) return;
      const { teamId, id: webhookId, active } = present;
      const result = this.#result(delivery, attempt, isThere, now);
      const health = healthAfter(present, isThere, now);
      const fault = active ? faultOf(attempt, health, now) : null;
      // The team's row before the webhook's, as an administrator's change takes them: two that meet wait and do not block.
      if (fault !== null) await stores.teams.raiseSetUpVersion(teamId);
      await stores.webhooks.setResult(delivery.id, result);
      let kept = health;
      if (result.state === 'failed') {
        const of = { webhookId, state: 'waiting' } as const;
        const { items } = await stores.webhooks.deliveries(teamId, of, null, 1);
        // Nothing shows any more whether it would arrive: its days begin with the next one that fails.
        if (items.length === 0) kept = { ...health, failingSince: null };
      }
      await stores.webhooks.setHealth(teamId, webhookId, kept);
      if (fault !== null) await this.#switchOff(stores, present, fault, now);
    });
    return isThere;
  }

  #result(delivery: DeliveryRow, attempt: Attempt, isThere: boolean, now: number): DeliveryResult {
    const attempts = delivery.attempts + 1;
    const step = STEPS_MS[attempts - 1];
    const spread = 1 + SPREAD * (this.#deps.random ?? Math.random)();
    return {
      state: isThere ? 'delivered' : step === undefined ? 'failed' : 'waiting',
      dueAt: isThere || step === undefined ? now : now + Math.round(step * spread),
      attempts,
      lastAttemptAt: now,
      lastStatus: attempt.status,
      lastError: attempt.error,
      lastMs: attempt.ms,
    };
  }

  /** Somebody has to look at it: nothing is sent to it until an administrator switches it on again. */
  async #switchOff(
    { webhooks, outbox }: Stores,
    webhook: WebhookRow,
    fault: HookFault,
    now: number,
  ): Promise<void> {
    const { ids, logger } = this.#deps;
    const { teamId, id: webhookId } = webhook;
    const row: WebhookRow = { ...webhook, active: false, fault, version: webhook.version + 1 };
    if (!(await webhooks.update(row))) return;
    const rows = { before: audited(webhook), after: audited(row) };
    await appendChange(outbox, { kind: 'system', teamId }, 'webhook', rows, { ids, now });
    bound(logger, { teamId, webhookId }).warn(
      { fault },
      'a webhook was switched off: its address takes nothing',
    );
  }
}

function secretsOf({ secret, previousSecret, previousSecretUntil }: WebhookRow, now: number): string[] {
  const isBoth = previousSecret !== null && previousSecretUntil !== null && previousSecretUntil > now;
  return isBoth ? [secret, previousSecret] : [secret];
}

function healthAfter({ failingSince, failures }: WebhookRow, isThere: boolean, now: number): WebhookHealth {
  if (isThere) return { failingSince: null, failures: 0, retryAt: 0 };
  const pause = Math.min(PAUSE_MS.most, PAUSE_MS.first * 2 ** Math.min(failures, 10));
  return { failingSince: failingSince ?? now, failures: failures + 1, retryAt: now + pause };
}

function faultOf({ status }: Attempt, { failingSince }: WebhookHealth, now: number): HookFault | null {
  if (status === GONE) return 'gone';
  return failingSince !== null && now - failingSince >= GIVEN_UP_MS ? 'failing' : null;
}
