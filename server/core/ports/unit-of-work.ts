import type { Repositories } from './repositories.ts';

/**
 * One transaction. All of `fn` is kept, or nothing when it throws. Runs are serialised where the database has one
 * connection (SQLite). Do no telephony and no waiting inside.
 */
export interface UnitOfWork {
  run<T>(fn: (repositories: Repositories) => Promise<T>): Promise<T>;
}
