import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import {
  DataSource,
  TypeORMError,
  type DataSourceOptions,
  type EntityManager,
  type QueryRunner,
} from 'typeorm';
import { StorageError, type RunOptions } from '../core/ports/unit-of-work.ts';
import { type Database, refuseWhenLate } from './database.ts';
import { PutOffInserts } from './postgres-inserts.ts';
import { GONE, driverCode, storageError } from './database-error.ts';

/** Times after which the database server gives up, ms; ours is the last, for a server or a network that is silent. */
const LOCK_MS = 2000;
const STATEMENT_MS = 10_000;
const ANSWER_MS = 12_000;
const CONNECT_MS = 5000;

/** The same for what somebody at a telephone waits for. */
const LIVE_MS = 500;
/** A list or a report may take longer: nobody but its reader waits. */
const READING_MS = 30_000;

const READ_ONLY = '-c default_transaction_read_only=on';

interface Limits {
  readonly lockMs: number;
  readonly statementMs: number;
  readonly answerMs: number;
}

/** What is used of a connection of `pg` beside TypeORM. */
interface Client {
  query(sql: string): Promise<{ command: string }>;
  end(): Promise<void>;
}

export class PostgresDatabase implements Database {
  readonly kind = 'postgres';
  /** Migrates, and serves what may wait. */
  readonly #source: DataSource;
  /** Nobody else can use up the connections of these three. */
  readonly #asks: DataSource;
  readonly #commits: DataSource;
  readonly #reading: DataSource;
  /** Several servers may share the database: each has a row. */
  readonly #row = `${hostname().slice(0, 20)}-${randomUUID()}`.slice(0, 64);

  private constructor(source: DataSource, asks: DataSource, commits: DataSource, reading: DataSource) {
    this.#source = source;
    this.#asks = asks;
    this.#commits = commits;
    this.#reading = reading;
  }

  static async open(url: string, options: Partial<DataSourceOptions>): Promise<PostgresDatabase> {
    const limits = { lockMs: LOCK_MS, statementMs: STATEMENT_MS, answerMs: ANSWER_MS };
    const source = sourceOf(url, options, 8, limits);
    const live = { lockMs: LIVE_MS, statementMs: LIVE_MS, answerMs: ANSWER_MS };
    const asks = sourceOf(url, options, 4, live, READ_ONLY);
    const commits = sourceOf(url, options, 4, live);
    const readingLimits = { lockMs: LOCK_MS, statementMs: READING_MS, answerMs: READING_MS + LOCK_MS };
    const reading = sourceOf(url, options, 4, readingLimits, READ_ONLY);
    try {
      await source.initialize();
      await source.runMigrations({ transaction: 'each' });
      await asks.initialize();
      await commits.initialize();
      await reading.initialize();
    } catch (error) {
      for (const each of [source, asks, commits, reading]) if (each.isInitialized) await each.destroy();
      throw error;
    }
    return new PostgresDatabase(source, asks, commits, reading);
  }

