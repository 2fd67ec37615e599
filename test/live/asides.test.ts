import { describe, expect, it } from 'vitest';
import type { Party } from '../../server/contract/desk.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId, PartyId } from '../../server/core/kernel/ids.ts';
import { AppBed, refusal } from '../support/app-bed.ts';
import type { Desk } from '../support/app-bed.ts';
import { HOTLINE, LUNCH, SALES, agent, group, member } from '../support/builders.ts';
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

const PHONE = '13800000002';

const OUTSIDE_PLAN = {
  agents: [agent('1001'), agent('1002')],
  members: [member('1001', SALES), member('1002', SALES)],
  groups: [group(SALES, { acwMode: 'after-answer', transferOutside: true })],
};

async function outsideOf(desk: Desk): Promise<Party> {
  const found = (await desk.call()).parties.find(({ number }) => number === PHONE);
  if (!found) throw new Error('nobody outside is in the call');
  return found;
}

/** In a conference of three Anna asks a number outside, which has answered. */
async function conferenceAside(): Promise<Scene> {
  const scene = await conference();
  const { bed, anna, id } = scene;
  await bed.centre.parties.consult(anna.who, id, { number: PHONE });
  await settle();
  bed.telephone.trunk.call.answer();
  bed.telephone.trunk.call.send(OUTSIDE);
  await settle();
  return scene;
}

describe('a number outside that is asked aside', () => {
  it('is let go and muted by who asked alone, and by every agent once it is with all', async () => {
    const scene = await conferenceAside();
    const { bed, anna, ben, id } = scene;
    const { parties } = bed.centre;
    const partyId = asId<PartyId>((await outsideOf(anna)).id);
    expect(await outsideOf(anna)).toMatchObject({ mayKick: true, mayMute: true });
    expect(await outsideOf(ben)).toMatchObject({ mayKick: false, mayMute: false });
    expect(await refusal(parties.kick(ben.who, id, partyId))).toBe('forbidden');
    expect(await refusal(parties.mute(ben.who, id, partyId, true))).toBe('forbidden');
    expect(hears(scene, anna.phone.call)).toBe(String(OUTSIDE));
    await parties.conference(anna.who, id);
    expect(await outsideOf(ben)).toMatchObject({ mayKick: true, mayMute: true });
    await parties.kick(ben.who, id, partyId);
    await settle();
    expect(all(scene)).toEqual([`${ANNA} ${BEN}`, `${CUSTOMER} ${BEN}`, `${CUSTOMER} ${ANNA}`]);
  });
});

describe('the one talk aside of a call', () => {
  it('is refused to a second agent, and to who is asked in it, until it is over', async () => {
    const scene = await conferenceAside();
    const { bed, anna, ben, customer, id } = scene;
    const { parties } = bed.centre;
    for (const target of [{ number: '13800000003' }, { agent: '1003' }, { group: SALES }]) {
      expect(await refusal(parties.consult(ben.who, id, target))).toBe('consult-taken');
    }
    for (const command of ['swap', 'conference'] as const) {
      expect(await refusal(parties[command](ben.who, id))).toBe('call-not-active');
    }
    await parties.retrieve(ben.who, id);
    expect(hears(scene, anna.phone.call)).toBe(String(OUTSIDE));
    expect(hears(scene, customer)).toBe(String(BEN));
    // Also while who asked is with the others.
    await parties.swap(anna.who, id);
    expect(await refusal(parties.consult(ben.who, id, { number: '13800000003' }))).toBe('consult-taken');
    await parties.retrieve(anna.who, id);
    await settle();
    await parties.consult(ben.who, id, { number: '13800000003' });
    expect(hears(scene, customer)).toBe(String(ANNA));
  });

  it('of an agent who was called in is no other agent’s, and leads back when who is asked goes', async () => {
    const scene = await conference();
    const { bed, anna, ben, customer, id } = scene;
    const { parties } = bed.centre;
    await parties.consult(ben.who, id, { number: PHONE });
    await settle();
    bed.telephone.trunk.call.answer();
    await settle();
    for (const command of ['swap', 'conference'] as const) {
      expect(await refusal(parties[command](anna.who, id))).toBe('call-not-active');
    }
    expect(await refusal(parties.transfer(anna.who, id, {}))).toBe('call-not-active');
    await parties.retrieve(anna.who, id);
    await settle();
    expect([hears(scene, customer), hears(scene, anna.phone.call)]).toEqual([String(ANNA), String(CUSTOMER)]);
    bed.telephone.trunk.call.hangup();
    await settle();
    expect(all(scene)).toEqual([`${ANNA} ${BEN}`, `${CUSTOMER} ${BEN}`, `${CUSTOMER} ${ANNA}`]);
    expect((await ben.call()).parties.map(({ place }) => place)).toEqual(['main', 'main', 'main', 'consult']);
  });

  it('of an agent who waits in a line is seen as that by who has called it in', async () => {
    const { bed, anna, ben, id } = await conference();
    await bed.centre.parties.consult(ben.who, id, { group: SALES });
    await settle();
    const partyOfBen = async (desk: Desk) =>
      (await desk.call()).parties.find(({ number }) => number === '1002');
    const asking = { group: { id: SALES }, since: bed.clock.now() };
    expect(await partyOfBen(anna)).toMatchObject({ place: 'consult', mayKick: true, asking });
    expect(await ben.call()).toMatchObject({ asking });
    expect((await anna.call()).asking).toBeNull();
    await bed.centre.parties.retrieve(ben.who, id);
    expect(await partyOfBen(anna)).toMatchObject({ place: 'main', asking: null });
  });

  it('is not joined by whom the asked agent would ask', async () => {
    const { bed, ben, id } = await consulting();
    expect(await refusal(bed.centre.parties.consult(ben.who, id, { number: PHONE }))).toBe('consult-taken');
  });

  it.each(['with who was asked', 'with the customer'])(
    'becomes a plain talk of two when the customer leaves while the agent is %s',
    async (where) => {
      const scene = await consulting();
      const { bed, anna, ben, customer, id } = scene;
      const { parties } = bed.centre;
      if (where === 'with the customer') await parties.swap(anna.who, id);
      customer.hangup();
      await settle();
      expect(all(scene).slice(1)).toEqual([String(BEN), String(ANNA)]);
      expect((await bed.telephone.rooms()).length).toBe(1);
      const present = (await anna.call()).parties.filter(({ state }) => state !== 'gone');
      expect(present.map(({ place, state }) => [place, state])).toEqual([
        ['main', 'talking'],
        ['main', 'talking'],
      ]);
      expect(await refusal(parties.swap(anna.who, id))).toBe('call-not-active');
      // There is a talk again: somebody may be asked, and be given it.
      await parties.consult(anna.who, id, { number: PHONE });
      await settle();
      expect(hears(scene, ben.phone.call)).toBe('music');
    },
  );
});

