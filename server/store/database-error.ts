import { StorageError, type StorageErrorCode } from '../core/ports/unit-of-work.ts';

/** What an error means, and for those that only the operator can mend a sentence that says how. */
type Meaning = readonly [StorageErrorCode, string?];

const DAMAGED = 'The database file is damaged: stop the server, keep the file aside and restore a backup.';

/** Result codes of SQLite as better-sqlite3 names them (sqlite.org/rescode.html); primary codes stand for their extended ones. */
const SQLITE: Readonly<Record<string, Meaning>> = {
  SQLITE_CONSTRAINT_UNIQUE: ['duplicate'],
  SQLITE_CONSTRAINT_PRIMARYKEY: ['duplicate'],
  SQLITE_CONSTRAINT_FOREIGNKEY: ['broken-reference'],
  SQLITE_CONSTRAINT: ['bad-row'],
  SQLITE_TOOBIG: ['bad-row'],
  SQLITE_MISMATCH: ['bad-row'],
  SQLITE_RANGE: ['bad-row'],
  SQLITE_BUSY: [
    'collision',
    'Another program has locked the database file: close it (a database browser, a backup, a second server).',
  ],
  SQLITE_LOCKED: ['collision', 'The database is locked.'],
  SQLITE_PROTOCOL: ['collision', 'The database file is locked in an unknown way: is it on a network drive?'],
  SQLITE_CANTOPEN: [
    'unavailable',
    'The database file cannot be opened: is its folder still there, and may this user write in it?',
  ],
  SQLITE_FULL: ['unavailable', 'The disk of the database is full: make room on it.'],
  SQLITE_READONLY: [
    'unavailable',
    'The database file cannot be written: give this user the right to write to it and its folder, on a file system that is not read-only.',
  ],
  SQLITE_IOERR: ['unavailable', 'The disk of the database reports errors: check it, its quota and its room.'],
  SQLITE_CORRUPT: ['unavailable', DAMAGED],
  SQLITE_NOTADB: ['unavailable', DAMAGED],
};

export const GONE = 'The database server cannot be reached: is it running, and the network to it up?';

/** SQLSTATE codes (PostgreSQL documentation, appendix A); classes of two characters where the whole class is meant. */
const POSTGRES: Readonly<Record<string, Meaning>> = {
  '23505': ['duplicate'],
  '23503': ['broken-reference'],
  // More parameters than the protocol counts are a fault of ours, and no sign that the server has gone.
  '08P01': ['bad-row'],
  '22': ['bad-row'],
  '23': ['bad-row'],
  '54': ['bad-row'],
  '42501': ['unavailable', 'The user of the database may not write its tables: give it the right to.'],
  '25006': [
    'unavailable',
    'The database server is read-only (a standby, or default_transaction_read_only): TELEBAR_DATABASE_URL must name one that can be written.',
  ],
  '40001': ['collision', 'Transactions of the database got in each other’s way.'],
  '40P01': ['collision', 'Transactions of the database got in each other’s way.'],
  '55P03': ['collision', 'Another session holds a lock on tables of the database: end it (see pg_locks).'],
  '57014': ['unavailable', 'The database takes too long: is a table locked or the server overloaded?'],
  '53100': ['unavailable', 'The disk of the database server is full: make room on it.'],
  '53300': ['unavailable', 'The database server takes no more connections: raise its max_connections.'],
  '08': ['unavailable', GONE],
  '53': ['unavailable', 'The database server is short of resources.'],
  '57': ['unavailable', 'The database server is stopping, starting or ended the connection.'],
  '58': ['unavailable', 'The disk of the database server reports errors.'],
};

/** What Node reports when the server's socket is gone. */
const SOCKET = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** The driver's own code of an error, wrapped by TypeORM or not. */
export function driverCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const driver = 'driverError' in error ? error.driverError : error;
  const code = driver instanceof Error && 'code' in driver ? driver.code : undefined;
  return typeof code === 'string' ? code : null;
}

/** Translates an error of a driver by its code, never by its message; errors that it does not know are returned as they are. */
export function storageError(error: unknown): unknown {
  if (error instanceof StorageError) return error;
  const code = driverCode(error);
  const known = code === null ? undefined : meaningOf(code);
  if (known === undefined) return error;
  const [meaning, sentence] = known;
  return new StorageError(meaning, sentence ?? `The database refused: ${code}`, { cause: error });
}

function meaningOf(code: string): Meaning | undefined {
  if (SOCKET.has(code)) return ['unavailable', GONE];
  return SQLITE[code] ?? SQLITE[primaryCode(code)] ?? POSTGRES[code] ?? POSTGRES[code.slice(0, 2)];
}

/** `SQLITE_IOERR` of `SQLITE_IOERR_WRITE`. */
export function primaryCode(code: string): string {
  return code.split('_', 2).join('_');
}