  run<T>(fn: (manager: EntityManager) => Promise<T>, { signal, live }: RunOptions = {}): Promise<T> {
    if (live === undefined) return transaction(this.#source, fn, signal);
    if (live === 'asks') return reading(this.#asks, fn, signal);
    return transaction(this.#commits, fn, signal, (runner) => new PutOffInserts(runner));
  }

  read<T>(fn: (manager: EntityManager) => Promise<T>): Promise<T> {
    return reading(this.#reading, fn);
  }

  async check(): Promise<void> {
    const mark = randomUUID();
    await this.run(async (manager) => {
      await manager.query('DELETE FROM store_check WHERE id = $1', [this.#row]);
      await manager.query('INSERT INTO store_check (id, mark) VALUES ($1, $2)', [this.#row, mark]);
    });
    const found = await this.run(
      (manager) =>
        manager.query('SELECT mark FROM store_check WHERE id = $1', [this.#row]) as Promise<
          Array<{ mark: string }>
        >,
    );
    if (found[0]?.mark !== mark) {
      throw new StorageError('unavailable', 'What is written to the database is not found in it.');
    }
  }

  async forget(): Promise<void> {
    // Their files are written anew, and those of before deleted; all three are small.
    for (const table of ['team', 'phone', 'browser_phone']) await this.#source.query(`VACUUM FULL ${table}`);
  }

  async close(): Promise<void> {
    try {
      await this.run((manager) => manager.query('DELETE FROM store_check WHERE id = $1', [this.#row]));
    } finally {
      for (const each of [this.#reading, this.#commits, this.#asks, this.#source]) await each.destroy();
    }
  }
}

function sourceOf(
  url: string,
  options: Partial<DataSourceOptions>,
  poolSize: number,
  { lockMs, statementMs, answerMs }: Limits,
  settings?: string,
): DataSource {
  return new DataSource({
    ...(options as object),
    type: 'postgres',
    url,
    poolSize,
    connectTimeoutMS: CONNECT_MS,
    extra: {
      lock_timeout: lockMs,
      statement_timeout: statementMs,
      idle_in_transaction_session_timeout: STATEMENT_MS,
      query_timeout: answerMs,
      keepAlive: true,
      ...(settings === undefined ? {} : { options: settings }),
    },
  });
}

/** `puttingOff`: somebody at a telephone waits for it, and what is inserted is one statement. */
async function transaction<T>(
  source: DataSource,
  fn: (manager: EntityManager) => Promise<T>,
  signal?: AbortSignal,
  puttingOff?: (runner: QueryRunner) => PutOffInserts,
): Promise<T> {
  refuseWhenLate(signal);
  const runner = source.createQueryRunner();
  const client = await connect(runner);
  // What waits for an answer is broken off, and the server rolls back.
  const giveUp = () => void client.end();
  signal?.addEventListener('abort', giveUp, { once: true });
  const inserts = puttingOff?.(runner);
  let committing = false;
  try {
    refuseWhenLate(signal);
    if (!inserts) await runner.startTransaction();
    const result = await fn(runner.manager);
    if (inserts?.begun) await inserts.insert();
    refuseWhenLate(signal);
    committing = true;
    const isKept = inserts?.begun === false ? await inserts.insert().then(() => true) : await commit(client);
    committing = false;
    if (!isKept) throw new Error('A statement had failed: the database has rolled back.');
    return result;
  } catch (error) {
    const broken = !(await leaveClean(client, error));
    refuseWhenLate(signal, committing);
    // One statement that was answered with an error has kept nothing, and is refused as any other.
    const doubtful = committing && (broken || inserts?.begun !== false);
    throw broken || doubtful ? whenBroken(error, doubtful) : error;
  } finally {
    signal?.removeEventListener('abort', giveUp);
    await runner.release();
  }
}

/** False: a statement had failed; then COMMIT rolls back, which it says, and reports no error. */
async function commit(client: Client): Promise<boolean> {
  const { command } = await client.query('COMMIT');
  return command === 'COMMIT';
}

/** Every statement is a transaction of its own, which cannot write: two ways to the server and back fewer. */
async function reading<T>(
  source: DataSource,
  fn: (manager: EntityManager) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  refuseWhenLate(signal);
  const runner = source.createQueryRunner();
  const client = await connect(runner);
  const giveUp = () => void client.end();
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    refuseWhenLate(signal);
    const result = await fn(runner.manager);
    refuseWhenLate(signal);
    return result;
  } catch (error) {
    const broken = !isAnswer(error);
    if (broken) void client.end();
    refuseWhenLate(signal);
    throw broken ? whenBroken(error, false) : error;
  } finally {
    signal?.removeEventListener('abort', giveUp);
    await runner.release();
  }
}

/** Without an answer of the server the connection is broken, or a statement still runs on it. */
function isAnswer(error: unknown): boolean {
  return !(error instanceof TypeORMError) || driverCode(error) !== null;
}

async function connect(runner: QueryRunner): Promise<Client> {
  try {
    return (await runner.connect()) as Client;
  } catch (error) {
    const known = storageError(error);
    if (known instanceof StorageError) throw known;
    throw new StorageError('unavailable', GONE, { cause: error });
  }
}

/**
 * A connection that cannot be rolled back must not go back to the pool: the next transaction would be inside this one.
 * @returns whether it can be used again
 */
async function leaveClean(client: Client, error: unknown): Promise<boolean> {
  const answered = isAnswer(error);
  try {
    if (answered) await client.query('ROLLBACK');
  } catch {
    void client.end();
    return false;
  }
  if (!answered) void client.end();
  return answered;
}

/** The driver's errors about its own connection have no code. */
function whenBroken(error: unknown, uncertain: boolean): unknown {
  const known = storageError(error);
  if (known instanceof StorageError) {
    if (known.code !== 'unavailable') return known;
    return new StorageError('unavailable', known.message, { cause: error, uncertain });
  }
  if (!uncertain && !(error instanceof TypeORMError)) return error;
  return new StorageError('unavailable', GONE, { cause: error, uncertain });
}
