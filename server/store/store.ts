import type { DataSourceOptions, EntityManager } from 'typeorm';
import type { Repositories } from '../core/ports/repositories.ts';
import { StorageError, type RunOptions, type UnitOfWork } from '../core/ports/unit-of-work.ts';
import { Agents, Presences, agentEntities } from './agents.ts';
import { BrowserPhones, browserPhoneEntities } from './browser-phones.ts';
import { Calls, callEntities } from './calls.ts';
import { Customers, customerEntities } from './customers.ts';
import { makeDataFolder, makeDatabaseFile, narrowDataFolder } from './data-folder.ts';
import { refuseWhenLate, type Database } from './database.ts';
import { storageError } from './database-error.ts';
import { Groups, groupEntities } from './groups.ts';
import { JournalRows, journalEntities } from './journal.ts';
import { Initial1763600000000 } from './migrations/1763600000000-initial.ts';
import { WrapUp1763700000000 } from './migrations/1763700000000-wrap-up.ts';
import { CustomerCalls1763700100000 } from './migrations/1763700100000-customer-calls.ts';
import { BrowserPhones1763800000000 } from './migrations/1763800000000-browser-phones.ts';
import { NumberSpellings1764400000000 } from './migrations/1764400000000-number-spellings.ts';
import { StoreCheck1764500000000 } from './migrations/1764500000000-store-check.ts';
import { PostgresDatabase } from './postgres-database.ts';
import { sealStored } from './sealed-columns.ts';
import type { Secrets } from './secrets.ts';
import { Sessions, sessionEntities } from './sessions.ts';
import { SnakeNames } from './snake-names.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import { StoreWatch, type StoreLog } from './store-watch.ts';
import { Teams, teamEntities } from './teams.ts';

const shared = {
  entities: [
    ...teamEntities,
    ...agentEntities,
    ...browserPhoneEntities,
    ...groupEntities,
    ...sessionEntities,
    ...customerEntities,
    ...callEntities,
    ...journalEntities,
  ],
  migrations: [
    Initial1763600000000,
    WrapUp1763700000000,
    CustomerCalls1763700100000,
    BrowserPhones1763800000000,
    NumberSpellings1764400000000,
    StoreCheck1764500000000,
  ],
  migrationsTableName: 'migration',
  namingStrategy: new SnakeNames(),
  synchronize: false,
  logging: false,
} satisfies Partial<DataSourceOptions>;

export interface StoreSettings {
  /** Folder of the SQLite file; made when missing. */
  dataFolder: string;
  /** PostgreSQL when set. */
  databaseUrl: string | null;
  /** Encrypts the secrets in the rows. */
  secrets: Secrets;
  logger: StoreLog;
}

/** The database: opened, migrated and ready. */
export interface Store extends UnitOfWork {
  readonly kind: 'sqlite' | 'postgres';
  /** Writes a row and reads it. Rejects with a `StorageError` whose message tells the operator what is wrong. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the database, brings its tables up to date and encrypts what is not yet. */
export async function openStore(settings: StoreSettings): Promise<Store> {
  const { secrets, logger } = settings;
  try {
    const database = await open(settings);
    try {
      await database.run((manager) => sealStored(manager, secrets));
    } catch (error) {
      await database.close();
      throw error;
    }
    return new WatchedStore(database, secrets, new StoreWatch(() => database.check(), logger));
  } catch (error) {
    throw storageError(error);
  }
}

async function open({ dataFolder, databaseUrl, logger }: StoreSettings): Promise<Database> {
  if (databaseUrl !== null) return PostgresDatabase.open(databaseUrl, shared);
  makeDataFolder(dataFolder);
  const path = makeDatabaseFile(dataFolder);
  for (const warning of narrowDataFolder(dataFolder)) logger.warn({}, warning);
  return SqliteDatabase.open(path, shared);
}

class WatchedStore implements Store {
  readonly kind: 'sqlite' | 'postgres';
  readonly #database: Database;
  readonly #secrets: Secrets;
  readonly #watch: StoreWatch;

  constructor(database: Database, secrets: Secrets, watch: StoreWatch) {
    this.#database = database;
    this.kind = database.kind;
    this.#secrets = secrets;
    this.#watch = watch;
  }

  async run<T>(fn: (repositories: Repositories) => Promise<T>, { signal }: RunOptions = {}): Promise<T> {
    const work = this.#database.run((manager) => fn(repositoriesOf(manager, this.#secrets)), signal);
    try {
      // Whatever SQLite has not committed by then it never will; another machine may be about to.
      return await (signal === undefined ? work : beforeAbort(work, signal, this.kind === 'postgres'));
    } catch (error) {
      const known = storageError(error);
      if (known instanceof StorageError) this.#watch.failed(known);
      throw known;
    }
  }

  ping(): Promise<void> {
    return this.#watch.check();
  }

  async close(): Promise<void> {
    this.#watch.stop();
    await this.#database.close();
  }
}

/** Whoever has no more time does not wait for the database to notice it. */
function beforeAbort<T>(work: Promise<T>, signal: AbortSignal, uncertain: boolean): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => {
      try {
        refuseWhenLate(signal, uncertain);
      } catch (error) {
        reject(error as Error);
      }
    };
    if (signal.aborted) late();
    signal.addEventListener('abort', late, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', late));
  });
}

function repositoriesOf(manager: EntityManager, secrets: Secrets): Repositories {
  return {
    teams: new Teams(manager, secrets),
    agents: new Agents(manager),
    groups: new Groups(manager),
    sessions: new Sessions(manager),
    customers: new Customers(manager),
    calls: new Calls(manager),
    presence: new Presences(manager),
    browserPhones: new BrowserPhones(manager, secrets),
    journal: new JournalRows(manager),
  };
}
