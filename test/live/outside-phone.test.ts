import { describe, expect, it } from 'vitest';
import { AppBed, Desk, refusal } from '../support/app-bed.ts';
import { SALES, TEAM, agent, agentId, group, member } from '../support/builders.ts';
import type { Plan } from '../support/builders.ts';
import type { FakeCall } from '../support/fake-far-end.ts';
import { settle } from '../support/manual-clock.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId, LegId } from '../../server/core/kernel/ids.ts';
import type { GroupRow, TeamRow } from '../../server/features/set-up/set-up-store.ts';

const [CUSTOMER, ANNA, BEN, LEADER] = [400, 800, 1200, 1600];
const ANNAS = '13700000001';
const LEADERS = '13700000008';
const HOTLINE = '400100';

const plan = (team: Partial<TeamRow> = {}, sales: Partial<GroupRow> = {}): Plan => ({
  team: { outsideConfirm: 'never', ...team },
  agents: [
    agent('1001', { outsideNumber: ANNAS }),
    agent('1002'),
    agent('1008', { role: 'leader', outsideNumber: LEADERS }),
  ],
  groups: [group(SALES, { number: '2001', retryMs: 60_000, ...sales })],
  members: [member('1001', SALES), member('1002', SALES)],
  leaders: [{ teamId: TEAM, groupId: SALES, agentId: agentId('1008') }],
});

interface Scene {
  bed: AppBed;
  /** Works with a telephone outside, and has no page. */
  anna: Desk;
  customer: FakeCall;
  id: CallId;
  /** What rings at Anna's telephone. */
  rings: FakeCall;
}

async function outside(bed: AppBed, number: string, device: { number?: string } = {}): Promise<Desk> {
  const desk = new Desk(bed, number);
  await bed.centre.agents.signIn(desk.who, { device: { kind: 'outside', ...device } }, '127.0.0.1');
  return desk;
}

/** A caller of the queue rings at Anna's telephone outside. */
async function ringing(of: Plan = plan()): Promise<Scene> {
  const bed = await AppBed.start(of);
  const anna = await outside(bed, '1001');
  const customer = bed.telephone.trunk.callIn('13900000001', HOTLINE);
  await settle();
  const id = asId<CallId>((await anna.call()).id);
  customer.send(CUSTOMER);
  return { bed, anna, customer, id, rings: bed.telephone.trunk.call };
}

/** Anna has answered. */
async function talk(of: Plan = plan()): Promise<Scene> {
  const scene = await ringing(of);
  scene.rings.answer();
  scene.rings.send(ANNA);
  await settle();
  return scene;
}

function hears({ bed }: Scene, who: { legId: LegId }): string {
  const { frequencies, music } = bed.telephone.heard(who.legId);
  return music ? 'music' : [...frequencies].sort((a, b) => a - b).join(' ');
}

