import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { BetterSqlite3QueryRunner } from 'typeorm/driver/better-sqlite3/BetterSqlite3QueryRunner.js';
import { QueryFailedError } from 'typeorm';
import { QueryResult } from 'typeorm/query-runner/QueryResult.js';
import { StorageError } from '../core/ports/unit-of-work.ts';

/** A statement that takes longer is given up with its thread, ms. */
const STATEMENT_MS = 30_000;
/** One that takes long keeps only its own thread. */
const MOST_THREADS = 2;

/**
 * What a thread runs: a read-only connection that answers one statement after the other. As text, because it is the same for the
 * server that was built, for `tsx` and for the tests, and starts within milliseconds in each.
 */
const THREAD = `
  const { parentPort, workerData } = require('node:worker_threads');
  const Database = require(workerData.driver);
  const database = new Database(workerData.path, { readonly: true, fileMustExist: true, timeout: 0 });
  parentPort.on('message', ({ id, sql, parameters }) => {
    if (id === 0) {
      database.close();
      parentPort.close();
      return;
    }
    try {
      parentPort.postMessage({ id, rows: database.prepare(sql).all(...parameters) });
    } catch (error) {
      parentPort.postMessage({ id, error: { message: String(error && error.message), code: error && error.code } });
    }
  });`;

interface Answer {
  readonly id: number;
  readonly rows?: unknown[];
  readonly error?: { readonly message: string; readonly code?: string };
}

interface Asked {
  resolve(rows: unknown[]): void;
  reject(error: Error): void;
  readonly timer: NodeJS.Timeout;
}

/** Reads a SQLite file beside the connection that writes it: a list that takes long keeps nobody's telephone waiting. */
export class SqliteReader {
  readonly #path: string;
  readonly #threads: Thread[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  get open(): boolean {
    return this.#threads.length > 0;
  }

  /** The rows of one statement, as they are committed when it begins. */
  query(sql: string, parameters: readonly unknown[]): Promise<unknown[]> {
    return this.#thread().ask(sql, parameters);
  }

  /** Resolves when no file is held open any more. The next statement opens it again. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.splice(0).map((thread) => thread.close()));
  }

  #thread(): Thread {
    const [free] = this.#threads.toSorted((a, b) => a.busy - b.busy);
    if (free !== undefined && (free.busy === 0 || this.#threads.length >= MOST_THREADS)) return free;
    const thread = new Thread(this.#path, () => {
      const index = this.#threads.indexOf(thread);
      if (index >= 0) this.#threads.splice(index, 1);
    });
    this.#threads.push(thread);
    return thread;
  }
}

class Thread {
  readonly #worker: Worker;
  readonly #asked = new Map<number, Asked>();
  readonly #gone: Promise<void>;
  #ids = 0;

  constructor(path: string, gone: () => void) {
    const driver = createRequire(import.meta.url).resolve('better-sqlite3');
    this.#worker = new Worker(THREAD, { eval: true, workerData: { path, driver } });
    this.#worker.unref();
    this.#worker.on('message', (answer: Answer) => this.#take(answer));
    let why: unknown;
    this.#worker.on('error', (error) => (why = error));
    this.#gone = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        gone();
        for (const id of [...this.#asked.keys()]) this.#settle(id)?.reject(broken(why));
        resolve();
      });
    });
  }

  /** Statements that have not been answered yet. */
  get busy(): number {
    return this.#asked.size;
  }

  ask(sql: string, parameters: readonly unknown[]): Promise<unknown[]> {
    this.#ids += 1;
    const id = this.#ids;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => void this.#worker.terminate(), STATEMENT_MS).unref();
      this.#asked.set(id, { resolve, reject, timer });
      // Somebody waits for the answer.
      this.#worker.ref();
      this.#worker.postMessage({ id, sql, parameters });
    });
  }

  async close(): Promise<void> {
    this.#worker.postMessage({ id: 0 });
    await this.#gone;
  }

  #take({ id, rows, error }: Answer): void {
    const asked = this.#settle(id);
    if (error === undefined) asked?.resolve(rows ?? []);
    else asked?.reject(Object.assign(new Error(error.message), { code: error.code }));
  }

  #settle(id: number): Asked | undefined {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (asked) clearTimeout(asked.timer);
    if (this.#asked.size === 0) this.#worker.unref();
    return asked;
  }
}

function broken(cause: unknown): Error {
  if (cause instanceof Error && 'code' in cause) return cause;
  return new StorageError('unavailable', 'Reading the database takes too long.', { cause });
}

/** What TypeORM builds statements with, and which has them answered by a reader. */
export class ReadingRunner extends BetterSqlite3QueryRunner {
  #reader: SqliteReader | null = null;

  readBy(reader: SqliteReader): this {
    this.#reader = reader;
    return this;
  }

  // The library declares it as `any`, for one of two shapes.
  override async query<T>(sql: string, parameters: unknown[] = [], structured = false): Promise<T> {
    if (this.#reader === null) throw new Error('There is nothing to read with.');
    try {
      const rows = await this.#reader.query(
        sql,
        parameters.map((value) => (typeof value === 'boolean' ? Number(value) : value)),
      );
      if (!structured) return rows as T;
      return Object.assign(new QueryResult(), { raw: rows, records: rows }) as T;
    } catch (error) {
      if (error instanceof StorageError || !(error instanceof Error)) throw error;
      throw new QueryFailedError(sql, parameters, error);
    }
  }
}
