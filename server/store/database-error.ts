import { StorageError, type StorageErrorCode } from '../core/ports/unit-of-work.ts';

/** Extended result codes of SQLite, as better-sqlite3 names them (sqlite.org/rescode.html). */
const SQLITE: Readonly<Record<string, StorageErrorCode>> = {
  SQLITE_CONSTRAINT_UNIQUE: 'duplicate',
  SQLITE_CONSTRAINT_PRIMARYKEY: 'duplicate',
  SQLITE_CONSTRAINT_FOREIGNKEY: 'broken-reference',
  SQLITE_BUSY: 'collision',
  SQLITE_BUSY_SNAPSHOT: 'collision',
  SQLITE_LOCKED: 'collision',
  SQLITE_CANTOPEN: 'unavailable',
  SQLITE_FULL: 'unavailable',
  SQLITE_READONLY: 'unavailable',
  SQLITE_IOERR: 'unavailable',
};

/** SQLSTATE codes (PostgreSQL documentation, appendix A); classes of two characters where the whole class is meant. */
const POSTGRES: Readonly<Record<string, StorageErrorCode>> = {
  '23505': 'duplicate',
  '23503': 'broken-reference',
  '40001': 'collision',
  '40P01': 'collision',
  '55P03': 'collision',
  '08': 'unavailable',
  '53': 'unavailable',
  '57': 'unavailable',
};

/** What Node reports when the server's socket is gone. */
const SOCKET: Readonly<Record<string, StorageErrorCode>> = {
  ECONNREFUSED: 'unavailable',
  ECONNRESET: 'unavailable',
  EPIPE: 'unavailable',
  ETIMEDOUT: 'unavailable',
  ENOTFOUND: 'unavailable',
};

/** Translates an error of a driver by its code, never by its message; errors that it does not know are returned as they are. */
export function storageError(error: unknown): unknown {
  if (error instanceof StorageError || !(error instanceof Error)) return error;
  const driver = 'driverError' in error ? error.driverError : error;
  const code = driver instanceof Error && 'code' in driver ? driver.code : undefined;
  if (typeof code !== 'string') return error;
  const known = SQLITE[code] ?? POSTGRES[code] ?? POSTGRES[code.slice(0, 2)] ?? SOCKET[code];
  if (known === undefined) return error;
  return new StorageError(known, `The database refused: ${code}`, { cause: error });
}
