import { join } from 'node:path';
import { DataSource, type QueryRunner } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { BindingId, CallId, FieldId, GroupId, LinkId } from '../../server/core/kernel/ids.ts';
import { Numbers, chineseNumbers } from '../../server/core/kernel/number/numbers.ts';
import { numberPlanOf } from '../../server/start/config/number-plan.ts';
import { CustomerFields1766300110000 } from '../../server/store/migrations/1766300110000-customer-fields.ts';
import { NumberSpellings1764400000000 } from '../../server/store/migrations/1764400000000-number-spellings.ts';
import type { BindingRow, FieldRow, LinkRow } from '../../server/features/set-up/set-up-store.ts';
import { describeStore, openBedStore, silent } from './store-bed.ts';
import * as rows from './rows.ts';

const { teamId, agentId } = rows;

const comparableNumber = (number: string) => chineseNumbers.comparableNumber(number);

describeStore('the store', (bed) => {
  /** As rows of an earlier version are. */
  const onTables = async (work: (runner: QueryRunner) => Promise<void>): Promise<void> => {
    const source = new DataSource(
      bed.databaseUrl === null
        ? { type: 'better-sqlite3', database: join(bed.folder, 'telebar.sqlite') }
        : { type: 'postgres', url: bed.databaseUrl },
    );
    await source.initialize();
    const runner = source.createQueryRunner();
    await work(runner);
    await runner.release();
    await source.destroy();
  };

  describe('after a restart', () => {
    it('finds everything again and does not migrate twice', async () => {
      await bed.store.run((r) => r.customers.insert(rows.customer(), ['13800138000']));
      await bed.store.close();
      bed.store = await openBedStore(bed);
      const found = await bed.store.run((r) => r.customers.byNumber(teamId, '13800138000'));
      expect(found).toEqual([rows.customer()]);
    });
  });

  it('brings the fields of a team over as rows, and back', async () => {
    const field: FieldRow = {
      ...{ id: asId<FieldId>('field_1'), teamId, key: 'level', label: { en: 'Level', 'zh-CN': '等级' } },
      ...{ type: 'choice', required: true, readOnly: false, position: 0, version: 1, deletedAt: null },
      options: [{ value: 'Gold', en: 'Gold', 'zh-CN': '金' }],
    };
    const renamed = { ...field, options: [{ value: 'Gold', en: 'Golden', 'zh-CN': '金卡' }] };
    const removed = { ...field, id: asId<FieldId>('field_2'), key: 'old', deletedAt: 5 };
    await bed.store.run(async (r) => {
      await r.fields.insert(field);
      await r.fields.insert(removed);
      expect(await r.fields.update({ ...renamed, version: 2 })).toBe(true);
      expect(await r.fields.update({ ...renamed, version: 2 })).toBe(false);
      expect(await r.fields.all(teamId)).toEqual([{ ...renamed, version: 2 }, removed]);
      const found = await r.fields.search(teamId, { q: 'lev', sort: 'position', limit: 5 });
      expect(found.items.map(({ id }) => id)).toEqual([field.id]);
    });
    await bed.store.close();
    await onTables(async (runner) => {
      const migration = new CustomerFields1766300110000();
      await migration.down(runner);
      await runner.query(
        'UPDATE team SET customer_fields = replace(customer_fields, \'"value":"Gold",\', \'\')',
      );
      await migration.up(runner);
    });
    bed.store = await openBedStore(bed);
    // As they were kept before, an option was known by its English name.
    const golden = { ...renamed, options: [{ value: 'Golden', en: 'Golden', 'zh-CN': '金卡' }] };
    const found = await bed.store.run((r) => r.fields.all(teamId));
    expect(found).toEqual([{ ...golden, id: found[0]?.id }]);
  });

  it('keeps the links of a team, in their order', async () => {
    const link: LinkRow = {
      ...{
        id: asId<LinkId>('link_1'),
        teamId,
        label: { en: 'Orders', 'zh-CN': '订单' },
        position: 2,
        version: 1,
      },
      ...{ url: 'https://crm.example/{call.id}', groupIds: [asId<GroupId>('group_1')] },
    };
    await bed.store.run(async (r) => {
      await r.links.insert(link);
      await r.links.insert({ ...link, id: asId<LinkId>('link_2'), position: 1 });
      expect((await r.links.all(teamId)).map(({ id }) => id)).toEqual(['link_2', 'link_1']);
      expect(await r.links.update({ ...link, url: 'https://b.example/', version: 2 })).toBe(true);
      expect(await r.links.update({ ...link, version: 2 })).toBe(false);
      await r.links.remove({ teamId: rows.otherTeamId, id: link.id });
      const found = await r.links.search(teamId, { q: '订', sort: '-position', limit: 1 });
      expect(found.items).toEqual([{ ...link, url: 'https://b.example/', version: 2 }]);
      await r.links.remove(link);
      expect(await r.links.all(teamId)).toHaveLength(1);
    });
  });

  it('keeps what pops for which calls, in its order', async () => {
    const binding: BindingRow = {
      ...{ id: asId<BindingId>('binding_1'), teamId, name: '热线', directions: ['queue'], dids: ['400100'] },
      ...{ groupIds: [], onAnswer: true, mode: 'event', url: '', position: 2, version: 1 },
    };
    await bed.store.run(async (r) => {
      await r.bindings.insert(binding);
      await r.bindings.insert({ ...binding, id: asId<BindingId>('binding_2'), position: 1 });
      expect((await r.bindings.all(teamId)).map(({ id }) => id)).toEqual(['binding_2', 'binding_1']);
      expect(await r.bindings.update({ ...binding, onAnswer: false, version: 2 })).toBe(true);
      expect(await r.bindings.update({ ...binding, version: 2 })).toBe(false);
      await r.bindings.remove({ teamId: rows.otherTeamId, id: binding.id });
      const found = await r.bindings.search(teamId, { q: '热', sort: '-position', limit: 1 });
      expect(found.items).toEqual([{ ...binding, onAnswer: false, version: 2 }]);
      await r.bindings.remove(binding);
      expect(await r.bindings.all(teamId)).toHaveLength(1);
    });
  });

  describe('the spellings of numbers', () => {
    const owners = (comparable: string) =>
      bed.store.run(async (r) => (await r.customers.byNumber(teamId, comparable)).map(({ id }) => id));
    /** More than are read at once. */
    const calls = 502;
    const saveCalls = (count: number) =>
      bed.store.run(async (r) => {
        for (let n = 0; n < count; n += 1) {
          const id = asId<CallId>(`call_${String(n).padStart(4, '0')}`);
          await r.calls.save(rows.call({ id, number: n === 0 ? '02079460000' : '861062627410' }), []);
        }
      });
    const heard = (comparable: string) =>
      bed.store.run((r) => r.calls.hasHistory(teamId, agentId, comparable));

    it('in rows that an earlier version has written are brought up to date', async () => {
      const written = rows.customer({ numbers: ['*64', '861062627410'] });
      await bed.store.run((r) => r.customers.insert(written, ['64', '861062627410']));
      await saveCalls(calls);
      await onTables(async (runner) => {
        await runner.query("UPDATE call SET comparable = number WHERE number LIKE '86%'");
        expect([await owners('1062627410'), await heard('1062627410')]).toEqual([[], false]);
        await new NumberSpellings1764400000000().up(runner);
        const left = (await runner.query(
          "SELECT DISTINCT comparable FROM call WHERE number LIKE '86%'",
        )) as Array<{ comparable: string }>;
        expect(left).toEqual([{ comparable: '1062627410' }]);
      });
      expect([await owners('1062627410'), await heard('1062627410')]).toEqual([[written.id], true]);
    });

    it('follow a setting of another country, once, and back again', async () => {
      const london = rows.customer({ numbers: ['020 7946 0000', '+86 10 6262 7410'] });
      await bed.store.run((r) => r.customers.insert(london, london.numbers.map(comparableNumber)));
      await saveCalls(2);
      const british = new Numbers(numberPlanOf('GB'), '9');
      const said: string[] = [];
      const reopen = async (numbers: Numbers) => {
        await bed.store.close();
        const logger = { ...silent, info: (_: object, text: string) => void said.push(text) };
        bed.store = await openBedStore(bed, logger, numbers);
      };
      await reopen(british);
      for (const spelling of ['+44 20 7946 0000', '9 020 7946 0000', '442079460000']) {
        const comparable = british.comparableNumber(spelling);
        expect([spelling, await owners(comparable), await heard(comparable)]).toEqual([
          spelling,
          [london.id],
          true,
        ]);
      }
      expect(await owners(british.comparableNumber('0086 10 6262 7410'))).toEqual([london.id]);
      await reopen(british);
      expect(said).toEqual(['numbers are compared as GB 9 writes them from now on']);
      await reopen(chineseNumbers);
      expect(await owners(comparableNumber('010/6262/7410'))).toEqual([london.id]);
      expect(await heard(comparableNumber('010/6262/7410'))).toBe(true);
    });
  });
});
