import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import { openStore, type Store } from '../../server/store/store.ts';
import { startPostgres, type PostgresCluster } from './postgres-cluster.ts';
import * as rows from './rows.ts';

/** A store of its own for each test, with two teams in it. */
export interface StoreBed {
  store: Store;
  folder: string;
  databaseUrl: string | null;
}

/** SQLite always; PostgreSQL too when `npm run test:postgres` asks for it. */
const databases = ['sqlite', ...(process.env.TELEBAR_TEST_POSTGRES === '1' ? ['postgres'] : [])] as const;

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
      bed.store = await openStore({ dataFolder: bed.folder, databaseUrl: bed.databaseUrl });
      await bed.store.run(rows.insertTeams);
    });
    afterEach(async () => {
      await bed.store.close();
      await rm(bed.folder, { recursive: true, force: true });
    });

    describeOn(bed);
  });
}
