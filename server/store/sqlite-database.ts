import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver.js';
import { DataSource, type DataSourceOptions, type EntityManager, type QueryRunner } from 'typeorm';
import { StorageError, type RunOptions } from '../core/ports/unit-of-work.ts';
import { type Database, refuseWhenLate } from './database.ts';
import { driverCode, primaryCode, storageError } from './database-error.ts';
import { DatabaseFile } from './database-file.ts';
import { FifoGate } from './fifo-gate.ts';
import { ReadingRunner, SqliteReader } from './sqlite-reader.ts';

/**
 * How long a transaction is tried while another program holds the lock, ms. SQLite itself must not wait: its waiting would
 * stop the whole process.
 */
const LOCK_MS = 2000;
const LOCK_AT_START_MS = 5000;
const LOCK_RETRY_MS = 20;
/** A database that could not be opened again is tried at most this often, ms. */
const REOPEN_EVERY_MS = 500;

/** The write-ahead log is written into the file when it has grown to this, bytes; SQLite's own measure is the same. */
const LOG_BYTES = 4 * 1024 * 1024;
/** While somebody reads an old state the log cannot be written whole; then it is tried again after this, ms. */
const WRITE_LOG_EVERY_MS = 1000;

/** Prepared ones that are kept: of each table that live teams write, some dozen. */
const STATEMENTS = 400;

/** After these the connection may hold a view of the file that is not true any more. */
const UNTRUSTED = new Set([
  'SQLITE_IOERR',
  'SQLITE_READONLY',
  'SQLITE_CANTOPEN',
  'SQLITE_CORRUPT',
  'SQLITE_NOTADB',
  'SQLITE_PROTOCOL',
]);

/** What is used of better-sqlite3 beside TypeORM. */
interface Connection {
  readonly inTransaction: boolean;
  exec(sql: string): void;
  pragma(sql: string, options?: { simple: true }): unknown;
  prepare(sql: string): { pluck(): { get(...values: unknown[]): unknown } };
  close(): void;
}
interface Driver {
  databaseConnection: Connection;
  queryRunner: QueryRunner | undefined;
  sqlite: new (path: string, options: object) => Connection;
}

export class SqliteDatabase implements Database {
  readonly kind = 'sqlite';
  readonly #file: DatabaseFile;
  readonly #options: Partial<DataSourceOptions>;
  readonly #gate = new FifoGate();
  readonly #reader: SqliteReader;
  #source: DataSource;
  /** What is believed about the connection has to be given up: it is opened again before the next transaction. */
  #untrusted = false;
  #reopenedAt = -Infinity;
  #logTriedAt = -Infinity;

  private constructor(path: string, options: Partial<DataSourceOptions>, source: DataSource) {
    this.#file = new DatabaseFile(path);
    this.#options = options;
    this.#reader = new SqliteReader(path);
    this.#source = source;
  }

  /** Opens the file, makes it when it is missing, and brings its tables up to date. */
  static async open(path: string, options: Partial<DataSourceOptions>): Promise<SqliteDatabase> {
    const until = performance.now() + LOCK_AT_START_MS;
    for (;;) {
      const source = sourceOf(path, options, false);
      try {
        await source.initialize();
        await source.runMigrations({ transaction: 'each' });
        const database = new SqliteDatabase(path, options, source);
        database.#opened();
        return database;
      } catch (error) {
        if (source.isInitialized) await source.destroy();
        if (!isLocked(error) || performance.now() > until) throw error;
      }
      await pause(LOCK_RETRY_MS);
    }
  }

