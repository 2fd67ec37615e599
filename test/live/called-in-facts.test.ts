import { expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId } from '../../server/core/kernel/ids.ts';
import { AppBed } from '../support/app-bed.ts';
import { HOTLINE, LUNCH, SALES, agent, agentId, group, member } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';

const PLAN = {
  agents: [agent('1001'), agent('1002')],
  members: [member('1001', SALES), member('1002', SALES)],
};

/** Anna (1001) has talked with a caller of the queue for five seconds. */
async function talking(acwMode: 'off' | 'after-answer' = 'off') {
  const groups = [group(SALES, { acwMode, acwLimitMs: 60_000 })];
  const bed = await AppBed.start({ ...PLAN, groups });
  const anna = await bed.agent('1001');
  const customer = bed.telephone.trunk.callIn('13900000001', HOTLINE);
  await settle();
  const id = asId<CallId>((await anna.call()).id);
  await bed.centre.calls.answer(anna.who, id);
  await bed.clock.advance(5_000);
  const partsOf = (role: string) => bed.store.tables.parts.filter((part) => part.role === role);
  return { bed, anna, customer, id, partsOf };
}

const ANNA = agentId('1001');

it('an agent who is asked has a part of the call that says who asked, and cannot be taken for an offer of the queue', async () => {
  const { bed, anna, id, partsOf } = await talking();
  const ben = await bed.agent('1002');
  await bed.centre.parties.consult(anna.who, id, { agent: '1002' });
  await bed.clock.advance(3_000);
  await bed.centre.parties.retrieve(anna.who, id);
  await settle();
  expect(partsOf('consulted')).toMatchObject([
    { agentNumber: '1002', broughtBy: ANNA, ringMs: 3_000, outcome: 'cancelled', talkMs: 0 },
  ]);
  await bed.centre.parties.consult(anna.who, id, { agent: '1002' });
  await settle();
  await bed.centre.calls.answer(ben.who, id);
  await bed.clock.advance(7_000);
  await bed.centre.parties.transfer(anna.who, id, {});
  await bed.clock.advance(4_000);
  expect(partsOf('agent')).toMatchObject([{ agentNumber: '1001', broughtBy: null, talkMs: 15_000 }]);
  expect(partsOf('consulted').at(-1)).toMatchObject({ answeredAt: expect.any(Number), endedAt: null });
  await bed.centre.calls.hangup(ben.who, id);
  expect(partsOf('consulted').at(-1)).toMatchObject({ outcome: 'answered', talkMs: 11_000 });
  // The customer has waited while the two talked, and while it rang.
  expect(partsOf('customer')).toMatchObject([{ broughtBy: null, talkMs: 9_000, holdMs: 10_000 }]);
});

it('a number outside that is called in has a part as well, from its ringing until it goes', async () => {
  const { bed, anna, customer, id, partsOf } = await talking();
  await bed.centre.parties.consult(anna.who, id, { number: '13800000002' });
  await settle();
  const outside = bed.telephone.trunk.call;
  outside.ring();
  await bed.clock.advance(2_000);
  outside.answer();
  await settle();
  await bed.clock.advance(6_000);
  await bed.centre.parties.conference(anna.who, id);
  await bed.clock.advance(8_000);
  customer.hangup();
  await bed.clock.advance(1_000);
  expect(partsOf('customer')).toMatchObject([
    { outcome: 'answered', cause: 'normal', talkMs: 13_000, holdMs: 8_000 },
  ]);
  outside.hangup();
  await settle();
  expect(partsOf('consulted')).toMatchObject([
    { agentId: null, broughtBy: ANNA, ringMs: 2_000, outcome: 'answered', talkMs: 15_000, cause: 'normal' },
  ]);
});

it('a customer waits for who was asked, whom a swap interrupts, for a group, and for whom the call is passed on to', async () => {
  const { bed, anna, id, partsOf } = await talking();
  const ben = await bed.agent('1002');
  const { calls, parties } = bed.centre;
  await parties.consult(anna.who, id, { agent: '1002' });
  await settle();
  await calls.answer(ben.who, id);
  await bed.clock.advance(1_000);
  await parties.swap(anna.who, id);
  await bed.clock.advance(10_000);
  await calls.hold(anna.who, id);
  await bed.clock.advance(2_000);
  await parties.swap(anna.who, id);
  await bed.clock.advance(3_000);
  await parties.retrieve(anna.who, id);
  await bed.clock.advance(10_000);
  await bed.centre.agents.pause(ben.who, LUNCH);
  await parties.consult(anna.who, id, { group: SALES });
  await bed.clock.advance(4_000);
  await parties.retrieve(anna.who, id);
  await bed.centre.agents.resume(ben.who);
  await parties.transfer(anna.who, id, { to: { agent: '1002' }, type: 'blind' });
  await bed.clock.advance(5_000);
  await calls.answer(ben.who, id);
  await bed.clock.advance(10_000);
  await calls.hangup(ben.who, id);
  expect(partsOf('customer')).toMatchObject([{ talkMs: 35_000, holdMs: 15_000 }]);
});

it('a customer has not waited while a lost page was waited for, and waits on afterwards', async () => {
  const { bed, anna, id, partsOf } = await talking();
  await bed.centre.calls.hold(anna.who, id);
  await bed.clock.advance(2_000);
  anna.phone.leave('voice');
  await bed.clock.advance(1_000);
  anna.phone.register();
  await bed.clock.advance(3_000);
  expect(await anna.call()).toMatchObject({ phase: 'held' });
  await bed.centre.calls.resume(anna.who, id);
  await bed.centre.calls.hangup(anna.who, id);
  const [customer] = partsOf('customer');
  expect(customer?.holdMs).toBeGreaterThan(4_000);
  expect(customer?.holdMs).toBeLessThanOrEqual(5_000);
});

it('a number outside that is busy says so', async () => {
  const { bed, anna, id, partsOf } = await talking();
  await bed.centre.parties.consult(anna.who, id, { number: '13800000002' });
  await settle();
  bed.telephone.trunk.call.refuse(486);
  await settle();
  expect(partsOf('consulted')).toMatchObject([{ outcome: 'busy', answeredAt: null, talkMs: 0 }]);
});

it('a call that comes back to who has passed it on is a second part of that agent', async () => {
  const { bed, anna, id, partsOf } = await talking('after-answer');
  const ben = await bed.agent('1002');
  await bed.centre.parties.transfer(anna.who, id, { to: { agent: '1002' }, type: 'blind' });
  await bed.clock.advance(3_000);
  ben.phone.call.refuse(486);
  await bed.clock.advance(2_000);
  await bed.centre.calls.answer(anna.who, id);
  await bed.clock.advance(6_000);
  await bed.centre.calls.hangup(anna.who, id);
  const [first, second] = partsOf('agent').filter(({ agentNumber }) => agentNumber === '1001');
  expect(first).toMatchObject({ broughtBy: null, talkMs: 5_000, wrapUpMs: 3_000, outcome: 'answered' });
  expect(second).toMatchObject({ ringMs: 2_000, talkMs: 6_000, outcome: 'answered' });
});
