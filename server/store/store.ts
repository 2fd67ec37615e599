import type { DataSourceOptions, EntityManager, EntitySchema } from 'typeorm';
import type { Numbers } from '../core/kernel/number/numbers.ts';
import { StorageError, type RunOptions, type UnitOfWork } from '../core/ports/unit-of-work.ts';
import { makeDataFolder, makeDatabaseFile, narrowDataFolder } from './data-folder.ts';
import { refuseWhenLate, type Database } from './database.ts';
import { storageError } from './database-error.ts';
import { Initial1763600000000 } from './migrations/1763600000000-initial.ts';
import { WrapUp1763700000000 } from './migrations/1763700000000-wrap-up.ts';
import { CustomerCalls1763700100000 } from './migrations/1763700100000-customer-calls.ts';
import { BrowserPhones1763800000000 } from './migrations/1763800000000-browser-phones.ts';
import { NumberSpellings1764400000000 } from './migrations/1764400000000-number-spellings.ts';
import { StoreCheck1764500000000 } from './migrations/1764500000000-store-check.ts';
import { NumberPlan1764600000000 } from './migrations/1764600000000-number-plan.ts';
import { LiveRows1764700000000 } from './migrations/1764700000000-live-rows.ts';
import { GroupLeaders1764800000000 } from './migrations/1764800000000-group-leaders.ts';
import { SetUpChanges1765100000000 } from './migrations/1765100000000-set-up-changes.ts';
import { Facts1765200000000 } from './migrations/1765200000000-facts.ts';
import { TeamLeases1765300000000 } from './migrations/1765300000000-team-leases.ts';
import { Jobs1765400000000 } from './migrations/1765400000000-jobs.ts';
import { Outbox1765400100000 } from './migrations/1765400100000-outbox.ts';
import { Retention1765400200000 } from './migrations/1765400200000-retention.ts';
import { FirstAnswers1765400300000 } from './migrations/1765400300000-first-answers.ts';
import { CalledInParts1765500000000 } from './migrations/1765500000000-called-in-parts.ts';
import { MonitorNotice1765600000000 } from './migrations/1765600000000-monitor-notice.ts';
import { CallRules1765600100000 } from './migrations/1765600100000-call-rules.ts';
import { Contacts1765600200000 } from './migrations/1765600200000-contacts.ts';
import { PlaceAccess1765700000000 } from './migrations/1765700000000-place-access.ts';
import { QueueRules1765900000000 } from './migrations/1765900000000-queue-rules.ts';
import { People1766000000000 } from './migrations/1766000000000-people.ts';
import { DeskPhones1766000100000 } from './migrations/1766000100000-desk-phones.ts';
import { Roles1766000200000 } from './migrations/1766000200000-roles.ts';
import { SetupLinks1766000300000 } from './migrations/1766000300000-setup-links.ts';
import { OwnPasswords1766100100000 } from './migrations/1766100100000-own-passwords.ts';
import { PasswordResets1766100110000 } from './migrations/1766100110000-password-resets.ts';
import { SecondFactors1766100120000 } from './migrations/1766100120000-second-factors.ts';
import { WrongCodes1766100150000 } from './migrations/1766100150000-wrong-codes.ts';
import { ApiKeys1766100200000 } from './migrations/1766100200000-api-keys.ts';
import { Webhooks1766100200100 } from './migrations/1766100200100-webhooks.ts';
import { EmbedSecrets1766100200200 } from './migrations/1766100200200-embed-secrets.ts';
import { WebhookLines1766100250000 } from './migrations/1766100250000-webhook-lines.ts';
import { OutsidePhones1766100300000 } from './migrations/1766100300000-outside-phones.ts';
import { ContactSpellings1766200200000 } from './migrations/1766200200000-contact-spellings.ts';
import { RemovedWebhooks1766200300000 } from './migrations/1766200300000-removed-webhooks.ts';
import { AppBindings1766300140000 } from './migrations/1766300140000-app-bindings.ts';
import { WorkLinks1766300130000 } from './migrations/1766300130000-work-links.ts';
import { CallResults1766300120000 } from './migrations/1766300120000-call-results.ts';
import { CustomerFields1766300110000 } from './migrations/1766300110000-customer-fields.ts';
import { ReasonTrees1766300100000 } from './migrations/1766300100000-reason-trees.ts';
import { Passkeys1766300210000 } from './migrations/1766300210000-passkeys.ts';
import { SingleSignOn1766300200000 } from './migrations/1766300200000-single-sign-on.ts';
import { PostgresDatabase } from './postgres-database.ts';
import { respellWhenChanged } from './respelling.ts';
import { sealStored } from './sealed-columns.ts';
import type { Secrets } from './secrets.ts';
import { SnakeNames } from './snake-names.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import { StoreWatch, type StoreLog } from './store-watch.ts';

