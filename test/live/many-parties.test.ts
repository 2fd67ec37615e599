import { describe, expect, it } from 'vitest';
import { refusal } from '../support/app-bed.ts';
import { SALES, group } from '../support/builders.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { PartyId } from '../../server/core/kernel/ids.ts';
import {
  ANNA,
  BEN,
  CUSTOMER,
  OUTSIDE,
  all,
  conference,
  consulting,
  hears,
  ringing,
  talk,
} from '../support/many-parties.ts';
import type { Scene } from '../support/many-parties.ts';
import { settle } from '../support/manual-clock.ts';

async function expectOver(scene: Scene): Promise<void> {
  await settle();
  expect(scene.bed.telephone.legsById.size).toBe(0);
  expect(await scene.bed.telephone.rooms()).toEqual([]);
  expect(await scene.ben.state()).not.toBe('talking');
}

describe('a consult that rings', () => {
  it('gives the customer music and the agent the ringing, and shows the caller to whom it rings', async () => {
    const scene = await ringing();
    expect(hears(scene, scene.customer)).toBe('music');
    expect(hears(scene, scene.anna.phone.call)).toBe('450');
    expect(scene.ben.phone.call.request?.callerId.number).toBe('13900000001');
    expect(await scene.ben.call()).toMatchObject({ id: scene.id, phase: 'offered', number: '13900000001' });
    const seen = (await scene.anna.call()).parties;
    expect(seen.map(({ role, state, place, mayKick }) => [role, state, place, mayKick])).toEqual([
      ['customer', 'held', 'main', true],
      ['agent', 'talking', 'consult', false],
      ['consulted', 'ringing', 'consult', true],
    ]);
    expect(seen.map((party) => party.agentId)).toEqual([null, scene.anna.who.agentId, scene.ben.who.agentId]);
  });

  const failures: Array<[string, (scene: Scene) => Promise<unknown>]> = [
    ['is refused', async ({ ben }) => ben.phone.call.refuse(486)],
    ['is rejected at the bar', ({ bed, ben, id }) => bed.centre.calls.reject(ben.who, id)],
    ['is not answered', ({ bed }) => bed.clock.advance(26_000)],
    ['rings at a page that goes', async ({ ben }) => ben.phone.leave('voice')],
    ['is taken back', ({ bed, anna, id }) => bed.centre.parties.retrieve(anna.who, id)],
  ];

  it.each(failures)('and %s leads back to the customer', async (_what, happens) => {
    const scene = await ringing();
    await happens(scene);
    await settle();
    expect(hears(scene, scene.customer)).toBe(String(ANNA));
    expect(hears(scene, scene.anna.phone.call)).toBe(String(CUSTOMER));
    expect(['idle', 'signed-out']).toContain(await scene.ben.state());
    expect((await scene.bed.telephone.rooms()).length).toBe(1);
  });

  it('ends with the customer who leaves', async () => {
    const scene = await ringing();
    scene.customer.hangup();
    await expectOver(scene);
  });

  it('shows everybody as gone when it has ended, though the switch has not let go of all yet', async () => {
    const scene = await ringing();
    const release = scene.bed.telephone.gate('hangup');
    scene.customer.hangup();
    await settle();
    const { phase, parties } = await scene.anna.call();
    expect([phase, ...new Set(parties.map(({ state }) => state))]).toEqual(['ended', 'gone']);
    release();
    await expectOver(scene);
  });

  it('that is answered in the moment of the retrieve is let go: one outcome', async () => {
    const scene = await ringing();
    const release = scene.bed.telephone.gate('hangup');
    const back = scene.bed.centre.parties.retrieve(scene.anna.who, scene.id);
    await settle();
    scene.ben.phone.call.answer();
    await settle();
    release();
    await back;
    await settle();
    expect(hears(scene, scene.customer)).toBe(String(ANNA));
    expect(scene.ben.phone.call.state).toBe('over');
    expect(await scene.ben.state()).toBe('idle');
  });
});

describe('a transfer to who is asked, while it rings', () => {
  async function handedOver(): Promise<Scene> {
    const scene = await ringing();
    const { bed, anna, id } = scene;
    await bed.centre.parties.transfer(anna.who, id, {});
    await settle();
    expect(hears(scene, scene.customer)).toBe('music');
    expect(anna.phone.call.state).toBe('over');
    return scene;
  }

  it('is the call of who answers', async () => {
    const scene = await handedOver();
    await scene.bed.centre.calls.answer(scene.ben.who, scene.id);
    await settle();
    scene.ben.phone.call.send(BEN);
    expect([hears(scene, scene.customer), hears(scene, scene.ben.phone.call)]).toEqual([
      String(BEN),
      String(CUSTOMER),
    ]);
    expect((await scene.ben.call()).parties.map(({ role, state }) => [role, state])).toEqual([
      ['customer', 'talking'],
      ['peer', 'gone'],
      ['agent', 'talking'],
    ]);
  });

  it('comes back when nobody answers, and ends with the customer who leaves', async () => {
    const scene = await handedOver();
    await scene.bed.clock.advance(26_000);
    expect(await scene.anna.call()).toMatchObject({ phase: 'offered', from: { number: '1002' } });
    expect(hears(scene, scene.customer)).toBe('music');
    scene.customer.hangup();
    await expectOver(scene);
  });
});

