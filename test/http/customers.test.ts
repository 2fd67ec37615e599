import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Customer, CustomerPage } from '../../server/contract/customer.ts';
import { FieldSetUp } from '../../server/contract/customer-fields.ts';
import { DeskSnapshot } from '../../server/contract/desk.ts';
import { Problem } from '../../server/contract/problem.ts';
import { Bed } from './bed.ts';

let bed: Bed;
let token: string;
let next = 0;
/** A number that no other test uses. */
const fresh = () => `139${String(10_000_000 + next++)}`;

beforeAll(async () => {
  bed = await Bed.start();
  token = await bed.login();
});
afterAll(() => bed.stop());

const create = async (body: Record<string, unknown>) =>
  bed.send('POST', '/customers', { token, body: { name: 'Ada', numbers: [], ...body } });
const created = async (body: Record<string, unknown> = {}) => {
  const answer = await create(body);
  expect(answer.status).toBe(201);
  return Customer.parse(answer.body);
};
const patch = (id: string, body: Record<string, unknown>) =>
  bed.send('PATCH', `/customers/${id}`, { token, body });
const find = async (query: string) =>
  CustomerPage.parse((await bed.send('GET', `/customers?${query}`, { token })).body);

describe('customer cards', () => {
  it('are found by number, however the number is written', async () => {
    const number = fresh();
    const customer = await created({ numbers: [`+86 ${number}`], company: 'Engines' });
    expect(customer).toMatchObject({ version: 1, company: 'Engines', note: '', fields: {} });
    expect((await find(`number=0${number}`)).items).toEqual([customer]);
    expect((await find('number=anonymous')).items).toEqual([]);
    expect((await bed.send('GET', `/customers/${customer.id}`, { token })).body).toEqual(customer);
  });

  it('are found and kept once however a fixed line is written', async () => {
    const customer = await created({ numbers: ['010 6262 7410'] });
    for (const number of [
      '861062627410',
      '+86 (0)10 6262/7410',
      '０１０６２６２７４１０',
      'tel:+861062627410',
      'tel:6262-7410;phone-context=+86-10;isub=7',
    ]) {
      const { items } = await find(`number=${encodeURIComponent(number)}`);
      expect(items, number).toEqual([customer]);
      const again = await create({ name: 'Grace', numbers: [number] });
      expect(again.body, number).toMatchObject({ code: 'duplicate-number', customerId: customer.id });
    }
    const colleague = await created({ name: 'Grace', numbers: ['010 6262 7410 转 8001'] });
    expect((await find('number=861062627410')).items).toEqual([customer, colleague]);
  });

  it('are kept with a number and no name, and not with neither', async () => {
    const number = fresh();
    const customer = await created({ name: '', numbers: [number] });
    expect(customer).toMatchObject({ name: '', numbers: [number] });
    for (const answer of [
      await create({ name: ' ', numbers: [] }),
      await patch(customer.id, { version: 1, numbers: [] }),
    ]) {
      expect(Problem.parse(answer.body)).toMatchObject({
        code: 'invalid-request',
        errors: [{ path: 'name' }],
      });
    }
  });

  it('are not all found by a text that has digits and is no number', async () => {
    await created({ numbers: [fresh()] });
    expect((await find('q=nobody%207')).items).toEqual([]);
  });

  it('are offered for choice when several have one number', async () => {
    const { items } = await find('number=057188880199');
    expect(items.map(({ name }) => name)).toEqual(['林涛 Lin Tao', '黄丽 Huang Li']);
  });

  it('keep a number once when it was written twice', async () => {
    const number = fresh();
    const customer = await created({ numbers: [number, `+86${number}`] });
    expect(customer.numbers).toEqual([number]);
  });

  it('do not take a number that is on another card, and say whose it is', async () => {
    const number = fresh();
    const first = await created({ numbers: [number] });
    const answer = await create({ name: 'Grace', numbers: [`0${number}`] });
    expect(answer.status).toBe(409);
    expect(Problem.parse(answer.body)).toMatchObject({ code: 'duplicate-number', customerId: first.id });
    const second = await created({ numbers: [fresh()] });
    const moved = await patch(second.id, { version: 1, numbers: [number] });
    expect(moved.body.code).toBe('duplicate-number');
  });

  it('stay editable when they share a number already', async () => {
    const [lin] = (await find('number=057188880199')).items;
    const answer = await patch(lin?.id ?? '', {
      version: lin?.version,
      note: 'called',
      numbers: lin?.numbers,
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ note: 'called', version: 2 });
  });

  it('change only what is named, and count versions', async () => {
    const number = fresh();
    const customer = await created({ numbers: [number], company: 'Engines', fields: { level: 'Gold' } });
    bed.clock.advanceNow(5000);
    const answer = await patch(customer.id, { version: 1, company: '', fields: { callback: '2026-12-24' } });
    expect(Customer.parse(answer.body)).toEqual({
      ...customer,
      company: '',
      fields: { level: 'Gold', callback: '2026-12-24' },
      version: 2,
      updatedAt: customer.updatedAt + 5000,
    });
  });

  it('are saved by one of two people who edit at the same time; the other sees what is there now', async () => {
    const customer = await created();
    const answers = await Promise.all(
      ['first', 'second'].map((note) => patch(customer.id, { version: 1, note })),
    );
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['200', '412']);
    const won = answers.find(({ status }) => status === 200)?.body;
    const lost = Problem.parse(answers.find(({ status }) => status === 412)?.body);
    expect(lost).toMatchObject({ code: 'version-conflict', current: won });
  });

  it.each([
    [{ unknown: 'x' }, 'fields.unknown'],
    [{ level: 'Platinum' }, 'fields.level'],
    [{ callback: '2026-02-30' }, 'fields.callback'],
    [{ callback: 'tomorrow' }, 'fields.callback'],
    [{ newsletter: 'yes' }, 'fields.newsletter'],
    [{ contract: 'forged' }, 'fields.contract'],
    [{ level: { nested: true } }, 'fields.level'],
  ])("refuse %j, which is not what the team's fields allow", async (fields, path) => {
    const answer = await create({ fields });
    expect(answer.status).toBe(400);
    expect(Problem.parse(answer.body).errors?.[0]?.path).toBe(path);
  });

  it('keep a choice in one language, whichever was chosen in', async () => {
    expect((await created({ fields: { level: '金卡' } })).fields).toEqual({ level: 'Gold' });
  });

  it('have the fields that an administrator makes, and lose nothing with those that go or are called otherwise', async () => {
    const admin = await bed.login('admin');
    const setUp = async (method: string, path: string, body?: unknown, version?: number) => {
      const headers: Record<string, string> = version === undefined ? {} : { 'if-match': `"${version}"` };
      const answer = await bed.send(method, `/set-up/customer-fields${path}`, {
        ...{ token: admin, headers },
        ...(body === undefined ? {} : { body }),
      });
      return answer;
    };
    const label = { en: 'Region', 'zh-CN': '区域' };
    const north = { en: 'North', 'zh-CN': '北方' };
    const south = { en: 'South', 'zh-CN': '南方' };
    const made = FieldSetUp.parse(
      (await setUp('POST', '', { label, type: 'choice', options: [north, south], position: 0 })).body,
    );
    expect(made).toMatchObject({
      key: 'region',
      options: [{ value: 'North', ...north }, { value: 'South' }],
    });
    const desk = DeskSnapshot.parse((await bed.send('GET', '/desk', { token })).body);
    expect(desk.team.customerFields.map(({ key }) => key)).toContain('region');
    const customer = await created({ fields: { region: '北方' } });
    expect(customer.fields).toEqual({ region: 'North' });

    // The first is called otherwise, the second goes, and a new one takes its name.
    const options = [
      { ...made.options[0], en: 'Far north' },
      { en: 'South', 'zh-CN': '华南' },
    ];
    const changed = FieldSetUp.parse((await setUp('PATCH', `/${made.id}`, { options }, 1)).body);
    expect(changed.options.map(({ value }) => value)).toEqual(['North', 'South 2']);
    const south2 = await patch(customer.id, { version: 1, fields: { region: 'South' } });
    expect(south2.body.fields).toEqual({ region: 'South 2' });
    const back = await patch(customer.id, { version: 2, fields: { region: 'Far north' } });
    expect(back.body.fields).toEqual({ region: 'North' });
    const stale = await setUp('PATCH', `/${made.id}`, { required: true }, 1);
    expect([stale.status, stale.body['code']]).toEqual([412, 'version-conflict']);
    expect((await setUp('PATCH', `/${made.id}`, { options: [] }, 2)).status).toBe(400);
    expect((await setUp('PATCH', `/${made.id}`, { options: [north, north] }, 2)).status).toBe(400);
    const wrong = await setUp('POST', '', { label, type: 'text', options: [north], position: 0 });
    expect(Problem.parse(wrong.body).errors?.[0]?.path).toBe('options');

    expect((await setUp('DELETE', `/${made.id}`, undefined, 2)).status).toBe(204);
    const kept = await patch(customer.id, { version: 3, company: 'X', fields: back.body.fields });
    expect(kept.body).toMatchObject({ company: 'X', fields: { region: 'North' } });
    const other = await patch(customer.id, { version: 4, fields: { region: 'South' } });
    expect(other.status).toBe(400);
    const again = await setUp('POST', '', { key: 'region', label, type: 'text', position: 0 });
    expect(Problem.parse(again.body).errors?.[0]?.path).toBe('key');
    const next = FieldSetUp.parse((await setUp('POST', '', { label, type: 'text', position: 0 })).body);
    expect(next.key).toBe('region_2');
    await setUp('DELETE', `/${next.id}`, undefined, 1);
  });

  it('leave a read-only field as it is when it comes back unchanged', async () => {
    const [zhang] = (await find('number=13800138001')).items;
    const answer = await patch(zhang?.id ?? '', { version: 1, fields: zhang?.fields });
    expect(answer.status).toBe(200);
    expect(answer.body.fields).toMatchObject({ contract: 'HT-2026-0141' });
  });

  it('come in pages, newest first, each of them once', async () => {
    for (let n = 0; n < 5; n++) await created({ name: `Paging ${n}` });
    const first = await find('q=paging&limit=3');
    const second = await find(`q=paging&limit=3&cursor=${first.next}`);
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(
      ['4', '3', '2', '1', '0'].map((n) => `Paging ${n}`),
    );
    expect(second.next).toBeNull();
  });
});
