import type { JobKind, RunningJob } from '../core/ports/jobs.ts';

/** Trying again would change nothing: the job is dead at once. */
export class HopelessJob extends Error {
  override readonly name = 'HopelessJob';
}

/** A kind and who does it. */
export interface JobHandler {
  readonly kind: JobKind<unknown>;
  /** When it comes again after `now`; null: each job is done once. */
  readonly next: ((now: number) => number) | null;
  /** Whether a periodic job should come now rather than at its time: asked each time that somebody looks. */
  readonly isWanted?: () => Promise<boolean>;
  run(job: RunningJob<unknown>): Promise<void>;
}

export function handle<P>(kind: JobKind<P>, run: (job: RunningJob<P>) => Promise<void>): JobHandler {
  return { kind, next: null, run: async (job) => run({ ...job, payload: parse(kind, job.payload) }) };
}

/**
 * One job that comes again and again, on one server at a time. What was missed while no server ran is done once. A failure
 * is retried as any job's is, and given up until the next time.
 * @param next the time after `now`; the same server time gives the same answer
 */
export function periodic<P extends object>(
  kind: JobKind<P>,
  next: (now: number) => number,
  run: (job: RunningJob<P>) => Promise<void>,
): JobHandler {
  return { ...handle(kind, run), next };
}

export function every(ms: number): (now: number) => number {
  return (now) => now + ms;
}

/** The one row of a periodic job. */
export function periodicId(kind: JobKind<unknown>): string {
  return `periodic_${kind.name}`;
}

function parse<P>(kind: JobKind<P>, payload: unknown): P {
  try {
    return kind.payload.parse(payload);
  } catch (cause) {
    throw new HopelessJob(`The payload is not one of ${kind.name}.`, { cause });
  }
}
