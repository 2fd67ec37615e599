import { Tally, Timings } from '../core/kernel/meters.ts';

/** What the jobs of this server come to; kinds are names of the code. */
export class JobMeters {
  /** Ended well. */
  readonly done = new Tally();
  /** Failed, and will be tried again. */
  readonly failed = new Tally();
  /** Failed for good. */
  readonly dead = new Tally();
  readonly duration = new Timings();
  /** How long after its time a job has begun. */
  readonly delay = new Timings();
  running = 0;
}
