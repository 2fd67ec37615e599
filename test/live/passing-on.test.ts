import { describe, expect, it } from 'vitest';
import { AppBed, refusal } from '../support/app-bed.ts';
import type { Desk } from '../support/app-bed.ts';
import { CARE, SALES, agent, group, member } from '../support/builders.ts';
import type { Plan } from '../support/builders.ts';
import type { FakeCall } from '../support/fake-far-end.ts';
import { settle } from '../support/manual-clock.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId, LegId } from '../../server/core/kernel/ids.ts';
import type { GroupRow } from '../../server/features/set-up/set-up-store.ts';

const [CUSTOMER, ANNA, BEN, OUTSIDE] = [400, 800, 1200, 1600];

interface Scene {
  bed: AppBed;
  customer: FakeCall;
  anna: Desk;
  ben: Desk;
  id: CallId;
}

const plan = (sales: Partial<GroupRow> = {}): Plan => ({
  agents: [agent('1001'), agent('1002'), agent('1003')],
  groups: [group(SALES, sales), group(CARE, { number: '2002' })],
  members: [member('1001', SALES), member('1002', CARE), member('1003', CARE)],
});

/** Anna (1001, sales) talks with a caller; Ben (1002) is idle, and in care. */
async function talk(sales: Partial<GroupRow> = {}): Promise<Scene> {
  const bed = await AppBed.start(plan(sales));
  const anna = await bed.agent('1001');
  const ben = await bed.agent('1002');
  const customer = bed.telephone.trunk.callIn('13900000001', '400100');
  await settle();
  const id = asId<CallId>((await anna.call()).id);
  await bed.centre.calls.answer(anna.who, id);
  customer.send(CUSTOMER);
  anna.phone.call.send(ANNA);
  return { bed, customer, anna, ben, id };
}

function hears({ bed }: Scene, who: { legId: LegId }): string {
  const { frequencies, music } = bed.telephone.heard(who.legId);
  return music ? 'music' : [...frequencies].sort((a, b) => a - b).join(' ');
}

describe('a call that is given to a group', () => {
  const give = ({ bed, anna, id }: Scene, to = '2002') =>
    bed.centre.parties.transfer(anna.who, id, { to: { group: to }, type: 'blind' });

  it('rings at whoever is free, with data and notes, and the first agent has no part in it any more', async () => {
    const scene = await talk();
    const { bed, anna, ben, customer, id } = scene;
    await bed.centre.calls.setData(anna.who, id, { order: '4711' });
    await bed.centre.calls.wrapUp(anna.who, id, { notes: 'wants a refund' });
    const done = give(scene);
    await done;
    await settle();
    expect(anna.phone.call.state).toBe('over');
    expect(await anna.state()).toBe('idle');
    expect(hears(scene, customer)).toBe('music');
    expect(await ben.call()).toMatchObject({
      id,
      phase: 'offered',
      number: '13900000001',
      group: { id: CARE },
      data: { order: '4711' },
      wrapUp: { notes: 'wants a refund' },
    });
    await bed.centre.calls.answer(ben.who, id);
    ben.phone.call.send(BEN);
    expect(hears(scene, customer)).toBe(String(BEN));
    await bed.centre.calls.hangup(ben.who, id);
    await settle();
    const parts = bed.store.tables.parts.filter(({ agentId }) => agentId !== null);
    expect(parts.map(({ agentNumber, outcome }) => [agentNumber, outcome])).toEqual([
      ['1001', 'answered'],
      ['1002', 'answered'],
    ]);
    expect(bed.store.tables.calls[0]?.call).toMatchObject({ cause: 'normal', groupId: CARE });
  });

  it('goes before those whom nobody has talked to, though they came earlier', async () => {
    const scene = await talk();
    const { bed, ben, id } = scene;
    await bed.centre.agents.signOut(ben.who, undefined);
    bed.store.tables.routes.push({
      ...bed.store.tables.routes[0]!,
      number: '400200',
      target: { kind: 'group', groupId: CARE },
    });
    bed.telephone.trunk.callIn('13900000002', '400200');
    await settle();
    await bed.clock.advance(5_000);
    await give(scene);
    await bed.centre.agents.signIn(ben.who, {}, '127.0.0.1');
    await settle();
    expect((await ben.call()).id).toBe(id);
  });

  it('is not offered to who has given it away at once, and waits on when nobody takes it', async () => {
    const scene = await talk({ retryMs: 20_000 });
    const { bed, anna, customer } = scene;
    await give(scene, SALES);
    await settle();
    expect(await anna.state()).toBe('idle');
    expect(hears(scene, customer)).toBe('music');
    await bed.clock.advance(20_000);
    expect(await anna.state()).toBe('ringing');
    await bed.clock.advance(16_000);
    expect(hears(scene, customer)).toBe('music');
    customer.hangup();
    await settle();
    expect(bed.telephone.legsById.size).toBe(0);
  });

  it('is one with a single customer, of a group that there is', async () => {
    const scene = await talk();
    const { bed, anna, ben, id } = scene;
    expect(await refusal(give(scene, '9999'))).toBe('unknown-group');
    await bed.centre.parties.add(anna.who, id, { agent: '1002' });
    await settle();
    await bed.centre.calls.answer(ben.who, id);
    expect(await refusal(give(scene))).toBe('call-not-active');
    expect(await refusal(bed.centre.parties.add(anna.who, id, { group: '2002' }))).toBe('forbidden');
  });
});

