import type { DataSourceOptions, EntityManager } from 'typeorm';
import type { Numbers } from '../core/kernel/number/numbers.ts';
import type { Repositories } from '../core/ports/repositories.ts';
import { StorageError, type RunOptions, type UnitOfWork } from '../core/ports/unit-of-work.ts';
import { Agents, Presences, agentEntities } from '../features/set-up/agents-rows.ts';
import { BrowserPhones, browserPhoneEntities } from '../features/set-up/browser-phones-rows.ts';
import { Calls, callEntities } from '../features/call-records/calls-rows.ts';
import { Customers, customerEntities } from '../features/customers/customers-rows.ts';
import { makeDataFolder, makeDatabaseFile, narrowDataFolder } from './data-folder.ts';
import { refuseWhenLate, type Database } from './database.ts';
import { storageError } from './database-error.ts';
import { Groups, groupEntities } from '../features/set-up/groups-rows.ts';
import { JournalRows, journalEntities } from '../live/journal-rows.ts';
import { Initial1763600000000 } from './migrations/1763600000000-initial.ts';
import { WrapUp1763700000000 } from './migrations/1763700000000-wrap-up.ts';
import { CustomerCalls1763700100000 } from './migrations/1763700100000-customer-calls.ts';
import { BrowserPhones1763800000000 } from './migrations/1763800000000-browser-phones.ts';
import { NumberSpellings1764400000000 } from './migrations/1764400000000-number-spellings.ts';
import { StoreCheck1764500000000 } from './migrations/1764500000000-store-check.ts';
import { NumberPlan1764600000000 } from './migrations/1764600000000-number-plan.ts';
import { PostgresDatabase } from './postgres-database.ts';
import { respellWhenChanged } from './respelling.ts';
import { sealStored } from './sealed-columns.ts';
import type { Secrets } from './secrets.ts';
import { Sessions, sessionEntities } from '../features/sessions/sessions-rows.ts';
import { SnakeNames } from './snake-names.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import { StoreWatch, type StoreLog } from './store-watch.ts';
import { Teams, teamEntities } from '../features/set-up/teams-rows.ts';

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
    NumberPlan1764600000000,
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
  /** By which numbers are compared. */
  numbers: Numbers;
  logger: StoreLog;
}

/** The database: opened, migrated and ready. */
export interface Store extends UnitOfWork {
  readonly kind: 'sqlite' | 'postgres';
  /** Writes a row and reads it. Rejects with a `StorageError` whose message tells the operator what is wrong. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the database, brings its tables up to date, encrypts what is not yet, and spells numbers as they are read now. */
export async function openStore(settings: StoreSettings): Promise<Store> {
  const { secrets, numbers, logger } = settings;
  try {
    const database = await open(settings);
    try {
      if (await database.run((manager) => sealStored(manager, secrets))) await forget(database, logger);
      const respelled = await database.run((manager) => respellWhenChanged(manager, numbers));
      if (respelled) logger.info({}, `numbers are compared as ${numbers.name} writes them from now on`);
    } catch (error) {
      await database.close();
      throw error;
    }
    return new WatchedStore(database, { secrets, numbers }, new StoreWatch(() => database.check(), logger));
  } catch (error) {
    throw storageError(error);
  }
}

/** The rows are encrypted; what they were before may still stand where nobody looks. */
async function forget(database: Database, logger: StoreLog): Promise<void> {
  try {
    await database.forget();
  } catch (error) {
    const hint = 'secrets are encrypted, but traces of before may be left in the database file';
    logger.warn({ err: error }, hint);
  }
}

async function open({ dataFolder, databaseUrl, logger }: StoreSettings): Promise<Database> {
  if (databaseUrl !== null) return PostgresDatabase.open(databaseUrl, shared);
  makeDataFolder(dataFolder);
  const path = makeDatabaseFile(dataFolder);
  for (const warning of narrowDataFolder(dataFolder)) logger.warn({}, warning);
  return SqliteDatabase.open(path, shared);
}

/** What rows are read and found with. */
type Keys = Pick<StoreSettings, 'secrets' | 'numbers'>;

class WatchedStore implements Store {
  readonly kind: 'sqlite' | 'postgres';
  readonly #database: Database;
  readonly #keys: Keys;
  readonly #watch: StoreWatch;

  constructor(database: Database, keys: Keys, watch: StoreWatch) {
    this.#database = database;
    this.kind = database.kind;
    this.#keys = keys;
    this.#watch = watch;
  }

  async run<T>(fn: (repositories: Repositories) => Promise<T>, { signal }: RunOptions = {}): Promise<T> {
    const work = this.#database.run((manager) => fn(repositoriesOf(manager, this.#keys)), signal);
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

function repositoriesOf(manager: EntityManager, { secrets, numbers }: Keys): Repositories {
  return {
    teams: new Teams(manager, secrets),
    agents: new Agents(manager),
    groups: new Groups(manager),
    sessions: new Sessions(manager),
    customers: new Customers(manager, numbers),
    calls: new Calls(manager, numbers),
    presence: new Presences(manager),
    browserPhones: new BrowserPhones(manager, secrets),
    journal: new JournalRows(manager),
  };
}