describe('a consult', () => {
  it('is heard by the two alone, and swapped by the one who asked', async () => {
    const scene = await consulting();
    const { bed, anna, id } = scene;
    expect(all(scene)).toEqual(['music', String(BEN), String(ANNA)]);
    await bed.centre.parties.swap(anna.who, id);
    expect(all(scene)).toEqual([String(ANNA), String(CUSTOMER), 'music']);
    await bed.centre.parties.swap(anna.who, id);
    expect(all(scene)).toEqual(['music', String(BEN), String(ANNA)]);
  });

  it('becomes a conference of all', async () => {
    const scene = await consulting();
    await scene.bed.centre.parties.conference(scene.anna.who, scene.id);
    expect(all(scene)).toEqual([`${ANNA} ${BEN}`, `${CUSTOMER} ${BEN}`, `${CUSTOMER} ${ANNA}`]);
    expect((await scene.bed.telephone.rooms()).length).toBe(1);
  });

  it('is not handed a call that the customer has left', async () => {
    const scene = await consulting();
    const { bed, customer, anna, id } = scene;
    customer.vanish();
    await settle();
    expect(await refusal(bed.centre.parties.transfer(anna.who, id, {}))).toBe('call-not-active');
    expect(all(scene).slice(1)).toEqual([String(BEN), String(ANNA)]);
  });

  it('is handed the call; who asked has after-call work, and the record has the new agent', async () => {
    const scene = await consulting();
    const { bed, anna, ben, customer, id } = scene;
    await bed.centre.parties.transfer(anna.who, id, {});
    await settle();
    expect(hears(scene, customer)).toBe(String(BEN));
    expect(hears(scene, ben.phone.call)).toBe(String(CUSTOMER));
    expect(anna.phone.call.state).toBe('over');
    expect(['acw', 'idle']).toContain(await anna.state());
    expect((await anna.call()).phase).toBe('ended');
    expect(await ben.call()).toMatchObject({ id, phase: 'talking' });
    expect(bed.store.tables.calls[0]?.call.agentId).toBe(ben.who.agentId);
    await bed.centre.calls.hangup(ben.who, id);
    await expectOver(scene);
  });

  it('whose asker hangs up ends for all; whose asked one hangs up leads back', async () => {
    const first = await consulting();
    await first.bed.centre.calls.hangup(first.ben.who, first.id);
    await settle();
    expect(hears(first, first.customer)).toBe(String(ANNA));
    const second = await consulting();
    await second.bed.centre.calls.hangup(second.anna.who, second.id);
    await expectOver(second);
  });

  it('goes on between the two when the customer leaves, and ends with the next who goes', async () => {
    const scene = await consulting();
    scene.customer.hangup();
    await settle();
    expect(hears(scene, scene.anna.phone.call)).toBe(String(BEN));
    scene.ben.phone.call.hangup();
    await expectOver(scene);
  });

  it('whose asker never comes back leaves the call to who was asked', async () => {
    const scene = await consulting();
    scene.anna.close();
    scene.anna.phone.leave('voice');
    await settle();
    expect(all(scene)[0]).toBe('music');
    await scene.bed.clock.advance(16_000);
    expect(hears(scene, scene.customer)).toBe(String(BEN));
    expect(scene.bed.store.tables.calls[0]?.call.agentId).toBe(scene.ben.who.agentId);
  });

  it('is found again by a page that reloads in it', async () => {
    const scene = await consulting();
    scene.anna.phone.leave('voice');
    scene.anna.phone.register();
    await settle();
    scene.anna.phone.call.send(ANNA);
    expect(all(scene)).toEqual(['music', String(BEN), String(ANNA)]);
  });

  it('with a number outside is heard by the two alone, joined in conference, and not handed the call', async () => {
    const scene = await talk();
    const { bed, anna, id } = scene;
    await bed.centre.parties.consult(anna.who, id, { number: '13800000002' });
    await settle();
    const outside = bed.telephone.trunk.call;
    outside.answer();
    outside.send(OUTSIDE);
    await settle();
    expect([hears(scene, scene.customer), hears(scene, anna.phone.call)]).toEqual(['music', String(OUTSIDE)]);
    expect(await refusal(bed.centre.parties.transfer(anna.who, id, {}))).toBe('forbidden');
    await bed.centre.parties.conference(anna.who, id);
    expect(hears(scene, scene.customer)).toBe(`${ANNA} ${OUTSIDE}`);
    await bed.centre.parties.leave(anna.who, id);
    await expectOver(scene);
  });
});

