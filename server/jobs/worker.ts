import type { Clock } from '../core/kernel/clock.ts';
import type { IdSource } from '../core/kernel/id-source.ts';
import { bound, type Logger } from '../core/kernel/logger.ts';
import type { JobEnd, JobRow, JobStore, RunningJob } from '../core/ports/jobs.ts';
import { isAbsence, type UnitOfWork } from '../core/ports/unit-of-work.ts';
import { backoffMs } from './backoff.ts';
import { HopelessJob, periodicId, type JobHandler } from './job-handler.ts';
import { JobMeters } from './job-meters.ts';

/** A server that is silent for so long has lost its jobs to others, ms. */
const LEASE_MS = 30_000;
/** So often a server says that it is still at work. */
const RENEW_MS = LEASE_MS / 3;
/** So often a server looks for what is due unless told, ms. */
const LOOK_MS = 1000;
/** A database that is away is asked again after this time, ms. */
const AWAY_MS = 1000;
const PROGRESS_MS = 1000;
/** Jobs that do not end by themselves when the server stops are left to the next one after this time, ms. */
const STOP_MS = 3000;
/** On one server, of all kinds. */
const AT_ONCE = 8;
const ATTEMPTS = 10;
const MOST_ERROR_CHARACTERS = 1000;

/** It is not ours any more. */
class LostJob extends Error {
  override readonly name = 'LostJob';
}

interface Stores {
  readonly jobs: JobStore;
}

export interface JobWorkerDeps {
  readonly unitOfWork: UnitOfWork<Stores>;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  /** From 0 to 1. */
  readonly random?: () => number;
  readonly lookMs?: number;
}

interface Run {
  readonly job: JobRow;
  readonly claim: string;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/**
 * Does the jobs of the database, beside the workers of other servers. A job is held by a lease that is renewed while it runs;
 * whoever holds it no longer can write nothing about it.
 *
 *   waiting ──claim──▶ running ──▶ done
 *      ▲                  ├──failed, or the lease is over──▶ waiting, later each time
 *      └─ periodic: next ─┴──failed for the last time──▶ dead
 */
export class JobWorker {
  readonly meters = new JobMeters();
  readonly #deps: JobWorkerDeps;
  readonly #handlers: ReadonlyMap<string, JobHandler>;
  readonly #runs = new Map<string, Run>();
  #looking: Promise<void> | null = null;
  #lookAgain = false;
  #cancelLook: () => void = () => undefined;
  #cancelRenewal: (() => void) | null = null;
  #stopListening: () => void = () => undefined;
  #stopped = false;

  constructor(handlers: readonly JobHandler[], deps: JobWorkerDeps) {
    this.#deps = deps;
    this.#handlers = new Map(handlers.map((handler) => [handler.kind.name, handler]));
  }

  async start(): Promise<void> {
    await this.#plant();
    // A clock that was set back must not put a periodic job off.
    this.#stopListening =
      this.#deps.clock.onSkip?.(() => void this.#plant().catch((error) => this.#cannotLook(error))) ??
      (() => undefined);
    this.look();
  }

