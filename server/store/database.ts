import type { EntityManager } from 'typeorm';
import { StorageError, type RunOptions } from '../core/ports/unit-of-work.ts';

/** One of the two databases, with what only it needs. */
export interface Database {
  readonly kind: 'sqlite' | 'postgres';
  /** One transaction, proved to have been kept when it resolves and to have left nothing behind when it rejects. */
  run<T>(fn: (manager: EntityManager) => Promise<T>, options?: RunOptions): Promise<T>;
  /** Reads what is committed, beside all that. */
  read<T>(fn: (manager: EntityManager) => Promise<T>): Promise<T>;
  /** Writes a row and reads it as the next server would. Rejects when that cannot be done. */
  check(): Promise<void>;
  /** Leaves nothing of what rows were before in the files that the database has now. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

export function refuseWhenLate(signal: AbortSignal | undefined, uncertain = false): void {
  if (signal?.aborted !== true) return;
  throw new StorageError('unavailable', 'The database does not answer in time.', { uncertain });
}