it('an agent goes on waiting in a line when another one passes the call on to a number outside', async () => {
  const bed = await AppBed.start(OUTSIDE_PLAN);
  const anna = await bed.agent('1001');
  bed.telephone.trunk.callIn('13900000001', HOTLINE);
  await settle();
  const id = asId<CallId>((await anna.call()).id);
  const { calls, parties } = bed.centre;
  await calls.answer(anna.who, id);
  const ben = await bed.agent('1002');
  await parties.add(anna.who, id, { agent: '1002' });
  await settle();
  await calls.answer(ben.who, id);
  await settle();
  await parties.consult(anna.who, id, { group: SALES });
  await parties.transfer(ben.who, id, { to: { number: PHONE }, type: 'blind' });
  await settle();
  expect((await anna.call()).asking).toMatchObject({ group: { id: SALES } });
});

describe('an agent who is alone for a moment', () => {
  it('mutes and unmutes while it rings at who is asked; a hold and digits are refused', async () => {
    const scene = await ringing();
    const { bed, anna, ben, id } = scene;
    const { calls } = bed.centre;
    expect(await refusal(calls.hold(anna.who, id))).toBe('call-not-active');
    expect(await refusal(calls.digits(anna.who, id, '1'))).toBe('call-not-active');
    await calls.mute(anna.who, id, true);
    expect(await anna.call()).toMatchObject({ muted: true });
    await calls.answer(ben.who, id);
    await settle();
    ben.phone.call.send(BEN);
    expect(all(scene)).toEqual(['music', String(BEN), '']);
    await calls.mute(anna.who, id, false);
    expect(all(scene)).toEqual(['music', String(BEN), String(ANNA)]);
  });

  it('mutes in the line of a group', async () => {
    const scene = await talk();
    const { bed, anna, ben, id } = scene;
    await bed.centre.agents.pause(ben.who, LUNCH);
    await bed.centre.parties.consult(anna.who, id, { group: SALES });
    await settle();
    expect((await anna.call()).asking).not.toBeNull();
    await bed.centre.calls.mute(anna.who, id, true);
    expect(await anna.call()).toMatchObject({ muted: true });
    await bed.centre.calls.mute(anna.who, id, false);
    await bed.centre.parties.retrieve(anna.who, id);
    expect(hears(scene, scene.customer)).toBe(String(ANNA));
  });
});

it('a call of thirty is full: nobody else is called in', async () => {
  const { bed, anna, id } = await talk();
  const { parties } = bed.centre;
  for (let n = 10; n < 38; n++) await parties.add(anna.who, id, { number: `138000000${n}` });
  expect(await refusal(parties.add(anna.who, id, { number: PHONE }))).toBe('call-full');
  expect(await refusal(parties.consult(anna.who, id, { agent: '1002' }))).toBe('call-full');
  expect((await anna.call()).parties.length).toBe(30);
});
