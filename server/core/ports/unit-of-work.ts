export interface RunOptions {
  /**
   * Who waits has no more time: the run rejects with `unavailable` at once, and begins nothing that could still be kept. A
   * commit that is under way on another machine may yet succeed; such an error is `uncertain`.
   */
  readonly signal?: AbortSignal;
  /**
   * Somebody at a telephone waits for it: where there are several connections, it has some of its own, which others cannot
   * use up, and the database itself gives up a statement after half a second. `commits`: what a team has decided, which does not
   * stand in line behind those who ask (`asks`), however many they are. Who asks must not write; each statement sees what was
   * committed when it began.
   */
  readonly live?: 'asks' | 'commits';
}

/**
 * One transaction. All of `fn` is kept, or nothing when it throws. Runs are serialised where the database has one
 * connection (SQLite). Do no telephony and no waiting inside, and change nothing outside: a run that met a lock is run again.
 */
export interface UnitOfWork<R> {
  run<T>(fn: (repositories: R) => Promise<T>, options?: RunOptions): Promise<T>;
  /**
   * Reads what is committed, on connections of its own: a list or a report that takes seconds keeps no live team waiting, nor
   * does it wait for one. `fn` must not write. On SQLite each statement sees what was committed when it began.
   */
  read<T>(fn: (repositories: R) => Promise<T>): Promise<T>;
}

export type StorageErrorCode =
  /** A row with the same unique key is there already. */
  | 'duplicate'
  /** The row refers to one that does not exist, or is still referred to. */
  | 'broken-reference'
  /** The row itself cannot be stored: too long, a value that the column does not take, a rule of the table. */
  | 'bad-row'
  /** Two transactions got in each other's way; running again can succeed. */
  | 'collision'
  /** The database cannot be reached or written. */
  | 'unavailable';

/**
 * How the store tells that the database refused; everything else is a fault of the program. The message of `unavailable` and
 * `collision` is a sentence for the operator.
 */
export class StorageError extends Error {
  readonly code: StorageErrorCode;
  /** The connection broke while it was committed: it may have been kept all the same. */
  readonly uncertain: boolean;
  constructor(code: StorageErrorCode, message: string, options?: ErrorOptions & { uncertain?: boolean }) {
    super(message, options);
    this.name = 'StorageError';
    this.code = code;
    this.uncertain = options?.uncertain ?? false;
  }
}

/** The store is away: what was to be written may be written later, as it is. Everything else will never be stored so. */
export function isAbsence(error: unknown): boolean {
  return error instanceof StorageError && (error.code === 'unavailable' || error.code === 'collision');
}

/** What of a list is wanted. `sort`: a column, with `-` in front from the last to the first. */
export interface RowQuery<Column extends string = string> {
  readonly q?: string | undefined;
  readonly sort: Column | `-${Column}`;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** A part of a list; `next` is where the following one begins. */
export interface RowPage<T> {
  items: T[];
  next: string | null;
}
