import type { Repositories } from './repositories.ts';

/**
 * One transaction. All of `fn` is kept, or nothing when it throws. Runs are serialised where the database has one
 * connection (SQLite). Do no telephony and no waiting inside.
 */
export interface UnitOfWork {
  run<T>(fn: (repositories: Repositories) => Promise<T>): Promise<T>;
}

export type StorageErrorCode =
  /** A row with the same unique key is there already. */
  | 'duplicate'
  /** The row refers to one that does not exist, or is still referred to. */
  | 'broken-reference'
  /** Two transactions got in each other's way; running again can succeed. */
  | 'collision'
  /** The database cannot be reached or written. */
  | 'unavailable';

/** How the store tells that the database refused; everything else is a fault of the program. */
export class StorageError extends Error {
  readonly code: StorageErrorCode;
  constructor(code: StorageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StorageError';
    this.code = code;
  }
}