describe('an agent who asks a group', () => {
  const ask = ({ bed, anna, id }: Scene) => bed.centre.parties.consult(anna.who, id, { group: '2002' });

  it('waits in its line with music until somebody is free, and asks whoever answers', async () => {
    const scene = await talk();
    const { bed, anna, ben, customer, id } = scene;
    await bed.centre.agents.pause(ben.who, 'lunch');
    await ask(scene);
    await settle();
    expect([hears(scene, customer), hears(scene, anna.phone.call)]).toEqual(['music', 'music']);
    expect((await anna.call()).asking).toMatchObject({ group: { id: CARE } });
    expect(await refusal(ask(scene))).toBe('call-not-active');
    await bed.centre.agents.resume(ben.who);
    await settle();
    expect(await ben.call()).toMatchObject({ id, phase: 'offered', number: '13900000001' });
    await bed.centre.calls.answer(ben.who, id);
    await settle();
    ben.phone.call.send(BEN);
    expect([customer, anna.phone.call, ben.phone.call].map((each) => hears(scene, each))).toEqual([
      'music',
      String(BEN),
      String(ANNA),
    ]);
    expect((await anna.call()).asking).toBeNull();
    await bed.centre.parties.transfer(anna.who, id, {});
    expect(hears(scene, customer)).toBe(String(BEN));
  });

  it('asks the next one when the first does not answer', async () => {
    const scene = await talk();
    const { bed, anna, ben, customer, id } = scene;
    const clara = await bed.agent('1003');
    await ask(scene);
    await settle();
    await bed.centre.calls.reject(ben.who, id);
    await settle();
    expect([await ben.state(), await clara.state()]).toEqual(['idle', 'ringing']);
    expect(hears(scene, customer)).toBe('music');
    expect((await anna.call()).asking).not.toBeNull();
  });

  it('is back with the customer by retrieve, waiting or ringing', async () => {
    const scene = await talk();
    const { bed, anna, ben, customer, id } = scene;
    await ask(scene);
    await settle();
    await bed.centre.parties.retrieve(anna.who, id);
    await settle();
    expect([await ben.state(), hears(scene, customer)]).toEqual(['idle', String(ANNA)]);
    await bed.centre.agents.pause(ben.who, 'lunch');
    await ask(scene);
    await bed.centre.parties.retrieve(anna.who, id);
    await bed.centre.agents.resume(ben.who);
    await settle();
    expect([await ben.state(), hears(scene, customer)]).toEqual(['idle', String(ANNA)]);
  });

  it('gives the call to the group by a transfer while nobody is free', async () => {
    const scene = await talk();
    const { bed, anna, ben, id } = scene;
    await bed.centre.agents.pause(ben.who, 'lunch');
    await ask(scene);
    await bed.centre.parties.transfer(anna.who, id, {});
    expect(await anna.state()).toBe('idle');
    await bed.centre.agents.resume(ben.who);
    await settle();
    expect(await ben.call()).toMatchObject({ id, phase: 'offered' });
  });

  it('is alone when the customer leaves, and the call ends', async () => {
    const scene = await talk();
    await ask(scene);
    await settle();
    scene.customer.hangup();
    await settle();
    expect(scene.bed.telephone.legsById.size).toBe(0);
    expect(await scene.ben.state()).toBe('idle');
  });
});

