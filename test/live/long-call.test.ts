import { expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId } from '../../server/core/kernel/ids.ts';
import { AppBed } from '../support/app-bed.ts';
import { HOTLINE, SALES, agent, group, member } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';

const GUESTS = 30;

/** In a long call one after the other is called in, talks for a moment and goes. */
async function visited() {
  const bed = await AppBed.start({
    agents: [agent('1001'), agent('1002')],
    groups: [group(SALES)],
    members: [member('1001', SALES)],
  });
  const anna = await bed.agent('1001');
  const customer = bed.telephone.trunk.callIn('13900000001', HOTLINE);
  await settle();
  const id = asId<CallId>((await anna.call()).id);
  await bed.centre.calls.answer(anna.who, id);
  const ben = await bed.agent('1002');
  const visit = async (number: string): Promise<void> => {
    await bed.centre.parties.add(anna.who, id, { number });
    bed.telephone.trunk.call.answer();
    await bed.clock.advance(20_000);
    bed.telephone.trunk.call.hangup();
    await settle();
  };
  await bed.centre.parties.add(anna.who, id, { agent: '1002' });
  await bed.centre.calls.answer(ben.who, id);
  await settle();
  await bed.centre.calls.hangup(ben.who, id);
  for (let guest = 0; guest < GUESTS; guest += 1) await visit(`1370000${1000 + guest}`);
  return { bed, anna, ben, customer, id, visit };
}

it('a call shows who is in it, and of those who have left the last twenty', async () => {
  const { anna, bed, id, visit } = await visited();
  const { parties } = await anna.call();
  expect(parties.filter(({ state }) => state !== 'gone').map(({ number }) => number)).toEqual([
    '13900000001',
    '1001',
  ]);
  const gone = parties.filter(({ state }) => state === 'gone');
  expect(gone).toHaveLength(20);
  expect(gone.map(({ number }) => number).at(-1)).toBe(`1370000${1000 + GUESTS - 1}`);
  await visit('13800000001');
  expect((await anna.call()).parties.at(-1)?.number).toBe('13800000001');
  await bed.clock.advance(1_000);
  await bed.centre.calls.hangup(anna.who, id);
  // Who was there at the end has not left before.
  const numbers = (await anna.call()).parties.map(({ number }) => number);
  expect(numbers.slice(0, 2)).toEqual(['13900000001', '1001']);
  expect(numbers).toHaveLength(22);
});

it('a call with many visitors is kept in bounds, its records have all of them, and who was in it still finds it', async () => {
  const { bed, ben, id, visit } = await visited();
  const stored = () => bed.store.tables.calls.find(({ call }) => call.id === id);
  const size = () => JSON.stringify(stored()?.call.state).length;
  const before = size();
  for (let guest = 0; guest < 5; guest += 1) await visit(`1380000${1000 + guest}`);
  expect(size()).toBeLessThan(before + 500);
  const visitors = bed.store.tables.parts.filter(({ role }) => role === 'consulted');
  expect(visitors).toHaveLength(GUESTS + 1 + 5);
  for (const part of visitors)
    expect(part).toMatchObject({ outcome: 'answered', endedAt: expect.any(Number) });
  expect(stored()?.legs).toHaveLength(2 + GUESTS + 1 + 5);
  const own = await bed.centre.calls.setData(ben.who, id, { seen: 'yes' });
  expect(own.parties.find(({ self }) => self)).toMatchObject({ number: '1002', state: 'gone' });
});
