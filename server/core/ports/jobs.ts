import type { IdSource } from '../kernel/id-source.ts';
import type { TeamId } from '../kernel/ids.ts';

/** What is to be done, under a name that rows and metrics bear. */
export interface JobKind<P> {
  readonly name: string;
  /** A zod schema satisfies it; what it does not take is dead at once. Everything in it can be written as JSON. */
  readonly payload: { parse(value: unknown): P };
  /** It is dead when it has begun so often and never ended well; 10 unless told. */
  readonly attempts?: number;
  /** Pause after the first failure, doubled with each, and the longest one, ms; 1 s and 10 minutes unless told. */
  readonly backoff?: { readonly firstMs: number; readonly mostMs: number };
  /** So many at once on one server; 2 unless told. */
  readonly atOnce?: number;
}

export interface NewJob {
  /** One that is there already, or has been there lately, is not made again. */
  readonly id: string;
  /** Null: of the server as a whole. */
  readonly teamId: TeamId | null;
  readonly kind: string;
  readonly payload: unknown;
  /** Not before, ms since the epoch. */
  readonly dueAt: number;
  readonly createdAt: number;
}

/** A job for `JobStore.add`, in the transaction of what makes it necessary. */
export function newJob<P>(
  kind: JobKind<P>,
  payload: P,
  { ids, now, ...how }: { ids: IdSource; now: number; teamId: TeamId | null; id?: string; dueAt?: number },
): NewJob {
  const { teamId, id = ids.next('job'), dueAt = now } = how;
  return { id, teamId, kind: kind.name, payload, dueAt, createdAt: now };
}

export interface JobRow extends NewJob {
  /** How often it has begun. */
  readonly attempts: number;
  /** Who works on it: one word for each beginning, so that who was thought dead cannot end what another has begun. */
  readonly claim: string | null;
  /** Until then nobody else takes it. */
  readonly leaseUntil: number | null;
  /** 0 to 1. */
  readonly progress: number | null;
  readonly progressText: string | null;
  readonly lastError: string | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** `dead`: it has failed for good, and is kept so that somebody can look. */
  readonly outcome: 'done' | 'dead' | null;
}

/** What becomes of a job that nobody works on any more. */
export type JobEnd = Pick<JobRow, 'dueAt' | 'attempts' | 'lastError' | 'finishedAt' | 'outcome'>;

export interface ClaimOptions {
  readonly kinds: readonly string[];
  /** Never these: whoever asks is at work on them. */
  readonly except: readonly string[];
  readonly claim: string;
  readonly now: number;
  readonly leaseMs: number;
}

/**
 * Jobs of all teams. `now` says what is due; leases are counted by the clock of the database where there is one, because
 * the servers that share it may disagree about the time.
 */
export interface JobStore {
  /** False: a job with this id is there. */
  add(job: NewJob): Promise<boolean>;
  /** Takes the job that has been due the longest and that nobody works on; counts it as begun. */
  claim(options: ClaimOptions): Promise<JobRow | null>;
  /** Holds it for `leaseMs` more; false: it is not held with this claim any more. The row is locked until the commit. */
  renew(id: string, claim: string, now: number, leaseMs: number): Promise<boolean>;
  showProgress(id: string, claim: string, progress: number, text: string | null): Promise<void>;
  /** Lets go of it; false: it was not held with this claim, and nothing has been written. */
  release(id: string, claim: string, end: JobEnd): Promise<boolean>;
  /** Makes it due at this time if it would be later and nobody works on it. */
  hasten(id: string, dueAt: number): Promise<void>;
  byId(id: string): Promise<JobRow | null>;
  /** Deletes some that have ended so before that; returns how many. */
  deleteFinished(outcome: 'done' | 'dead', before: number, most: number): Promise<number>;
}

/** What a job is given to work with. */
export interface RunningJob<P> {
  readonly id: string;
  readonly teamId: TeamId | null;
  readonly payload: P;
  /** 1 the first time. */
  readonly attempt: number;
  /** Aborted when the server stops, or when the job is not ours any more: end soon, by an error. */
  readonly signal: AbortSignal;
  /** 0 to 1; shown at most once a second. */
  progress(fraction: number, text?: string): void;
  /**
   * To be called in each transaction that must not be kept twice: rejects when another server has taken the job over, and
   * keeps it from doing so until the transaction has ended.
   */
  hold(jobs: Pick<JobStore, 'renew'>): Promise<void>;
}
