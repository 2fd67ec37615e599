import { StorageError } from '../core/ports/unit-of-work.ts';
import { storageError } from './database-error.ts';

/** The little that the store asks of a logger. */
export interface StoreLog {
  info(details: { err?: unknown }, message: string): void;
  warn(details: { err?: unknown }, message: string): void;
  error(details: { err?: unknown }, message: string): void;
}

/** How often a database that works is looked at, and one that does not, ms. */
const WELL_MS = 30_000;
const ILL_MS = 1000;
/** An answer is good for so long unless told. */
const FRESH_MS = 200;

/** Knows whether the database can be used, tells the operator when that changes, and looks by itself. */
export class StoreWatch {
  readonly #look: () => Promise<void>;
  readonly #log: StoreLog;
  #looking: Promise<void> | null = null;
  #lookedAt = -Infinity;
  /** What has been told; null: all is well. */
  #told: string | null = null;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(look: () => Promise<void>, log: StoreLog) {
    this.#look = look;
    this.#log = log;
    this.#schedule();
  }

  /**
   * Looks, together with whoever else asks now; not when all was well within the last `freshMs`. Rejects with a
   * `StorageError` for the operator.
   */
  check(freshMs = FRESH_MS): Promise<void> {
    if (this.#looking === null && this.#told === null && performance.now() - this.#lookedAt < freshMs) {
      return Promise.resolve();
    }
    this.#looking ??= this.#check().finally(() => (this.#looking = null));
    return this.#looking;
  }

  /** Somebody could not use it. */
  failed(error: StorageError): void {
    // A collision of two transactions is told when it is still there at a second look.
    if (error.code === 'unavailable') this.#tell(error);
    else if (error.code === 'collision') this.#lookedAt = -Infinity;
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #check(): Promise<void> {
    try {
      await this.#look();
      this.#lookedAt = performance.now();
      if (this.#told !== null) this.#log.info({}, 'The database can be used again.');
      this.#told = null;
    } catch (error) {
      const known = storageError(error);
      const problem =
        known instanceof StorageError
          ? known
          : new StorageError('unavailable', 'The database cannot be used.', { cause: error });
      this.#tell(problem);
      throw problem;
    } finally {
      this.#schedule();
    }
  }

  #tell(problem: StorageError): void {
    if (this.#told === problem.message || this.#stopped) return;
    this.#told = problem.message;
    this.#log.error({ err: problem }, problem.message);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(
      () => void this.check().catch(() => undefined),
      this.#told === null ? WELL_MS : ILL_MS,
    ).unref();
  }
}
