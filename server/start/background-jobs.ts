import type { Clock } from '../core/kernel/clock.ts';
import type { Logger } from '../core/kernel/logger.ts';
import type { Tally } from '../core/kernel/meters.ts';
import { ANSWER_KEPT_MS } from '../core/kernel/answers.ts';
import type { JobKind } from '../core/ports/jobs.ts';
import type { OutboxConsumer } from '../core/ports/outbox.ts';
import type { UnitOfWork } from '../core/ports/unit-of-work.ts';
import { every, handle, periodic, type JobHandler } from '../jobs/job-handler.ts';
import type { PasswordResets } from '../features/password-resets/password-resets.ts';
import { resetMail } from '../features/password-resets/password-resets-jobs.ts';
import type { WebhookSending } from '../features/webhooks/webhook-sending.ts';
import { deliverTo } from '../jobs/outbox-delivery.ts';
import { retentionJob, type Retention } from '../jobs/retention.ts';
import type { Config } from './config/config.ts';
import type { Repositories, subscriptions } from './tables.ts';

export interface BackgroundParts extends Record<keyof typeof subscriptions, OutboxConsumer> {
  readonly store: UnitOfWork<Repositories>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly keep: Config['keep'];
  readonly forgotten: Tally;
  readonly passwordResets: Pick<PasswordResets, 'send'>;
  readonly sending: WebhookSending;
}

/** It is looked for each second; this is for what nobody has looked for. */
const USUALLY_MS = 600_000;

/** Whoever has found it just before, to add a delivery or to note one, has ended by then. */
const REMOVED_KEPT_MS = 60_000;

const SENDING: JobKind<object> = { name: 'webhooks', payload: { parse: () => ({}) }, atOnce: 1 };

/** Every kind of job and who does it. */
export function backgroundJobs(parts: BackgroundParts): JobHandler[] {
  const { store, clock, logger, audit, webhooks, keep, forgotten, sending, passwordResets } = parts;
  const deps = { unitOfWork: store, clock, logger };
  return [
    deliverTo(audit, deps),
    deliverTo(webhooks, deps),
    {
      ...periodic(SENDING, every(USUALLY_MS), (job) => sending.run(job)),
      isWanted: () => sending.isWanted(),
    },
    retentionJob(retentionRules(keep), { ...deps, forgotten }),
    handle(resetMail, ({ payload }) => passwordResets.send(payload)),
  ];
}

/** What is written all the time and of use for some time only. Records of calls, customers and their changes stay. */
function retentionRules(keep: Config['keep']): Retention<Repositories>[] {
  return [
    { what: 'journal', keepMs: keep.journalMs, forget: ({ journal }, ...how) => journal.deleteOld(...how) },
    {
      what: 'snapshots',
      keepMs: keep.snapshotsMs,
      forget: ({ calls }, ...how) => calls.forgetSnapshots(...how),
    },
    {
      what: 'sessions',
      keepMs: keep.sessionsMs,
      forget: ({ sessions }, ...how) => sessions.deleteEnded(...how),
    },
    {
      what: 'tokens',
      keepMs: keep.sessionsMs,
      forget: ({ sessions }, ...how) => sessions.deleteUsedTokens(...how),
    },
    {
      what: 'password-resets',
      keepMs: keep.sessionsMs,
      forget: ({ passwordResets }, ...how) => passwordResets.deleteExpired(...how),
    },
    {
      what: 'login-challenges',
      keepMs: keep.sessionsMs,
      forget: ({ loginChallenges }, ...how) => loginChallenges.deleteExpired(...how),
    },
    { what: 'answers', keepMs: ANSWER_KEPT_MS, forget: ({ answers }, ...how) => answers.deleteOld(...how) },
    { what: 'jobs', keepMs: keep.jobsMs, forget: ({ jobs }, ...how) => jobs.deleteFinished('done', ...how) },
    {
      what: 'dead-jobs',
      keepMs: keep.journalMs,
      forget: ({ jobs }, ...how) => jobs.deleteFinished('dead', ...how),
    },
    {
      what: 'deliveries',
      keepMs: keep.jobsMs,
      forget: ({ webhooks }, ...how) => webhooks.deleteOldDeliveries(...how),
    },
    {
      what: 'removed-webhooks',
      keepMs: REMOVED_KEPT_MS,
      forget: ({ webhooks }, ...how) => webhooks.deleteRemoved(...how),
    },
    { what: 'outbox', keepMs: keep.jobsMs, forget: ({ outbox }, ...how) => outbox.deleteSettled(...how) },
  ];
}
