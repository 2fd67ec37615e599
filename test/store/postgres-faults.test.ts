import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isAbsence } from '../../server/core/ports/unit-of-work.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CustomerId } from '../../server/core/kernel/ids.ts';
import type { StoreBed } from './store-bed.ts';
import { startPostgres, type PostgresCluster } from './postgres-cluster.ts';
import * as rows from './rows.ts';
import { openBedStore } from './store-bed.ts';

describe.runIf(process.env.TELEBAR_TEST_POSTGRES === '1')('the store on a PostgreSQL in trouble', () => {
  let cluster: PostgresCluster;
  let store: StoreBed['store'];
  /** The administrator's own connection. */
  let admin: pg.Client;
  let numbers = 0;

  beforeAll(async () => {
    cluster = await startPostgres();
  }, 60_000);
  afterAll(() => cluster.stop());
  beforeEach(async () => {
    const databaseUrl = await cluster.newDatabase();
    store = await openBedStore({ folder: '/nonexistent', databaseUrl });
    await store.run(rows.insertTeams);
    admin = new pg.Client({ connectionString: databaseUrl });
    await admin.connect();
  });
  afterEach(async () => {
    await admin.end();
    await store.close();
  });

  const customer = () => rows.customer({ id: asId<CustomerId>(`customer_${(numbers += 1)}`) });
  const write = () => store.run(({ customers }) => customers.insert(customer(), []));
  const count = async () =>
    Number(((await admin.query('SELECT count(*) AS n FROM customer')).rows as Array<{ n: string }>)[0]?.n);
  const killOthers = () =>
    admin.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );

  it('does not report as kept what a swallowed error has rolled back', async () => {
    const first = customer();
    const swallowing = store.run(async ({ customers }) => {
      await customers.insert(first, []);
      await customers.insert(first, []).catch(() => undefined);
    });
    await expect(swallowing).rejects.toThrow(/rolled back/);
    expect(await count()).toBe(0);
    await write();
    expect(await count()).toBe(1);
  });

  it('does not take a row for an absence that a rule of the operator refuses', async () => {
    await admin.query(
      "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not this one'; END $$",
    );
    await admin.query('CREATE TRIGGER refuse BEFORE INSERT ON leg FOR EACH ROW EXECUTE FUNCTION refuse()');
    const kept = store.run(({ calls }) => calls.saveAll([{ call: rows.call(), legs: [rows.leg()] }]), {
      live: 'commits',
    });
    await expect(kept).rejects.toSatisfy((error) => !isAbsence(error));
    await expect(kept).rejects.toThrow('not this one');
  });

  it('goes on with new connections when the ones it had are killed, also in a transaction', async () => {
    const killed = store.run(async ({ customers }) => {
      await customers.insert(customer(), []);
      await killOthers();
      await customers.insert(customer(), []);
    });
    await expect(killed).rejects.toMatchObject({ code: 'unavailable' });
    const atCommit = store.run(async ({ customers }) => {
      await customers.insert(customer(), []);
      await killOthers();
    });
    await expect(atCommit).rejects.toMatchObject({ code: 'unavailable', uncertain: true });
    expect(await count()).toBe(0);
    await write();
    await store.ping();
    expect(await count()).toBe(1);
  });

  it('tells the operator that the server is read-only, and recovers', async () => {
    const database = (await admin.query('SELECT current_database() AS name')).rows[0] as { name: string };
    await admin.query(`ALTER DATABASE ${database.name} SET default_transaction_read_only = on`);
    await killOthers();
    const problem = { code: 'unavailable', message: expect.stringMatching(/read-only/) };
    await expect(settled(write)).rejects.toMatchObject(problem);
    await expect(store.ping()).rejects.toMatchObject(problem);
    await admin.query('SET default_transaction_read_only = off');
    await admin.query(`ALTER DATABASE ${database.name} RESET default_transaction_read_only`);
    await killOthers();
    await settled(write);
    await store.ping();
  });

  it('waits for a locked table no longer than it may, and leaves no transaction behind', async () => {
    await admin.query('BEGIN');
    await admin.query('LOCK TABLE customer IN ACCESS EXCLUSIVE MODE');
    const began = performance.now();
    const late = store.run(({ customers }) => customers.insert(customer(), []), {
      signal: AbortSignal.timeout(300),
    });
    await expect(late).rejects.toMatchObject({ code: 'unavailable' });
    expect(performance.now() - began).toBeLessThan(1500);
    await expect(write()).rejects.toMatchObject({ code: 'collision' });
    await admin.query('ROLLBACK');
    await write();
    expect(await count()).toBe(1);
  });

  /** The first try may get a connection that was killed a moment ago. */
  async function settled(fn: () => Promise<void>): Promise<void> {
    await store.run(async ({ teams }) => void (await teams.all())).catch(() => undefined);
    await fn();
  }
});
