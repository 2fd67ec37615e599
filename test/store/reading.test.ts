import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CustomerId } from '../../server/core/kernel/ids.ts';
import { SqliteReader } from '../../server/store/sqlite-reader.ts';
import { describeStore, openBedStore } from './store-bed.ts';
import * as rows from './rows.ts';

const { teamId } = rows;

describeStore('reading', (bed) => {
  const names = () =>
    bed.store.read(async (r) => (await r.customers.search(teamId, null, null, 10)).items.map(({ id }) => id));
  const insert = (id: string) =>
    bed.store.run((r) => r.customers.insert(rows.customer({ id: asId<CustomerId>(id) }), ['13800138000']));

  it('finds what is committed, at once and as it is', async () => {
    await insert('customer_1');
    expect(await names()).toEqual(['customer_1']);
    await insert('customer_2');
    expect(await names()).toEqual(['customer_2', 'customer_1']);
    expect(await bed.store.read((r) => r.customers.byNumber(teamId, '13800138000'))).toHaveLength(2);
    expect(await bed.store.read((r) => r.calls.hasHistory(teamId, rows.agentId, '1'))).toBe(false);
    expect(await bed.store.read((r) => r.agents.all(teamId))).toEqual(
      await bed.store.run((r) => r.agents.all(teamId)),
    );
  });

  it('waits for no transaction, and none waits for it', async () => {
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    let begun: () => void = () => undefined;
    const under = new Promise<void>((resolve) => (begun = resolve));
    const writing = bed.store.run(async (r) => {
      await r.customers.insert(rows.customer(), []);
      begun();
      await finished;
    });
    await under;
    expect(await names()).toEqual([]);
    finish();
    await writing;
    const read = bed.store.read(async (r) => {
      await r.customers.search(teamId, null, null, 10);
      await insert('customer_2');
      return (await r.agents.all(teamId)).length;
    });
    expect(await read).toBe(2);
    expect(await names()).toEqual(['customer_2', 'customer_1']);
  });

  it('writes nothing', async () => {
    await expect(bed.store.read((r) => r.customers.insert(rows.customer(), []))).rejects.toThrow();
    expect(await names()).toEqual([]);
  });

  it('for somebody at a telephone writes nothing either, and leaves nothing behind when it fails', async () => {
    const asked = (fn: Parameters<typeof bed.store.run>[0]) => bed.store.run(fn, { live: 'asks' });
    await expect(asked((r) => r.customers.insert(rows.customer(), []))).rejects.toThrow();
    await expect(asked(() => Promise.reject(new Error('of its own')))).rejects.toThrow('of its own');
    await insert('customer_1');
    expect(await names()).toEqual(['customer_1']);
    expect(await asked((r) => r.customers.byNumber(teamId, '13800138000'))).toHaveLength(1);
    const late = new AbortController();
    late.abort();
    await expect(
      bed.store.run((r) => r.agents.all(teamId), { live: 'asks', signal: late.signal }),
    ).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('lets the store be closed, and opened again', async () => {
    await insert('customer_1');
    await names();
    await bed.store.close();
    bed.store = await openBedStore(bed);
    expect(await names()).toEqual(['customer_1']);
  });

  it('does not keep what is in a log that was deleted from the file', async () => {
    if (bed.databaseUrl !== null) return;
    await insert('customer_1');
    expect(await names()).toEqual(['customer_1']);
    await rm(join(bed.folder, 'telebar.sqlite-wal'));
    await insert('customer_2');
    expect(await names()).toEqual(['customer_2', 'customer_1']);
    await bed.store.close();
    bed.store = await openBedStore(bed);
    expect(await names()).toEqual(['customer_2', 'customer_1']);
  });

  it('does not stop the process while a statement takes long', async () => {
    if (bed.databaseUrl !== null) return;
    const reader = new SqliteReader(join(bed.folder, 'telebar.sqlite'));
    const order: string[] = [];
    const long = reader
      .query(
        'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT max(i) AS most FROM n',
        [],
      )
      .then((found) => {
        order.push('long');
        return found;
      });
    const short = reader.query('SELECT 1 AS one', []).then(() => void order.push('short'));
    setTimeout(() => void order.push('timer'), 1);
    expect(await long).toEqual([{ most: 3_000_000 }]);
    await short;
    // A second thread has answered meanwhile.
    expect(order.at(-1)).toBe('long');
    expect(order).toContain('timer');
    await expect(reader.query('SELECT nothing', [])).rejects.toMatchObject({ code: 'SQLITE_ERROR' });
    await reader.close();
  });
});
