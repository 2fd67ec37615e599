import * as z from 'zod/mini';
import { newJob, type JobKind, type JobRow, type RunningJob } from '../../server/core/ports/jobs.ts';
import type { RunOptions, UnitOfWork } from '../../server/core/ports/unit-of-work.ts';
import type { JobHandler } from '../../server/jobs/job-handler.ts';
import { JobWorker } from '../../server/jobs/worker.ts';
import type { Repositories } from '../../server/start/tables.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { SequenceIds } from '../support/sequence-ids.ts';

export const errand: JobKind<{ to: string }> = {
  name: 'errand',
  payload: z.object({ to: z.string() }),
  attempts: 3,
};
export type Errand = RunningJob<{ to: string }>;

/** A server that can be killed: from then on nothing that it asks of the database is answered. */
export class Server implements UnitOfWork<Repositories> {
  readonly worker: JobWorker;
  readonly said: string[] = [];
  /** The next transactions are kept, and the server dies before it hears of it. */
  diesAfterCommit = false;
  alive = true;
  readonly #bed: WorkerBed;

  constructor(bed: WorkerBed, handlers: readonly JobHandler[]) {
    this.#bed = bed;
    const say = (level: string) => (_: object, text: string) => void this.said.push(`${level}: ${text}`);
    const logger = { info: say('info'), warn: say('warn'), error: say('error') };
    const { clock, ids, lookMs } = bed;
    this.worker = new JobWorker(handlers, { unitOfWork: this, clock, ids, logger, random: () => 1, lookMs });
  }

  async run<T>(fn: (repositories: Repositories) => Promise<T>, options?: RunOptions): Promise<T> {
    if (!this.alive) return never;
    const value = await this.#bed.store.run(async (repositories) => {
      const inner = await fn(repositories);
      // Whatever a dead server had begun is rolled back.
      return this.alive ? inner : never;
    }, options);
    this.#bed.look();
    if (this.diesAfterCommit) this.alive = false;
    return this.alive ? value : never;
  }

  read<T>(fn: (repositories: Repositories) => Promise<T>): Promise<T> {
    return this.#bed.store.read(fn);
  }
}

export const never = new Promise<never>(() => undefined);

export class WorkerBed {
  readonly clock = new ManualClock();
  readonly ids = new SequenceIds();
  readonly store = new MemoryStore();
  /** Called with what is stored after each transaction. */
  look: () => void = () => undefined;
  lookMs = 1000;

  make(...handlers: JobHandler[]): Server {
    return new Server(this, handlers);
  }

  async server(...handlers: JobHandler[]): Promise<Server> {
    const server = this.make(...handlers);
    await server.worker.start();
    return server;
  }

  add(to: string, how: { dueAt?: number; id?: string } = {}): Promise<boolean> {
    const job = newJob(errand, { to }, { ids: this.ids, now: this.clock.now(), teamId: null, ...how });
    return this.store.run(({ jobs }) => jobs.add(job));
  }

  get jobs(): JobRow[] {
    return this.store.tables.jobs;
  }
}