describe('a call that is passed on to a number outside', () => {
  const rules = { transferOutside: true, talkOnMs: 60_000 };
  const give = ({ bed, anna, id }: Scene) =>
    bed.centre.parties.transfer(anna.who, id, { to: { number: '13800000002' }, type: 'blind' });

  it('is refused unless the group allows it', async () => {
    const scene = await talk();
    expect(await refusal(give(scene))).toBe('forbidden');
  });

  it('rings there with music, talks there, and ends when its time is over', async () => {
    const scene = await talk(rules);
    const { bed, anna, customer } = scene;
    await give(scene);
    await settle();
    const outside = bed.telephone.trunk.call;
    expect([hears(scene, customer), await anna.state()]).toEqual(['music', 'idle']);
    outside.answer();
    await settle();
    outside.send(OUTSIDE);
    expect([hears(scene, customer), hears(scene, outside)]).toEqual([String(OUTSIDE), String(CUSTOMER)]);
    await bed.clock.advance(59_000);
    expect(customer.state).toBe('up');
    await bed.clock.advance(2_000);
    expect([customer.state, outside.state]).toEqual(['over', 'over']);
    expect(bed.store.tables.calls[0]?.call).toMatchObject({ cause: 'expired' });
  });

  it('comes back when nobody answers there, ends, or waits in the line, as the group has it', async () => {
    const back = await talk(rules);
    await give(back);
    await settle();
    back.bed.telephone.trunk.call.refuse(486);
    await settle();
    expect(await back.anna.state()).toBe('ringing');
    const ends = await talk({ ...rules, transferReturn: 'end' });
    await give(ends);
    await settle();
    ends.bed.telephone.trunk.call.refuse(486);
    await settle();
    expect(ends.customer.state).toBe('over');
    const waits = await talk({ ...rules, transferReturn: 'queue', retryMs: 1_000 });
    await give(waits);
    await settle();
    waits.bed.telephone.trunk.call.refuse(486);
    await settle();
    expect(hears(waits, waits.customer)).toBe('music');
    await waits.bed.clock.advance(1_000);
    expect(await waits.anna.call()).toMatchObject({ id: waits.id, phase: 'offered' });
  });

  it('after asking there: the two talk, and one who hangs up ends it', async () => {
    const scene = await talk(rules);
    const { bed, anna, customer, id } = scene;
    await bed.centre.parties.consult(anna.who, id, { number: '13800000002' });
    await settle();
    const outside = bed.telephone.trunk.call;
    outside.answer();
    await settle();
    outside.send(OUTSIDE);
    await bed.centre.parties.transfer(anna.who, id, {});
    expect([hears(scene, customer), hears(scene, outside)]).toEqual([String(OUTSIDE), String(CUSTOMER)]);
    customer.hangup();
    await settle();
    expect(bed.telephone.legsById.size).toBe(0);
  });

  it('when the last agent leaves others talk on for a time only where the group says so', async () => {
    for (const [lastAgent, state] of [
      ['end', 'over'],
      ['talk-on', 'up'],
    ] as const) {
      const scene = await talk({ ...rules, lastAgent });
      const { bed, anna, customer, id } = scene;
      await bed.centre.parties.add(anna.who, id, { number: '13800000002' });
      await settle();
      bed.telephone.trunk.call.answer();
      await settle();
      await bed.centre.parties.leave(anna.who, id);
      await settle();
      expect([lastAgent, customer.state]).toEqual([lastAgent, state]);
      await bed.clock.advance(61_000);
      expect(customer.state).toBe('over');
    }
  });
});