describe('an outside number as the telephone of an agent', () => {
  it('is linked without a registration, is dialled with a number of the team, and talks when it is picked up', async () => {
    const scene = await ringing(plan({}, { callerId: '4008001000' }));
    const { anna, rings, customer } = scene;
    expect((await anna.view()).device).toMatchObject({ kind: 'outside', name: ANNAS, online: true });
    expect(rings.request).toMatchObject({
      target: { kind: 'number', number: ANNAS },
      callerId: { number: '4008001000' },
    });
    // Nothing of the house goes out, and no carrier answers by itself.
    expect(Object.keys(rings.request ?? {})).not.toContain('headers');
    expect(rings.request?.callerId).not.toHaveProperty('name');
    expect(await anna.state()).toBe('ringing');
    expect(await refusal(scene.bed.centre.calls.answer(anna.who, scene.id))).toBe('device-cannot-answer');
    rings.answer();
    rings.send(ANNA);
    await settle();
    expect(await anna.state()).toBe('talking');
    expect([hears(scene, customer), hears(scene, rings)]).toEqual(['800', '400']);
  });

  it('obeys the bar: hold, mute, digits, consult, swap, conference and attended transfer', async () => {
    const scene = await talk();
    const { bed, anna, rings, customer, id } = scene;
    const { calls, parties } = bed.centre;
    await calls.hold(anna.who, id);
    expect(hears(scene, customer)).toBe('music');
    await calls.resume(anna.who, id);
    await calls.mute(anna.who, id, true);
    expect([hears(scene, customer), hears(scene, rings)]).toEqual(['', '400']);
    await calls.mute(anna.who, id, false);
    await calls.digits(anna.who, id, '42');
    expect(customer.receivedDigits).toBe('42');
    const ben = await bed.agent('1002');
    await parties.consult(anna.who, id, { agent: '1002' });
    await calls.answer(ben.who, id);
    ben.phone.call.send(BEN);
    await settle();
    const all = () => [customer, rings, ben.phone.call].map((each) => hears(scene, each));
    expect(all()).toEqual(['music', '1200', '800']);
    await parties.swap(anna.who, id);
    expect(all()).toEqual(['800', '400', 'music']);
    await parties.conference(anna.who, id);
    expect(all()).toEqual(['800 1200', '400 1200', '400 800']);
    await parties.leave(anna.who, id);
    await settle();
    expect([rings.state, hears(scene, customer)]).toEqual(['over', '1200']);
    expect(await anna.state()).toBe('idle');
  });

  it('hangs up as any telephone: the call is over, and nobody is called back', async () => {
    const { bed, anna, rings, customer } = await talk();
    rings.hangup();
    await settle();
    expect(customer.state).toBe('over');
    expect(await anna.state()).toBe('idle');
    expect(bed.telephone.trunk.call).toBe(rings);
  });

  it('that is lost rings again, long enough to be picked up, while the customer hears music', async () => {
    const scene = await talk();
    const { bed, customer, rings } = scene;
    rings.vanish();
    await settle();
    expect(hears(scene, customer)).toBe('music');
    const again = bed.telephone.trunk.call;
    expect(again).not.toBe(rings);
    await bed.clock.advance(25_000);
    again.answer();
    again.send(ANNA);
    await settle();
    expect(hears(scene, customer)).toBe('800');
  });

  it('that is busy or does not answer lets the next agent ring', async () => {
    const scene = await ringing();
    const ben = await scene.bed.agent('1002');
    scene.rings.refuse(486);
    await settle();
    expect(await ben.state()).toBe('ringing');
    expect(await scene.anna.state()).toBe('idle');
  });

  it('dials: it is called first, then the number', async () => {
    const bed = await AppBed.start(plan());
    const anna = await outside(bed, '1001');
    const dialled = bed.centre.calls.dial(anna.who, { number: '13900000001' });
    await bed.clock.advance(4_000);
    const { id: callId } = await dialled;
    const own = bed.telephone.trunk.call;
    expect(own.request?.target).toEqual({ kind: 'number', number: ANNAS });
    await bed.clock.advance(26_000);
    own.answer();
    own.send(ANNA);
    await settle();
    const far = bed.telephone.trunk.call;
    expect(far.request?.target).toEqual({ kind: 'number', number: '13900000001' });
    far.answer();
    far.send(CUSTOMER);
    await settle();
    expect(bed.telephone.heard(own.legId).frequencies).toEqual([CUSTOMER]);
    expect(await anna.call()).toMatchObject({ id: callId, phase: 'talking' });
  });

  it('is called by colleagues, who hear the network, and takes a call that is passed on', async () => {
    const bed = await AppBed.start(plan());
    await outside(bed, '1001');
    const ben = await bed.agent('1002');
    void bed.centre.calls.dial(ben.who, { number: '1001' });
    await settle();
    ben.phone.call.answer();
    ben.phone.call.send(BEN);
    await settle();
    const rings = bed.telephone.trunk.call;
    rings.ring(true);
    rings.send(ANNA);
    await settle();
    expect(bed.telephone.heard(ben.phone.call.legId).frequencies).toEqual([ANNA]);
    rings.answer();
    await settle();
    expect(bed.telephone.heard(rings.legId).frequencies).toEqual([BEN]);
  });
});

