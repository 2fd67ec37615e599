import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import { chineseNumbers } from '../../server/core/kernel/number/numbers.ts';
import { Secrets } from '../../server/store/secrets.ts';
import { tables, type Repositories } from '../../server/start/tables.ts';
import { openStore, type Store } from '../../server/store/store.ts';
import type { StoreLog } from '../../server/store/store-watch.ts';
import type { UnitOfWork } from '../../server/core/ports/unit-of-work.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { startPostgres, type PostgresCluster } from './postgres-cluster.ts';
import * as rows from './rows.ts';

/** A store of its own for each test, with two teams in it. */
export interface StoreBed {
  store: Store<Repositories>;
  folder: string;
  databaseUrl: string | null;
}

/** SQLite always; PostgreSQL too when `npm run test:postgres` asks for it. */
const databases = ['sqlite', ...(process.env.TELEBAR_TEST_POSTGRES === '1' ? ['postgres'] : [])] as const;

export const secrets = new Secrets('a secret of at least thirty-two characters');

export const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

export function openBedStore(
  { folder, databaseUrl }: Pick<StoreBed, 'folder' | 'databaseUrl'>,
  logger: StoreLog = silent,
  numbers = chineseNumbers,
): Promise<Store<Repositories>> {
  return openStore({ dataFolder: folder, databaseUrl, secrets, numbers, logger }, tables);
}

export function describeStore(what: string, describeOn: (bed: StoreBed) => void): void {
  describe.each(databases)(`${what} on %s`, (kind) => {
    const bed = {} as StoreBed;
    let cluster: PostgresCluster | null = null;

    beforeAll(async () => {
      if (kind === 'postgres') cluster = await startPostgres();
    }, 60_000);
    afterAll(async () => {
      await cluster?.stop();
    });
    beforeEach(async () => {
      bed.folder = await mkdtemp(join(tmpdir(), 'telebar-store-'));
      bed.databaseUrl = (await cluster?.newDatabase()) ?? null;
      bed.store = await openBedStore(bed);
      await bed.store.run(rows.insertTeams);
    });
    afterEach(async () => {
      await bed.store.close();
      await rm(bed.folder, { recursive: true, force: true });
    });

    describeOn(bed);
  });
}

/** Also on the database in memory that tests of the application use: it is held to what the real ones do. */
export function describeRepositories(
  what: string,
  describeOn: (bed: { readonly store: UnitOfWork<Repositories> }) => void,
): void {
  describeStore(what, describeOn);
  describe(`${what} in memory`, () => {
    const bed = { store: new MemoryStore() };
    beforeEach(async () => {
      bed.store = new MemoryStore();
      await bed.store.run(rows.insertTeams);
    });
    describeOn(bed);
  });
}
