import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId } from '../../server/core/kernel/ids.ts';
import { AppBed, refusal } from '../support/app-bed.ts';
import type { Desk } from '../support/app-bed.ts';
import { HOTLINE, SALES, agent, group, member } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';

const PLAN = {
  agents: [agent('1001'), agent('1002'), agent('1003')],
  members: ['1001', '1002', '1003'].map((number) => member(number, SALES)),
  groups: [group(SALES, { acwMode: 'after-ring' })],
};

interface Scene {
  bed: AppBed;
  anna: Desk;
  ben: Desk;
  id: CallId;
}

/** Anna (1001) has talked with a caller for a minute; Ben (1002) is idle. */
async function talking(): Promise<Scene> {
  const bed = await AppBed.start(PLAN);
  const anna = await bed.agent('1001');
  bed.telephone.trunk.callIn('13900000001', HOTLINE);
  await settle();
  const id = asId<CallId>((await anna.call()).id);
  await bed.centre.calls.answer(anna.who, id);
  const ben = await bed.agent('1002');
  await bed.clock.advance(60_000);
  return { bed, anna, ben, id };
}

type Way = [string, (scene: Scene) => Promise<unknown>];
const WAYS: Way[] = [
  ['is asked aside', ({ bed, anna, id }) => bed.centre.parties.consult(anna.who, id, { agent: '1002' })],
  ['is added', ({ bed, anna, id }) => bed.centre.parties.add(anna.who, id, { agent: '1002' })],
  [
    'is passed the call',
    ({ bed, anna, id }) =>
      bed.centre.parties.transfer(anna.who, id, { to: { agent: '1002' }, type: 'blind' }),
  ],
  [
    'is found in the line to which the call went back',
    async ({ bed, anna, id }) => {
      await bed.centre.parties.transfer(anna.who, id, { to: { group: SALES }, type: 'blind' });
    },
  ],
];

describe('the desk of an agent who', () => {
  it.each(WAYS)('%s has a call that rings, and has been answered when that agent answers', async (_, way) => {
    const scene = await talking();
    const { bed, ben, id } = scene;
    await bed.clock.advance(1_000);
    await way(scene);
    await settle();
    const rangAt = bed.clock.now();
    expect(await ben.call()).toMatchObject({ phase: 'offered', answeredAt: null, since: rangAt });
    await bed.clock.advance(4_000);
    expect(await ben.call()).toMatchObject({ phase: 'offered', answeredAt: null, since: rangAt });
    await bed.centre.calls.answer(ben.who, id);
    await settle();
    const answeredAt = bed.clock.now();
    const { since } = await ben.call();
    expect(await ben.call()).toMatchObject({ phase: 'talking', answeredAt, since: answeredAt });
    await bed.clock.advance(3_000);
    expect(await ben.call()).toMatchObject({ answeredAt, since });
    await bed.centre.calls.hold(ben.who, id);
    await bed.clock.advance(1_000);
    await bed.centre.calls.resume(ben.who, id);
    ben.phone.leave('voice');
    await settle();
    ben.phone.register();
    await bed.clock.advance(3_000);
    expect(await ben.call()).toMatchObject({ phase: 'talking', answeredAt });
  });

  it.each(WAYS.slice(0, 3))(
    '%s and does not answer has missed it: with nothing to write up',
    async (_, way) => {
      const scene = await talking();
      const { bed, ben, id } = scene;
      await way(scene);
      await settle();
      ben.phone.call.refuse(486);
      await settle();
      expect(await ben.call()).toMatchObject({ id, phase: 'ended', answeredAt: null });
      expect(await ben.state()).toBe('idle');
      expect(await refusal(bed.centre.calls.wrapUp(ben.who, id, { notes: 'x' }))).toBe('no-such-call');
    },
  );

  it('gets a call back that nobody took rings anew, and writes up what it has talked', async () => {
    const scene = await talking();
    const { bed, anna, ben, id } = scene;
    await WAYS[2]?.[1](scene);
    await bed.clock.advance(2_000);
    ben.phone.call.refuse(486);
    await settle();
    expect(await anna.call()).toMatchObject({ phase: 'offered', answeredAt: null, since: bed.clock.now() });
    await bed.clock.advance(2_000);
    await bed.centre.calls.answer(anna.who, id);
    await settle();
    expect(await anna.call()).toMatchObject({ phase: 'talking', answeredAt: bed.clock.now() });
    await bed.centre.calls.hangup(anna.who, id);
    await settle();
    expect(await anna.state()).toBe('acw');
  });
});

describe('whom a call comes from', () => {
  it.each(WAYS)('is told to who %s', async (_, way) => {
    const scene = await talking();
    const { anna, ben } = scene;
    expect((await anna.call()).from).toBeNull();
    await way(scene);
    await settle();
    expect((await ben.call()).from).toMatchObject({ number: '1001' });
    await scene.bed.centre.calls.answer(ben.who, scene.id);
    await settle();
    expect((await ben.call()).from).toMatchObject({ number: '1001' });
    expect((await anna.call()).from).toBeNull();
  });

  it('is the last who has passed it on, whoever had it before', async () => {
    const { bed, anna, ben, id } = await talking();
    const to = (number: string) => ({ to: { agent: number }, type: 'blind' }) as const;
    await bed.centre.parties.transfer(anna.who, id, to('1002'));
    await settle();
    await bed.centre.calls.answer(ben.who, id);
    const cara = await bed.agent('1003');
    await bed.centre.parties.transfer(ben.who, id, to('1003'));
    await settle();
    expect((await cara.call()).from).toMatchObject({ number: '1002' });
  });

  it('is whoever has not taken it, when it comes back', async () => {
    const { bed, anna, ben, id } = await talking();
    await bed.centre.parties.transfer(anna.who, id, { to: { agent: '1002' }, type: 'blind' });
    await settle();
    ben.phone.call.refuse(486);
    await settle();
    expect(await anna.call()).toMatchObject({ phase: 'offered', from: { number: '1002' } });
  });
});

it.each(WAYS.slice(2))(
  'who passes a call on sees it end at once, not when the switch has hung up (the next %s)',
  async (_, way) => {
    const scene = await talking();
    const { bed, anna } = scene;
    const endedAt = bed.clock.now();
    const open = bed.telephone.gate('hangup');
    const given = way(scene);
    await settle();
    expect(await anna.call()).toMatchObject({
      phase: 'ended',
      endedAt,
      since: endedAt,
      cause: 'handed-over',
    });
    bed.clock.skip(2_000);
    open();
    await given;
    await settle();
    expect(await anna.call()).toMatchObject({ phase: 'ended', endedAt, since: endedAt });
    const changes = anna.events.flatMap((event) => ('changes' in event ? event.changes : []));
    expect(changes.filter(({ entity }) => entity === 'call-removed')).toEqual([]);
  },
);

it('who asks sees the call as it was answered, however many are asked', async () => {
  const scene = await talking();
  const { answeredAt } = await scene.anna.call();
  await WAYS[0]?.[1](scene);
  await settle();
  await scene.bed.centre.calls.answer(scene.ben.who, scene.id);
  await settle();
  expect(answeredAt).not.toBeNull();
  expect(await scene.anna.call()).toMatchObject({ answeredAt });
});