  async run<T>(fn: (manager: EntityManager) => Promise<T>, { signal, live }: RunOptions = {}): Promise<T> {
    const until = performance.now() + LOCK_MS;
    for (;;) {
      try {
        // Others go first while this one waits for the lock: most of them only read, which no lock forbids.
        const work = () => (live === 'asks' ? this.#ask(fn, signal) : this.#attempt(fn, signal));
        return await this.#gate.run(work, live === 'commits');
      } catch (error) {
        if (!isLocked(error) || performance.now() > until) throw error;
      }
      await pause(LOCK_RETRY_MS);
      refuseWhenLate(signal);
    }
  }

  async read<T>(fn: (manager: EntityManager) => Promise<T>): Promise<T> {
    try {
      // A file that lies there instead of ours is not opened; the connection at hand still reads ours.
      if (!this.#reader.open) this.#file.prove();
    } catch {
      return this.run(fn);
    }
    const runner = new ReadingRunner(this.#source.driver as BetterSqlite3Driver).readBy(this.#reader);
    return fn(this.#source.createEntityManager(runner));
  }

  async check(): Promise<void> {
    // Before anything is written: a disk that is full, or rights that are gone, are told as what they are.
    await this.#gate.run(() => this.#trust());
    this.#file.inspect();
    const mark = randomUUID();
    await this.run(async (manager) => {
      await manager.query('INSERT OR REPLACE INTO store_check (id, mark) VALUES (?, ?)', ['sqlite', mark]);
    });
    const { sqlite } = this.#driver;
    // As the next server would: by the path, through a connection that knows nothing.
    const reader = new sqlite(this.#file.path, { readonly: true, fileMustExist: true, timeout: 0 });
    try {
      const found = reader.prepare(`SELECT mark FROM store_check WHERE id = 'sqlite'`).pluck().get();
      if (found !== mark) {
        throw new StorageError('unavailable', `What is written to ${this.#file.path} is not found in it.`);
      }
    } finally {
      reader.close();
    }
  }

  async forget(): Promise<void> {
    await this.#gate.run(async () => {
      this.#driver.databaseConnection.exec('VACUUM');
      this.#writeLog();
    });
  }

  async close(): Promise<void> {
    await this.#gate.run(async () => {
      // The last connection that is closed writes the log into the file.
      await this.#reader.close();
      if (this.#source.isInitialized) await this.#source.destroy();
    });
  }

  get #driver(): Driver {
    // TypeORM declares only the half of it.
    return this.#source.driver as unknown as Driver;
  }

  async #attempt<T>(fn: (manager: EntityManager) => Promise<T>, signal?: AbortSignal): Promise<T> {
    refuseWhenLate(signal);
    await this.#trust();
    const { databaseConnection: connection } = this.#driver;
    const runner = this.#source.createQueryRunner();
    try {
      await runner.startTransaction();
      const before = changesOf(connection);
      const result = await fn(runner.manager);
      refuseWhenLate(signal);
      // Reading goes on as long as it can: who is in a call must be able to end it.
      const hasWritten = changesOf(connection) !== before;
      if (hasWritten) this.#file.prove();
      await runner.commitTransaction();
      if (connection.inTransaction) throw new Error('The commit has left the transaction open.');
      if (hasWritten) this.#writeLongLog();
      return result;
    } catch (error) {
      this.#clean(error);
      throw error;
    }
  }

  /** Reads, in a transaction that keeps nothing. */
  async #ask<T>(fn: (manager: EntityManager) => Promise<T>, signal?: AbortSignal): Promise<T> {
    refuseWhenLate(signal);
    await this.#trust();
    const { databaseConnection: connection } = this.#driver;
    try {
      connection.exec('BEGIN');
      const before = changesOf(connection);
      const result = await fn(this.#source.createQueryRunner().manager);
      if (changesOf(connection) !== before) throw new Error('Who asks must not write.');
      connection.exec('ROLLBACK');
      refuseWhenLate(signal);
      return result;
    } catch (error) {
      this.#clean(error);
      throw error;
    }
  }

