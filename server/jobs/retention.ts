import type { Clock } from '../core/kernel/clock.ts';
import type { Logger } from '../core/kernel/logger.ts';
import type { Tally } from '../core/kernel/meters.ts';
import type { JobKind, JobStore } from '../core/ports/jobs.ts';
import type { UnitOfWork } from '../core/ports/unit-of-work.ts';
import { every, periodic, type JobHandler } from './job-handler.ts';

/** So many rows in one transaction: a few milliseconds, in which nobody else writes to an SQLite. */
const AT_A_TIME = 200;
/** Between two of them, ms. */
const PAUSE_MS = 50;
const HOUR_MS = 3_600_000;

const kind: JobKind<object> = { name: 'retention', payload: { parse: () => ({}) }, atOnce: 1 };

/** What is kept for how long. */
export interface Retention<R> {
  /** As it is called in the log and in the metrics. */
  readonly what: string;
  readonly keepMs: number;
  /** Forgets at most so many that are older; returns how many. */
  readonly forget: (repositories: R, before: number, most: number) => Promise<number>;
}

export interface RetentionDeps<R> {
  readonly unitOfWork: UnitOfWork<R>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** By what it was. */
  readonly forgotten: Tally;
}

/** Each hour forgets what has been kept long enough, a little at a time, and says how much it was. */
export function retentionJob<R extends { readonly jobs: JobStore }>(
  rules: readonly Retention<R>[],
  { unitOfWork, clock, logger, forgotten }: RetentionDeps<R>,
): JobHandler {
  return periodic(kind, every(HOUR_MS), async (job) => {
    const counts: Record<string, number> = {};
    try {
      for (const [n, { what, keepMs, forget }] of rules.entries()) {
        const before = clock.now() - keepMs;
        for (;;) {
          const count = await unitOfWork.run(async (repositories) => {
            await job.hold(repositories.jobs);
            return forget(repositories, before, AT_A_TIME);
          });
          forgotten.add(what, count);
          if (count > 0) counts[what] = (counts[what] ?? 0) + count;
          if (count < AT_A_TIME) break;
          await new Promise<void>((resolve) => clock.after(PAUSE_MS, resolve));
        }
        job.progress((n + 1) / rules.length, what);
      }
    } finally {
      if (Object.keys(counts).length > 0)
        logger.info({ deleted: counts }, 'what was kept long enough is deleted');
    }
  });
}