  /** Looks for what is due, now rather than in a second. */
  look(): void {
    if (this.#stopped) return;
    if (this.#looking !== null) {
      this.#lookAgain = true;
      return;
    }
    this.#cancelLook();
    this.#lookAgain = false;
    this.#looking = this.#takeDue()
      .catch((error) => this.#cannotLook(error))
      .finally(() => {
        this.#looking = null;
        if (this.#lookAgain) this.look();
        else if (!this.#stopped) {
          const { clock, lookMs = LOOK_MS } = this.#deps;
          this.#cancelLook = clock.after(lookMs, () => this.look());
        }
      });
  }

  /** Begins nothing any more; what runs is asked to end, and left to the next server if it does not. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopListening();
    this.#cancelLook();
    await this.#looking;
    const runs = [...this.#runs.values()];
    for (const { abort } of runs) abort.abort(new Error('The server stops.'));
    let cancel = () => undefined as void;
    const late = new Promise<void>((resolve) => (cancel = this.#deps.clock.after(STOP_MS, resolve)));
    await Promise.race([Promise.all(runs.map(({ ended }) => ended)), late]);
    cancel();
    this.#cancelRenewal?.();
    this.#cancelRenewal = null;
    for (const run of this.#runs.values()) await this.#release(run, this.#asItWas(run.job));
  }

  /** The rows of periodic jobs: made when they are not there, and never later than they would be from now. */
  async #plant(): Promise<void> {
    const now = this.#deps.clock.now();
    await this.#deps.unitOfWork.run(async ({ jobs }) => {
      for (const { kind, next } of this.#handlers.values()) {
        if (next === null) continue;
        const [id, dueAt] = [periodicId(kind), next(now)];
        await jobs.add({ id, teamId: null, kind: kind.name, payload: {}, dueAt, createdAt: now });
        await jobs.hasten(id, dueAt);
      }
    });
  }