describe('a machine that answers at an outside number', () => {
  it('gets no caller: it hears beeps, the caller goes on waiting, and the next agent is rung', async () => {
    const scene = await ringing(plan({ outsideConfirm: 'queue-calls' }, { ringMs: 15_000 }));
    const { bed, anna, rings, customer } = scene;
    rings.answer();
    rings.send(ANNA);
    await settle();
    expect(await anna.state()).toBe('ringing');
    expect(hears(scene, customer)).toBe('music');
    expect(hears(scene, rings)).toBe('950');
    const ben = await bed.agent('1002');
    await bed.clock.advance(15_000);
    expect(rings.state).toBe('over');
    expect(await ben.state()).toBe('ringing');
    expect(hears(scene, customer)).toBe('music');
  });

  it('is told from a person by the key 1, for which there is time also at the end of the ringing', async () => {
    const scene = await ringing(plan({ outsideConfirm: 'queue-calls' }, { ringMs: 20_000 }));
    const { bed, anna, rings, customer } = scene;
    await bed.clock.advance(19_000);
    rings.answer();
    rings.send(ANNA);
    await bed.clock.advance(8_000);
    rings.digits('52');
    await settle();
    expect(await anna.state()).toBe('ringing');
    rings.digits('1');
    await settle();
    expect(await anna.state()).toBe('talking');
    expect([hears(scene, customer), hears(scene, rings)]).toEqual(['800', '400']);
    // Later keys are the customer's business.
    rings.digits('1');
    await settle();
    expect(await anna.state()).toBe('talking');
  });

  it('is asked in a consult where the team wants it always, and who asks hears ringing instead of a greeting', async () => {
    const bed = await AppBed.start(plan({ outsideConfirm: 'always' }));
    const ben = await bed.agent('1002');
    const customer = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    const id = asId<CallId>((await ben.call()).id);
    await bed.centre.calls.answer(ben.who, id);
    const anna = await outside(bed, '1001');
    await bed.centre.parties.consult(ben.who, id, { agent: '1001' });
    const rings = bed.telephone.trunk.call;
    rings.ring(true);
    rings.send(ANNA);
    await settle();
    expect(bed.telephone.heard(ben.phone.call.legId).frequencies).toEqual([ANNA]);
    rings.answer();
    await settle();
    expect(bed.telephone.heard(ben.phone.call.legId).frequencies).toEqual([450]);
    expect(await anna.state()).toBe('ringing');
    rings.digits('1');
    await settle();
    expect(bed.telephone.heard(ben.phone.call.legId).frequencies).toEqual([ANNA]);
    expect(bed.telephone.heard(customer.legId).music).toBe(true);
  });

  it('is told from a person also by the server that follows one which has died', async () => {
    const bed = await AppBed.outlived(plan({ outsideConfirm: 'queue-calls' }));
    const anna = await outside(bed, '1001');
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    const rings = bed.telephone.trunk.call;
    rings.answer();
    await settle();
    await bed.successor();
    expect(await anna.state()).toBe('ringing');
    rings.digits('1');
    await settle();
    expect(bed.telephone.heard(rings.legId).music).toBe(false);
  });
});

describe('an outside number as the telephone of a leader', () => {
  it('listens, whispers, barges in and takes over, and is gone when it is hung up', async () => {
    const scene = await talk();
    const { bed, rings, customer, id } = scene;
    const leader = await outside(bed, '1008');
    Object.assign(leader.who, { role: 'leader' });
    const { supervision } = bed.centre;
    const listening = supervision.monitor(leader.who, '1001', 'listen');
    await settle();
    const heard = bed.telephone.trunk.call;
    expect(heard.request?.target).toEqual({ kind: 'number', number: LEADERS });
    heard.answer();
    heard.send(LEADER);
    await listening;
    const all = () => [customer, rings, heard].map((each) => hears(scene, each));
    expect(all()).toEqual(['800', '400', '400 800']);
    await supervision.monitor(leader.who, '1001', 'whisper');
    expect(all()).toEqual(['800', '400 1600', '400 800']);
    await supervision.monitor(leader.who, '1001', 'barge');
    expect(all()).toEqual(['800 1600', '400 1600', '400 800']);
    heard.hangup();
    await settle();
    expect([hears(scene, customer), await leader.state()]).toEqual(['800', 'idle']);
    void supervision.takeOver(leader.who, '1001', {});
    await settle();
    const taken = bed.telephone.trunk.call;
    taken.answer();
    taken.send(LEADER);
    await settle();
    expect([hears(scene, customer), rings.state]).toEqual(['1600', 'over']);
    expect(await leader.call()).toMatchObject({ id, phase: 'talking' });
  });

  it('that is lost is not called again', async () => {
    const scene = await talk();
    const { bed } = scene;
    const leader = await outside(bed, '1008');
    Object.assign(leader.who, { role: 'leader' });
    const listening = bed.centre.supervision.monitor(leader.who, '1001', 'listen');
    await settle();
    const heard = bed.telephone.trunk.call;
    heard.answer();
    await listening;
    heard.vanish();
    await settle();
    expect(bed.telephone.trunk.call).toBe(heard);
    expect(await leader.state()).toBe('idle');
  });
});

