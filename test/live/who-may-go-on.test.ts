import { expect, it } from 'vitest';
import { AppBed, refusal } from '../support/app-bed.ts';
import { CARE, LUNCH, SALES, agent, group, member } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId } from '../../server/core/kernel/ids.ts';
import { BEN, PLAN, hears, monitor, talk } from './supervision-bed.ts';
import type { Scene } from './supervision-bed.ts';

const NUMBER = '13800000002';
const plan = (sales: object = {}) => ({
  ...PLAN,
  agents: [...(PLAN.agents ?? []), agent('1003'), agent('1004')],
  groups: [group(SALES, sales), group(CARE, { number: '2002' })],
  members: [
    ...['1001', '1002', '1008'].map((n) => member(n, SALES)),
    ...['1003', '1004'].map((n) => member(n, CARE)),
  ],
});

async function consulted(scene: Scene): Promise<void> {
  const { bed, anna, ben, id } = scene;
  await bed.centre.parties.consult(anna.who, id, { agent: '1002' });
  await settle();
  await bed.centre.calls.answer(ben.who, id);
  await settle();
  ben.phone.call.send(BEN);
}
async function conference(scene: Scene): Promise<void> {
  await consulted(scene);
  await scene.bed.centre.parties.conference(scene.anna.who, scene.id);
}

it('a leader who is called back after a reload does not get the call', async () => {
  const scene = await talk();
  await monitor(scene, 'listen');
  scene.leader.phone.leave('voice');
  await settle();
  scene.leader.phone.register();
  await settle();
  expect((await scene.bed.centre.desks.snapshot(scene.leader.who)).calls).toEqual([]);
  expect(await refusal(scene.bed.centre.calls.hangup(scene.leader.who, scene.id))).toBe('no-such-call');
});

it('nor does a leader who had the call before', async () => {
  const scene = await talk(plan());
  const { bed, anna, leader, id } = scene;
  await bed.centre.parties.transfer(anna.who, id, { to: { agent: '1008' }, type: 'blind' });
  await settle();
  await bed.centre.calls.answer(leader.who, id);
  await settle();
  await bed.centre.parties.transfer(leader.who, id, { to: { agent: '1001' }, type: 'blind' });
  await settle();
  await bed.centre.calls.answer(anna.who, id);
  await settle();
  await bed.centre.supervision.monitor(leader.who, '1001', 'listen');
  await bed.centre.calls.hangup(leader.who, id).catch(() => undefined);
  await settle();
  expect(scene.customer.state).toBe('up');
});

it('an agent takes a call that came back to the line, and it does not expire', async () => {
  const scene = await talk(plan({ transferOutside: true, talkOnMs: 60_000, transferReturn: 'queue' }));
  const { bed, anna, ben, id, customer } = scene;
  await bed.centre.parties.transfer(anna.who, id, { to: { number: NUMBER }, type: 'blind' });
  await settle();
  bed.telephone.trunk.call.refuse(486);
  await settle();
  await bed.centre.calls.answer(ben.who, id);
  await settle();
  expect(await ben.state()).toBe('talking');
  await bed.clock.advance(61_000);
  expect(customer.state).toBe('up');
});

it('two outside have an end, whatever group the last agent is of', async () => {
  const bed = await AppBed.start({
    agents: [agent('1001'), agent('1002')],
    groups: [group(SALES, { transferOutside: true, talkOnMs: 60_000 })],
    members: [member('1001', SALES)],
  });
  const [anna, ben] = [await bed.agent('1001'), await bed.agent('1002')];
  const customer = bed.telephone.trunk.callIn('13900000001', '02010001');
  await settle();
  const id = asId<CallId>((await anna.call()).id);
  await bed.centre.calls.answer(anna.who, id);
  await bed.centre.parties.add(anna.who, id, { agent: '1002' });
  await settle();
  await bed.centre.calls.answer(ben.who, id);
  await settle();
  await bed.centre.parties.transfer(anna.who, id, { to: { number: NUMBER }, type: 'blind' });
  await settle();
  await bed.centre.parties.leave(ben.who, id);
  bed.telephone.trunk.call.answer();
  await settle();
  await bed.clock.advance(2 * 3_600_000);
  expect(customer.state).toBe('over');
});

it('who is aside does not leave the customer with a number that is added', async () => {
  const scene = await talk(plan());
  const { bed, anna, id, customer } = scene;
  await bed.centre.parties.consult(anna.who, id, { group: '2002' });
  await settle();
  expect(await refusal(bed.centre.parties.add(anna.who, id, { number: NUMBER }))).toBe('call-not-active');
  expect(hears(scene, customer)).toBe('music');
});

it('another agent’s transfer outside does not strand who asks a group', async () => {
  const scene = await talk(plan({ transferOutside: true }));
  const { bed, anna, ben, id } = scene;
  await conference(scene);
  await bed.centre.parties.consult(anna.who, id, { group: '2002' });
  await bed.centre.parties.transfer(ben.who, id, { to: { number: NUMBER }, type: 'blind' });
  await settle();
  bed.telephone.trunk.call.answer();
  await settle();
  await bed.centre.parties.retrieve(anna.who, id);
  await settle();
  expect(hears(scene, anna.phone.call)).not.toBe('music');
});

it('after-call work that nobody has seen is cut by no force', async () => {
  for (const how of ['pause', 'sign-out'] as const) {
    const { bed, anna, leader, customer } = await talk();
    customer.hangup();
    await settle();
    await (
      how === 'pause'
        ? bed.centre.supervision.pause(leader.who, '1001', LUNCH, {})
        : bed.centre.supervision.force(leader.who, '1001', 'sign-out', {})
    ).catch(() => undefined);
    expect([how, await anna.state()]).toEqual([how, 'acw']);
  }
});

it('a leader whose phone holds takes over, and the customer is not in silence', async () => {
  const scene = await talk();
  await monitor(scene, 'listen');
  scene.leader.phone.call.hold();
  await settle();
  await scene.bed.centre.supervision.takeOver(scene.leader.who, '1001', {});
  await settle();
  expect(hears(scene, scene.customer)).not.toBe('');
});

it('a call that cannot come back leaves the agent’s after-call work', async () => {
  const scene = await talk();
  const { bed, anna, ben, id } = scene;
  await bed.centre.parties.transfer(anna.who, id, { to: { agent: '1002' }, type: 'blind' });
  await settle();
  anna.phone.leave('voice');
  anna.close();
  await settle();
  await bed.centre.calls.reject(ben.who, id);
  await settle();
  expect(await anna.state()).toBe('acw');
});