describe('a conference', () => {
  it('goes on without one who leaves, as long as an agent is left', async () => {
    const scene = await conference();
    await scene.bed.centre.parties.leave(scene.anna.who, scene.id);
    await settle();
    expect(hears(scene, scene.customer)).toBe(String(BEN));
    await scene.bed.centre.parties.leave(scene.ben.who, scene.id);
    await expectOver(scene);
  });

  it('loses whom the agent lets go', async () => {
    const scene = await conference();
    const ben = (await scene.anna.call()).parties.find(({ role }) => role === 'consulted');
    await scene.bed.centre.parties.kick(scene.anna.who, scene.id, asId<PartyId>(ben?.id ?? ''));
    await settle();
    expect(hears(scene, scene.customer)).toBe(String(ANNA));
    expect(await scene.ben.state()).not.toBe('talking');
  });

  it('gets one more, who is heard when it has answered; and both who reload at once come back', async () => {
    const scene = await conference();
    const { bed, anna, ben, id } = scene;
    await bed.centre.parties.add(anna.who, id, { number: '13800000002' });
    await settle();
    expect(hears(scene, anna.phone.call)).toBe(`${CUSTOMER} ${BEN}`);
    bed.telephone.trunk.call.answer();
    bed.telephone.trunk.call.send(OUTSIDE);
    await settle();
    expect(hears(scene, scene.customer)).toBe(`${ANNA} ${BEN} ${OUTSIDE}`);
    for (const desk of [anna, ben]) desk.phone.leave('voice');
    for (const desk of [anna, ben]) desk.phone.register();
    await settle();
    anna.phone.call.send(ANNA);
    ben.phone.call.send(BEN);
    expect(hears(scene, scene.customer)).toBe(`${ANNA} ${BEN} ${OUTSIDE}`);
  });
});

describe('a blind transfer', () => {
  async function passedOn(): Promise<Scene> {
    const scene = await talk();
    const { bed, anna, id } = scene;
    await bed.centre.parties.transfer(anna.who, id, { to: { agent: '1002' }, type: 'blind' });
    await settle();
    return scene;
  }

  it('rings there while the customer hears music, and the agent is free', async () => {
    const scene = await passedOn();
    expect(hears(scene, scene.customer)).toBe('music');
    expect(scene.anna.phone.call.state).toBe('over');
    await scene.bed.centre.calls.answer(scene.ben.who, scene.id);
    await settle();
    scene.ben.phone.call.send(BEN);
    expect(hears(scene, scene.customer)).toBe(String(BEN));
  });

  it('comes back to who has passed it on when nobody answers, and ends when nobody takes it there either', async () => {
    const scene = await passedOn();
    scene.ben.phone.call.refuse(486);
    await settle();
    expect(hears(scene, scene.customer)).toBe('music');
    expect(await scene.anna.call()).toMatchObject({ id: scene.id, phase: 'offered' });
    await scene.bed.clock.advance(26_000);
    await expectOver(scene);
  });

  it('ends with the customer who leaves', async () => {
    const scene = await passedOn();
    scene.customer.hangup();
    await expectOver(scene);
  });
});

describe('what cannot be is refused and changes nothing:', () => {
  it('asking oneself, an agent in the call or in another, and a second time; swapping or handing over with nobody asked', async () => {
    const scene = await talk();
    const { bed, anna, id } = scene;
    const { parties } = bed.centre;
    expect(await refusal(parties.consult(anna.who, id, { agent: '1001' }))).toBe('unknown-number');
    expect(await refusal(parties.consult(anna.who, id, { agent: '9999' }))).toBe('unknown-number');
    expect(await refusal(parties.consult(anna.who, id, { agent: '1003' }))).toBe('target-unavailable');
    expect(await refusal(parties.consult(anna.who, id, { number: '13900000001' }))).toBe('target-busy');
    expect(await refusal(parties.swap(anna.who, id))).toBe('call-not-active');
    expect(await refusal(parties.transfer(anna.who, id, {}))).toBe('call-not-active');
    expect(await refusal(parties.consult(scene.ben.who, id, { agent: '1001' }))).toBe('no-such-call');
    const both = [1, 2].map(() => parties.consult(anna.who, id, { agent: '1002' }));
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(hears(scene, scene.customer)).toBe('music');
  });
});