describe('who may have an outside number', () => {
  const own = { outsidePhones: 'own' } as const;
  const signIn = (bed: AppBed, number: string, device: { number?: string } = {}) =>
    outside(bed, number, device);

  it('is for the team to say: nobody, with the number that an administrator has entered, or with any', async () => {
    const off = await AppBed.start(plan({ outsidePhones: 'off' }));
    expect(await refusal(signIn(off, '1001'))).toBe('forbidden');
    expect((await new Desk(off, '1001').view()).outsidePhone).toBeNull();
    const assigned = await AppBed.start(plan());
    expect(await refusal(signIn(assigned, '1001', { number: '13700000009' }))).toBe('forbidden');
    expect(await refusal(signIn(assigned, '1002'))).toBe('unknown-device');
    expect((await new Desk(assigned, '1001').view()).outsidePhone).toEqual({ number: ANNAS, own: false });
    expect((await new Desk(assigned, '1002').view()).outsidePhone).toBeNull();
    const any = await AppBed.start(plan(own));
    const ben = await signIn(any, '1002', { number: '+86 137-0000-0009' });
    expect((await ben.view()).device.name).toBe('13700000009');
    await any.centre.agents.signIn(
      ben.who,
      { device: { kind: 'browser' }, ignore: ['device-not-connected'] },
      '',
    );
    // It is kept for the next time.
    expect((await ben.view()).outsidePhone).toEqual({ number: '13700000009', own: true });
    await signIn(any, '1002');
    expect((await ben.view()).device).toMatchObject({ kind: 'outside', name: '13700000009' });
  });

  it('follows the dialling rule of the groups for a number of the own choice', async () => {
    const bed = await AppBed.start(plan(own, { dialling: 'history' }));
    const number = '13700000009';
    expect(await refusal(signIn(bed, '1002', { number }))).toBe('dialling-restricted');
    const { agents, calls } = bed.centre;
    const who = (of: string) => new Desk(bed, of).who;
    // Nor does it set free to sign in to no group.
    const wish = { kind: 'outside', number } as const;
    expect(await refusal(agents.signIn(who('1002'), { device: wish, groups: [] }, ''))).toBe(
      'dialling-restricted',
    );
    await agents.signIn(who('1001'), { device: { kind: 'outside' }, groups: [] }, '');
    expect(await refusal(calls.dial(who('1001'), { number }))).toBe('dialling-restricted');
  });

  it('does not go with numbers that are no telephone, our own, or in use', async () => {
    const bed = await AppBed.start(plan(own));
    for (const number of ['110', '*64', '1001', HOTLINE])
      expect(await refusal(signIn(bed, '1002', { number }))).toBe('unknown-number');
    expect(await refusal(signIn(bed, '1002', { number: '02010001' }))).toBe('number-leads-here');
    await signIn(bed, '1001');
    expect(await refusal(signIn(bed, '1002', { number: ANNAS }))).toBe('device-in-use');
  });

  it('loses its link when the team does not allow it any more, and the talk goes on', async () => {
    const scene = await talk();
    const { bed, anna, customer } = scene;
    await bed.store.run(({ teams }) =>
      teams.setRules(TEAM, {
        monitorNotice: 'shown',
        priorityPointMs: 60_000,
        outsidePhones: 'off',
        outsideConfirm: 'never',
      }),
    );
    await bed.centre.setUpChanged(TEAM);
    await settle();
    expect((await anna.view()).device).toMatchObject({ kind: 'outside', online: false });
    expect(hears(scene, customer)).toBe('800');
  });
});