  async #takeDue(): Promise<void> {
    await this.#hastenWanted();
    while (!this.#stopped) {
      const kinds = this.#freeKinds();
      if (kinds.length === 0) return;
      const { unitOfWork, clock, ids } = this.#deps;
      const options = { kinds, except: [...this.#runs.keys()], claim: ids.next('claim'), leaseMs: LEASE_MS };
      const job = await unitOfWork.run(({ jobs }) => jobs.claim({ ...options, now: clock.now() }));
      if (job === null) return;
      this.#begin(job, options.claim);
    }
  }

  async #hastenWanted(): Promise<void> {
    const { unitOfWork, clock } = this.#deps;
    for (const { kind, isWanted } of this.#handlers.values()) {
      const id = periodicId(kind);
      if (isWanted === undefined || this.#runs.has(id) || !(await isWanted())) continue;
      await unitOfWork.run(({ jobs }) => jobs.hasten(id, clock.now()));
    }
  }

  #freeKinds(): string[] {
    if (this.#runs.size >= AT_ONCE) return [];
    const running = [...this.#runs.values()].map(({ job }) => job.kind);
    return [...this.#handlers.values()]
      .map(({ kind }) => kind)
      .filter(({ name, atOnce = 2 }) => running.filter((each) => each === name).length < atOnce)
      .map(({ name }) => name);
  }

  #begin(job: JobRow, claim: string): void {
    const handler = this.#handlers.get(job.kind);
    if (handler === undefined) throw new Error(`nobody asked for a job of ${job.kind}`);
    const abort = new AbortController();
    this.meters.delay.observe(job.kind, Math.max(0, this.#deps.clock.now() - job.dueAt));
    const ended = this.meters.duration
      .time(job.kind, () => this.#work(handler, job, claim, abort.signal))
      .then((end) => this.#release({ job, claim }, end))
      .finally(() => {
        this.#runs.delete(job.id);
        this.meters.running = this.#runs.size;
        this.look();
      });
    this.#runs.set(job.id, { job, claim, abort, ended });
    this.meters.running = this.#runs.size;
    this.#cancelRenewal ??= this.#deps.clock.after(RENEW_MS, () => void this.#renew());
  }

  /** What becomes of the job. Null: it is not ours any more, and whoever has it will say. */
  async #work(handler: JobHandler, job: JobRow, claim: string, signal: AbortSignal): Promise<JobEnd | null> {
    const { clock, logger } = this.#deps;
    const log = bound(logger, { jobId: job.id, kind: job.kind, teamId: job.teamId });
    const { attempts: most = ATTEMPTS, backoff } = handler.kind;
    const after = (outcome: 'done' | 'dead', lastError: string | null): JobEnd => {
      const now = clock.now();
      return handler.next === null
        ? { dueAt: job.dueAt, attempts: job.attempts, lastError, finishedAt: now, outcome }
        : { dueAt: handler.next(now), attempts: 0, lastError, finishedAt: null, outcome: null };
    };
    try {
      // Begun for the last time, and the server that did has not lived to see the end.
      if (job.attempts > most) throw new HopelessJob(job.lastError ?? 'The server ended while it ran.');
      await handler.run(this.#given(job, claim, signal));
      this.meters.done.add(job.kind);
      return after('done', null);
    } catch (error) {
      if (error instanceof LostJob || signal.reason instanceof LostJob) return null;
      if (signal.aborted) return this.#asItWas(job);
      const text = errorText(error);
      if (error instanceof HopelessJob || job.attempts >= most) {
        this.meters.dead.add(job.kind);
        log.error({ attempts: job.attempts, err: error }, 'a job has failed for good');
        return after('dead', text);
      }
      this.meters.failed.add(job.kind);
      const waitMs = backoffMs(backoff, job.attempts, (this.#deps.random ?? Math.random)());
      log.warn({ attempts: job.attempts, waitMs, err: error }, 'a job has failed and is tried again');
      const dueAt = clock.now() + waitMs;
      return { dueAt, attempts: job.attempts, lastError: text, finishedAt: null, outcome: null };
    }
  }

  #given(job: JobRow, claim: string, signal: AbortSignal): RunningJob<unknown> {
    const { clock, unitOfWork } = this.#deps;
    let shownAt = -Infinity;
    return {
      id: job.id,
      teamId: job.teamId,
      payload: job.payload,
      attempt: job.attempts,
      signal,
      progress: (fraction, text = '') => {
        const now = clock.now();
        if (Math.abs(now - shownAt) < PROGRESS_MS) return;
        shownAt = now;
        const clamped = Math.min(1, Math.max(0, fraction));
        unitOfWork
          .run(({ jobs }) => jobs.showProgress(job.id, claim, clamped, text === '' ? null : text))
          .catch((error) => this.#cannotLook(error));
      },
      hold: async (jobs) => {
        signal.throwIfAborted();
        if (!(await jobs.renew(job.id, claim, clock.now(), LEASE_MS)))
          throw new LostJob('Another has the job.');
      },
    };
  }

  /** Also when the database is away for a while: what has been done is not done again. */
  async #release({ job, claim }: Pick<Run, 'job' | 'claim'>, end: JobEnd | null): Promise<void> {
    if (end === null) return;
    for (;;) {
      try {
        await this.#deps.unitOfWork.run(({ jobs }) => jobs.release(job.id, claim, end));
        return;
      } catch (error) {
        if (!isAbsence(error) || this.#stopped) {
          this.#cannotLook(error);
          return;
        }
        await new Promise<void>((resolve) => this.#deps.clock.after(AWAY_MS, resolve));
      }
    }
  }

  async #renew(): Promise<void> {
    const { unitOfWork, clock } = this.#deps;
    const runs = [...this.#runs.values()];
    this.#cancelRenewal = runs.length === 0 ? null : clock.after(RENEW_MS, () => void this.#renew());
    for (const { job, claim, abort } of runs) {
      try {
        const held = await unitOfWork.run(({ jobs }) => jobs.renew(job.id, claim, clock.now(), LEASE_MS));
        if (!held && this.#runs.has(job.id)) abort.abort(new LostJob('Another has the job.'));
      } catch (error) {
        this.#cannotLook(error);
      }
    }
  }

  /** It was not its fault: this beginning does not count. */
  #asItWas(job: JobRow): JobEnd {
    const { dueAt, lastError } = job;
    return { dueAt, attempts: job.attempts - 1, lastError, finishedAt: null, outcome: null };
  }

  /** That the database is away is told by whoever watches it. */
  #cannotLook(error: unknown): void {
    if (!isAbsence(error)) this.#deps.logger.error({ err: error }, 'the table of jobs cannot be used');
  }
}

function errorText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll('\0', '').slice(0, MOST_ERROR_CHARACTERS);
}
