import type { Clock } from '../core/kernel/clock.ts';
import { bound, type Logger } from '../core/kernel/logger.ts';
import type { JobKind, JobStore, RunningJob } from '../core/ports/jobs.ts';
import type { OutboxConsumer, OutboxRow, OutboxStore } from '../core/ports/outbox.ts';
import type { UnitOfWork } from '../core/ports/unit-of-work.ts';
import { backoffMs } from './backoff.ts';
import { every, periodic, type JobHandler } from './job-handler.ts';

/** So many are told between two looks at whether the job is still ours. */
const AT_A_TIME = 100;
/** An event that a consumer has not taken so often is given up: about a day. */
const FAILURES = 150;
const BACKOFF = { firstMs: 1000, mostMs: 900_000 };
/** It is looked for each second; this is for what nobody has looked for. */
const USUALLY_MS = 600_000;

interface Stores {
  readonly jobs: JobStore;
  readonly outbox: OutboxStore;
}

export interface OutboxDeps {
  readonly unitOfWork: UnitOfWork<Stores>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Tells a consumer what is in the outbox for it: one server at a time, so that the order is kept. */
export function deliverTo(consumer: OutboxConsumer, deps: OutboxDeps): JobHandler {
  const kind: JobKind<object> = {
    name: `outbox-${consumer.name}`,
    payload: { parse: () => ({}) },
    atOnce: 1,
  };
  const run = async (job: RunningJob<object>) => {
    const { unitOfWork, clock } = deps;
    for (;;) {
      const rows = await unitOfWork.run(async ({ jobs, outbox }) => {
        await job.hold(jobs);
        return outbox.due(consumer.name, clock.now(), AT_A_TIME);
      });
      if (rows.length === 0) return;
      const waiting = new Set<string>();
      for (const row of rows) {
        job.signal.throwIfAborted();
        const { subject } = row.event;
        if (!waiting.has(subject) && !(await tell(consumer, row, job, deps))) waiting.add(subject);
      }
    }
  };
  return {
    ...periodic(kind, every(USUALLY_MS), run),
    isWanted: () => deps.unitOfWork.read(({ outbox }) => outbox.hasDue(consumer.name, deps.clock.now())),
  };
}

/** False: it has to be told again, and what followed has to wait. */
async function tell(
  consumer: OutboxConsumer,
  { event, failures }: OutboxRow,
  { signal }: RunningJob<object>,
  { unitOfWork, clock, logger }: OutboxDeps,
): Promise<boolean> {
  try {
    await consumer.deliver(event, signal);
  } catch (error) {
    signal.throwIfAborted();
    const log = bound(logger, {
      consumer: consumer.name,
      topic: event.topic,
      event: event.id,
      teamId: event.teamId,
    });
    const text = error instanceof Error ? error.message : String(error);
    const isOver = failures + 1 >= FAILURES;
    const waitMs = backoffMs(BACKOFF, failures + 1, Math.random());
    await unitOfWork.run(({ outbox }) =>
      isOver
        ? outbox.settle(event.id, consumer.name, clock.now(), text)
        : outbox.postpone(event.id, consumer.name, clock.now() + waitMs, text),
    );
    if (isOver) log.error({ err: error }, 'an event was given up: its consumer has never taken it');
    else if (failures === 0) log.warn({ err: error }, 'an event could not be told and is told again');
    return isOver;
  }
  await unitOfWork.run(({ outbox }) => outbox.settle(event.id, consumer.name, clock.now(), null));
  return true;
}