describe('in the same instant', () => {
  it.each([
    [
      'the page of who passes on goes',
      (scene: Scene) => (scene.anna.close(), scene.anna.phone.leave('voice')),
    ],
    ['the phone of who passes on hangs up', (scene: Scene) => scene.anna.phone.call.hangup()],
  ])('the transfer is clicked and %s: the customer is with who was asked', async (_, happens) => {
    const scene = await consulting();
    const { bed, anna, ben, id, customer } = scene;
    const release = bed.telephone.gate('hangup');
    const transfer = bed.centre.parties.transfer(anna.who, id, {});
    await settle();
    happens(scene);
    await settle();
    release();
    await transfer;
    await bed.clock.advance(20_000);
    expect([hears(scene, customer), hears(scene, ben.phone.call)]).toEqual([String(BEN), String(CUSTOMER)]);
    expect(await ben.call()).toMatchObject({ phase: 'talking' });
    expect(['acw', 'idle', 'signed-out']).toContain(await anna.state());
  });

  it('a call is passed on unasked and the page of who does it goes: it rings there, and ends when nobody takes it', async () => {
    const scene = await talk();
    const { bed, anna, ben, id, customer } = scene;
    anna.close();
    anna.phone.leave('voice');
    await bed.centre.parties.transfer(anna.who, id, { to: { agent: '1002' }, type: 'blind' });
    await settle();
    expect(await ben.call()).toMatchObject({ phase: 'offered' });
    expect(hears(scene, customer)).toBe('music');
    ben.phone.call.refuse(486);
    await expectOver(scene);
  });

  it('the page of who asks goes and the transfer is clicked: the customer is with who was asked', async () => {
    const scene = await consulting();
    const { bed, anna, ben, id, customer } = scene;
    anna.phone.leave('voice');
    await bed.centre.parties.transfer(anna.who, id, {});
    anna.phone.register();
    await bed.clock.advance(20_000);
    expect([hears(scene, customer), hears(scene, ben.phone.call)]).toEqual([String(BEN), String(CUSTOMER)]);
    expect(anna.phone.calls.every(({ state }) => state === 'over')).toBe(true);
    expect(await anna.state()).not.toBe('talking');
  });

  it('two tabs pass it on, or make a conference of it: once, and the second is told', async () => {
    const scene = await consulting();
    const { bed, anna, id } = scene;
    const { parties } = bed.centre;
    const conferences = await Promise.allSettled([1, 2].map(() => parties.conference(anna.who, id)));
    expect(conferences.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(all(scene)).toEqual([`${ANNA} ${BEN}`, `${CUSTOMER} ${BEN}`, `${CUSTOMER} ${ANNA}`]);
    const other = await consulting();
    const given = [1, 2].map(() => other.bed.centre.parties.transfer(other.anna.who, other.id, {}));
    expect((await Promise.allSettled(given)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(hears(other, other.customer)).toBe(String(BEN));
  });

  it('a call of the queue is offered to whom an agent asks: the first has that agent, the other is told', async () => {
    const scene = await talk();
    const { bed, anna, ben, id } = scene;
    bed.telephone.trunk.callIn('13900000009', '400100');
    await settle();
    expect(await refusal(bed.centre.parties.consult(anna.who, id, { agent: '1002' }))).toBe('target-busy');
    await settle();
    expect((await ben.call()).id).not.toBe(id);
    expect(hears(scene, scene.customer)).toBe(String(ANNA));

    const other = await talk();
    const asked = other.bed.centre.parties.consult(other.anna.who, other.id, { agent: '1002' });
    other.bed.telephone.trunk.callIn('13900000009', '400100');
    await asked;
    await settle();
    expect((await other.ben.call()).id).toBe(other.id);
    expect(other.ben.phone.calls).toHaveLength(1);
  });

  it('digits of an agent are heard by all of a conference, and of a talk aside by whom the agent talks to', async () => {
    const scene = await consulting();
    const { bed, anna, ben, customer, id } = scene;
    await bed.centre.calls.digits(anna.who, id, '12');
    await settle();
    expect([customer.receivedDigits, ben.phone.call.receivedDigits]).toEqual(['', '12']);
    await bed.centre.parties.conference(anna.who, id);
    await bed.centre.calls.digits(anna.who, id, '3');
    await settle();
    expect([customer.receivedDigits, ben.phone.call.receivedDigits]).toEqual(['3', '123']);
  });

  it('a number that the group may not dial is refused, and nobody waits', async () => {
    for (const dialling of ['off', 'history'] as const) {
      const scene = await talk({ groups: [group(SALES, { dialling })] });
      const { bed, anna, id } = scene;
      const to = { number: '13800000002' };
      expect(await refusal(bed.centre.parties.consult(anna.who, id, to))).toBe('dialling-restricted');
      expect(await refusal(bed.centre.parties.add(anna.who, id, to))).toBe('dialling-restricted');
      expect(hears(scene, scene.customer)).toBe(String(ANNA));
    }
  });
});
