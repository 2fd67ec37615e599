import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource, type DataSourceOptions, type EntityManager } from 'typeorm';
import type { Repositories } from '../core/ports/repositories.ts';
import type { UnitOfWork } from '../core/ports/unit-of-work.ts';
import { Agents, Presences, agentEntities } from './agents.ts';
import { BrowserPhones, browserPhoneEntities } from './browser-phones.ts';
import { Calls, callEntities } from './calls.ts';
import { Customers, customerEntities } from './customers.ts';
import { storageError } from './database-error.ts';
import { FifoGate } from './fifo-gate.ts';
import { Groups, groupEntities } from './groups.ts';
import { JournalRows, journalEntities } from './journal.ts';
import { Initial1763600000000 } from './migrations/1763600000000-initial.ts';
import { WrapUp1763700000000 } from './migrations/1763700000000-wrap-up.ts';
import { CustomerCalls1763700100000 } from './migrations/1763700100000-customer-calls.ts';
import { BrowserPhones1763800000000 } from './migrations/1763800000000-browser-phones.ts';
import { NumberSpellings1764400000000 } from './migrations/1764400000000-number-spellings.ts';
import { Sessions, sessionEntities } from './sessions.ts';
import { SnakeNames } from './snake-names.ts';
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
}

/** The database: opened, migrated and ready. */
export interface Store extends UnitOfWork {
  readonly kind: 'sqlite' | 'postgres';
  /** Rejects with a `StorageError` when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the database and brings its tables up to date. */
export async function openStore(settings: StoreSettings): Promise<Store> {
  const source = settings.databaseUrl === null ? sqlite(settings.dataFolder) : postgres(settings.databaseUrl);
  try {
    await source.initialize();
    await source.runMigrations({ transaction: 'each' });
  } catch (error) {
    if (source.isInitialized) await source.destroy();
    throw storageError(error);
  }
  return new TypeormStore(source);
}

function sqlite(folder: string): DataSource {
  mkdirSync(folder, { recursive: true });
  return new DataSource({
    ...shared,
    type: 'better-sqlite3',
    database: join(folder, 'telebar.sqlite'),
    enableWAL: true,
    prepareDatabase: (database: { pragma(text: string): unknown }) => {
      database.pragma('foreign_keys = ON');
      // With WAL a crash of the machine can lose the last commits but never the file (sqlite.org/pragma.html#pragma_synchronous).
      database.pragma('synchronous = NORMAL');
    },
  });
}

function postgres(url: string): DataSource {
  return new DataSource({ ...shared, type: 'postgres', url, poolSize: 10, connectTimeoutMS: 5000 });
}

class TypeormStore implements Store {
  readonly kind: 'sqlite' | 'postgres';
  readonly #source: DataSource;
  /** Only where there is one connection for everybody. */
  readonly #gate: FifoGate | null;

  constructor(source: DataSource) {
    this.#source = source;
    this.kind = source.options.type === 'postgres' ? 'postgres' : 'sqlite';
    this.#gate = this.kind === 'sqlite' ? new FifoGate() : null;
  }

  async run<T>(fn: (repositories: Repositories) => Promise<T>): Promise<T> {
    const transaction = () => this.#source.transaction((manager) => fn(repositoriesOf(manager)));
    try {
      return await (this.#gate === null ? transaction() : this.#gate.run(transaction));
    } catch (error) {
      throw storageError(error);
    }
  }

  async ping(): Promise<void> {
    const query = () => this.#source.query('SELECT 1');
    try {
      await (this.#gate === null ? query() : this.#gate.run(query));
    } catch (error) {
      throw storageError(error);
    }
  }

  async close(): Promise<void> {
    const destroy = () => this.#source.destroy();
    await (this.#gate === null ? destroy() : this.#gate.run(destroy));
  }
}

function repositoriesOf(manager: EntityManager): Repositories {
  return {
    teams: new Teams(manager),
    agents: new Agents(manager),
    groups: new Groups(manager),
    sessions: new Sessions(manager),
    customers: new Customers(manager),
    calls: new Calls(manager),
    presence: new Presences(manager),
    browserPhones: new BrowserPhones(manager),
    journal: new JournalRows(manager),
  };
}