const shared = {
  migrations: [
    Initial1763600000000,
    WrapUp1763700000000,
    CustomerCalls1763700100000,
    BrowserPhones1763800000000,
    NumberSpellings1764400000000,
    StoreCheck1764500000000,
    NumberPlan1764600000000,
    LiveRows1764700000000,
    GroupLeaders1764800000000,
    SetUpChanges1765100000000,
    Facts1765200000000,
    TeamLeases1765300000000,
    Jobs1765400000000,
    Outbox1765400100000,
    Retention1765400200000,
    FirstAnswers1765400300000,
    CalledInParts1765500000000,
    MonitorNotice1765600000000,
    CallRules1765600100000,
    Contacts1765600200000,
    PlaceAccess1765700000000,
    QueueRules1765900000000,
    People1766000000000,
    DeskPhones1766000100000,
    Roles1766000200000,
    SetupLinks1766000300000,
    OwnPasswords1766100100000,
    PasswordResets1766100110000,
    SecondFactors1766100120000,
    WrongCodes1766100150000,
    ApiKeys1766100200000,
    Webhooks1766100200100,
    EmbedSecrets1766100200200,
    WebhookLines1766100250000,
    OutsidePhones1766100300000,
    ContactSpellings1766200200000,
    RemovedWebhooks1766200300000,
    ReasonTrees1766300100000,
    CustomerFields1766300110000,
    CallResults1766300120000,
    WorkLinks1766300130000,
    AppBindings1766300140000,
    SingleSignOn1766300200000,
    Passkeys1766300210000,
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

/** What rows are read and found with. */
export type Keys = Pick<StoreSettings, 'secrets' | 'numbers'>;

/** Whose rows are kept: every feature brings its own, and the store knows none. */
export interface Tables<R> {
  readonly entities: EntitySchema[];
  /** What one transaction reads and writes with. */
  repositories(manager: EntityManager, keys: Keys): R;
}

/** The database: opened, migrated and ready. */
export interface Store<R> extends UnitOfWork<R> {
  readonly kind: 'sqlite' | 'postgres';
  /**
   * Writes a row and reads it, unless that has been done so lately, ms. Rejects with a `StorageError` whose message tells the
   * operator what is wrong.
   */
  ping(lately?: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens the database, brings its tables up to date, encrypts what is not yet, and spells numbers as they are read now. */
export async function openStore<R>(settings: StoreSettings, tables: Tables<R>): Promise<Store<R>> {
  const { secrets, numbers, logger } = settings;
  try {
    const database = await open(settings, tables.entities);
    try {
      if (await database.run((manager) => sealStored(manager, secrets))) await forget(database, logger);
      const respelled = await database.run((manager) => respellWhenChanged(manager, numbers));
      if (respelled) logger.info({}, `numbers are compared as ${numbers.name} writes them from now on`);
    } catch (error) {
      await database.close();
      throw error;
    }
    const repositories = (manager: EntityManager) => tables.repositories(manager, { secrets, numbers });
    return new WatchedStore(database, repositories, new StoreWatch(() => database.check(), logger));
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

async function open(
  { dataFolder, databaseUrl, logger }: StoreSettings,
  entities: EntitySchema[],
): Promise<Database> {
  const options = { ...shared, entities };
  if (databaseUrl !== null) return PostgresDatabase.open(databaseUrl, options);
  makeDataFolder(dataFolder);
  const path = makeDatabaseFile(dataFolder);
  for (const warning of narrowDataFolder(dataFolder)) logger.warn({}, warning);
  return SqliteDatabase.open(path, options);
}

class WatchedStore<R> implements Store<R> {
  readonly kind: 'sqlite' | 'postgres';
  readonly #database: Database;
  readonly #repositories: (manager: EntityManager) => R;
  readonly #watch: StoreWatch;

  constructor(database: Database, repositories: (manager: EntityManager) => R, watch: StoreWatch) {
    this.#database = database;
    this.kind = database.kind;
    this.#repositories = repositories;
    this.#watch = watch;
  }

  async run<T>(fn: (repositories: R) => Promise<T>, options: RunOptions = {}): Promise<T> {
    const { signal } = options;
    const work = this.#database.run((manager) => fn(this.#repositories(manager)), options);
    try {
      // Whatever SQLite has not committed by then it never will; another machine may be about to.
      return await (signal === undefined ? work : beforeAbort(work, signal, this.kind === 'postgres'));
    } catch (error) {
      const known = storageError(error);
      if (known instanceof StorageError) this.#watch.failed(known);
      throw known;
    }
  }

  async read<T>(fn: (repositories: R) => Promise<T>): Promise<T> {
    try {
      return await this.#database.read((manager) => fn(this.#repositories(manager)));
    } catch (error) {
      const known = storageError(error);
      if (known instanceof StorageError) this.#watch.failed(known);
      throw known;
    }
  }

  ping(lately?: number): Promise<void> {
    return this.#watch.check(lately);
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
