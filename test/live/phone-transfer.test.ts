import { expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId } from '../../server/core/kernel/ids.ts';
import { AppBed, Desk } from '../support/app-bed.ts';
import { DESK_PHONE, HOTLINE, SALES, agent, group, member } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';

const OUTSIDE = '13800000002';
const AGENTS = {
  agents: [agent('1001'), agent('1002')],
  members: [member('1001', SALES), member('1002', SALES)],
};

/** A customer talks to 1001 at a desk phone; 1002 is idle, at a browser. */
async function talk(transferOutside = false) {
  const bed = await AppBed.start({ ...AGENTS, groups: [group(SALES, { number: '2001', transferOutside })] });
  const phone = bed.telephone.phone(DESK_PHONE);
  phone.register();
  await settle();
  const anna = new Desk(bed, '1001');
  anna.phone = phone;
  const device = { kind: 'phone', endpointId: DESK_PHONE } as const;
  await bed.centre.agents.signIn(anna.who, { device }, '127.0.0.1');
  const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
  await settle();
  phone.call.answer();
  await settle();
  phone.call.send(800);
  const ben = await bed.agent('1002');
  const keys = async (to: string) => {
    phone.call.transfer(to);
    await settle();
    return phone.call.transferred;
  };
  return { bed, anna, ben, caller, keys, id: asId<CallId>((await anna.call()).id) };
}

it('the transfer key of a desk phone passes the call on to an agent, as the bar does', async () => {
  const { bed, anna, ben, caller, keys, id } = await talk();
  // Phones hold before.
  anna.phone.call.hold();
  await settle();
  expect(await keys('1002')).toBe('done');
  expect(anna.phone.call.state).toBe('over');
  expect(await anna.state()).toBe('idle');
  expect(await ben.call()).toMatchObject({ id, phase: 'offered', number: '13900000001' });
  expect(bed.telephone.heard(caller.legId).music).toBe(true);
  await bed.centre.calls.answer(ben.who, id);
  await settle();
  ben.phone.call.send(1200);
  expect(bed.telephone.heard(caller.legId)).toEqual({ frequencies: [1200], music: false });
});

it('the transfer key of a desk phone passes the call on to a group by its number', async () => {
  const { ben, keys, id } = await talk();
  expect(await keys('2001')).toBe('done');
  expect(await ben.call()).toMatchObject({ id, phase: 'offered' });
});

it('the transfer key of a desk phone reaches a number outside where the group allows it', async () => {
  const { bed, caller, keys } = await talk(true);
  expect(await keys(OUTSIDE)).toBe('done');
  bed.telephone.trunk.call.answer();
  bed.telephone.trunk.call.send(1600);
  await settle();
  expect(bed.telephone.heard(caller.legId).frequencies).toEqual([1600]);
});

it('a desk phone is told that a transfer is refused, and the talk goes on: outside, nobody, oneself, who is in a call, while somebody is asked', async () => {
  const { bed, anna, caller, keys, id } = await talk();
  for (const to of [OUTSIDE, 'nobody', '1001', '1003']) expect(await keys(to)).toBe('refused');
  await bed.centre.parties.consult(anna.who, id, { agent: '1002' });
  expect(await keys('1002')).toBe('refused');
  await bed.centre.parties.retrieve(anna.who, id);
  await bed.centre.agents.lock(anna.who);
  expect(await keys('1002')).toBe('refused');
  expect(bed.telephone.heard(caller.legId)).toEqual({ frequencies: [800], music: false });
  expect(await anna.state()).toBe('talking');
});