  /**
   * After an error nothing is believed: SQLite has rolled back by itself or it has not, and TypeORM counts a transaction as
   * open until its own ROLLBACK succeeds. The next transaction must not become a savepoint of one that does not exist.
   */
  #clean(error: unknown): void {
    const driver = this.#driver;
    driver.queryRunner = undefined;
    const { databaseConnection: connection } = driver;
    try {
      if (connection.inTransaction) connection.exec('ROLLBACK');
    } catch {
      this.#untrusted = true;
    }
    const code = driverCode(error);
    if (connection.inTransaction || (code !== null && UNTRUSTED.has(primaryCode(code))))
      this.#untrusted = true;
  }

  /** Makes sure that there is a connection, outside any transaction, whose log is the one that others will find. */
  async #trust(): Promise<void> {
    if (!this.#untrusted && !this.#file.hasLostLog()) return;
    this.#untrusted = true;
    this.#file.prove();
    if (performance.now() - this.#reopenedAt < REOPEN_EVERY_MS && !this.#source.isInitialized) {
      throw new StorageError('unavailable', 'The database could not be opened again yet.');
    }
    this.#reopenedAt = performance.now();
    await this.#reader.close();
    // Closing writes the log into the file, also one that was deleted: SQLite still has it open.
    if (this.#source.isInitialized) await this.#source.destroy();
    const source = sourceOf(this.#file.path, this.#options, true);
    await source.initialize();
    this.#source = source;
    this.#opened();
    this.#untrusted = false;
  }

  /** Gives a new database its number, and has everything in the file itself. */
  #opened(): void {
    const { databaseConnection: connection } = this.#driver;
    if (numberOf(connection, 'application_id') === 0) {
      connection.pragma(`application_id = ${randomInt(1, 2 ** 31)}`);
      connection.pragma('user_version = 0');
      connection.pragma('wal_checkpoint(TRUNCATE)');
    }
    this.#file.opened();
    this.#writeLog();
  }

  #writeLongLog(): void {
    if (this.#file.logLength < LOG_BYTES) return;
    if (performance.now() - this.#logTriedAt < WRITE_LOG_EVERY_MS) return;
    this.#writeLog();
  }

  /**
   * Writes the log into the file, never into another one, and counts it: an older copy that somebody puts in its place later
   * is told from it. What fails here has been committed all the same and is tried again.
   */
  #writeLog(): void {
    this.#logTriedAt = performance.now();
    const { databaseConnection: connection } = this.#driver;
    try {
      this.#file.prove();
      connection.pragma(`user_version = ${numberOf(connection, 'user_version') + 1}`);
      const [outcome] = connection.pragma('wal_checkpoint(TRUNCATE)') as Array<{ busy: number }>;
      this.#file.prove();
      if (outcome?.busy === 0) this.#logTriedAt = -Infinity;
    } catch {
      // A lock, a full disk, or a file that is not ours any more: the next transaction or check says which.
    }
  }
}

function numberOf(connection: Connection, pragma: 'application_id' | 'user_version'): number {
  return Number(connection.pragma(pragma, { simple: true }));
}

function sourceOf(path: string, options: Partial<DataSourceOptions>, fileMustExist: boolean): DataSource {
  return new DataSource({
    ...(options as object),
    type: 'better-sqlite3',
    database: path,
    fileMustExist,
    timeout: 0,
    statementCacheSize: STATEMENTS,
    enableWAL: true,
    prepareDatabase: (database: Connection) => {
      // With WAL a crash of the machine can lose the last commits but never the file (sqlite.org/pragma.html#pragma_synchronous).
      database.pragma('synchronous = NORMAL');
      // What is deleted is overwritten.
      database.pragma('secure_delete = ON');
      // This is done here, so that the file is proved before and marked.
      database.pragma('wal_autocheckpoint = 0');
    },
  });
}

const counters = new WeakMap<Connection, { get(): unknown }>();

function changesOf(connection: Connection): unknown {
  const counter = counters.get(connection) ?? connection.prepare('SELECT total_changes()').pluck();
  counters.set(connection, counter);
  return counter.get();
}

function isLocked(error: unknown): boolean {
  const known = storageError(error);
  return known instanceof StorageError && known.code === 'collision';
}
