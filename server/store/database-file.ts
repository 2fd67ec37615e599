import { accessSync, closeSync, constants, openSync, readSync, statSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { StorageError } from '../core/ports/unit-of-work.ts';
import { driverCode } from './database-error.ts';

const HEADER_BYTES = 100;
/** With less room than this the next transactions may fail. */
const LEAST_ROOM_BYTES = 1024 * 1024;

type Identity = string;

/** What the file says of itself. */
interface State {
  /** Magic and page size. */
  format: string;
  /** The same as long as it is this database; 0 until its first log has been written into the file. */
  database: number;
  /** Goes up each time the log is written into the file, so that an older copy has a lower one. */
  counter: number;
}

/**
 * The file under a SQLite database. SQLite goes on with the file that it has opened, even when nobody will ever find that
 * one again: it was deleted, moved, or another one was put in its place.
 */
export class DatabaseFile {
  readonly path: string;
  #opened: Identity | null = null;
  #log: Identity | null = null;
  /** Which database it is, and how far it was when the log was last written into it. */
  #state: State | null = null;

  constructor(path: string) {
    this.path = path;
  }

  /** It has been opened just now. */
  opened(): void {
    this.#opened = identityOf(this.path);
    this.#log = identityOf(`${this.path}-wal`);
    this.#state = this.#read();
  }

  /** @throws StorageError when what is written now would not be found by the next server. */
  prove(): void {
    const now = identityOf(this.path);
    if (now === null) {
      throw lost(
        `The database file ${this.path} was deleted or moved while it was in use: put it back, or stop the server and restore a backup.`,
      );
    }
    if (now !== this.#opened) {
      throw lost(
        `Another file was put in the place of the database ${this.path} while it was in use: restart the server to use that one, or put the old one back.`,
      );
    }
    const state = this.#read();
    if (this.#state !== null && !isLater(state, this.#state)) throw this.#overwritten();
    this.#state = state;
  }

  /** How long the write-ahead log is, bytes. */
  get logLength(): number {
    return statSync(`${this.path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Whether the write-ahead log was deleted or replaced: what is written to it now is lost when the server ends. */
  hasLostLog(): boolean {
    const now = identityOf(`${this.path}-wal`);
    if (this.#log === null) this.#log = now;
    return now !== this.#log;
  }

  /** Looks at rights and room as well. */
  inspect(): void {
    this.prove();
    try {
      accessSync(this.path, constants.W_OK);
      accessSync(dirname(this.path), constants.W_OK);
    } catch (cause) {
      throw new StorageError(
        'unavailable',
        `This user may not write to ${this.path} and its folder any more: give the right back (the file system must not be read-only).`,
        { cause },
      );
    }
    const { bavail, bsize } = statfsSync(dirname(this.path));
    if (bavail * bsize < LEAST_ROOM_BYTES) {
      throw new StorageError(
        'unavailable',
        `The disk of the database ${this.path} is full: make room on it.`,
      );
    }
  }

  #read(): State {
    const bytes = Buffer.alloc(HEADER_BYTES);
    try {
      const file = openSync(this.path, 'r');
      try {
        readSync(file, bytes, 0, HEADER_BYTES, 0);
      } finally {
        closeSync(file);
      }
    } catch (cause) {
      throw unreadable(this.path, cause);
    }
    // sqlite.org/fileformat2.html: magic and page size at 0, user version at 60, application id at 68.
    return {
      format: bytes.toString('latin1', 0, 18),
      database: bytes.readUInt32BE(68),
      counter: bytes.readUInt32BE(60),
    };
  }

  #overwritten(): StorageError {
    return lost(
      `The database file ${this.path} was overwritten while it was in use: stop the server, remove ${this.path}-wal and ${this.path}-shm, and restore a backup.`,
    );
  }
}

/** Who else has the database open may have written the log into it as well. */
function isLater(now: State, before: State): boolean {
  if (now.format !== before.format) return false;
  return before.database === 0 || (now.database === before.database && now.counter >= before.counter);
}

function lost(sentence: string): StorageError {
  return new StorageError('unavailable', sentence);
}

function identityOf(path: string): Identity | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch (error) {
    const code = driverCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): StorageError {
  return new StorageError(
    'unavailable',
    `The database file ${path} cannot be looked at (${driverCode(cause)}).`,
    { cause },
  );
}
