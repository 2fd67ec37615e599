import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId } from '../../server/core/kernel/ids.ts';
import { AppBed, Desk, refusal } from '../support/app-bed.ts';
import {
  CARE,
  DESK_PHONE,
  HOTLINE,
  LUNCH,
  SALES,
  agent,
  deskPhone,
  group,
  member,
} from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';

const ACW = { acwMode: 'after-answer', acwLimitMs: 30_000 } as const;

async function endedCall(change: Parameters<typeof group>[1]): Promise<{ bed: AppBed; desk: Desk }> {
  const bed = await AppBed.start({ groups: [group(SALES, change)] });
  const desk = await bed.agent('1001');
  const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
  await settle();
  await bed.centre.calls.answer(desk.who, asId<CallId>((await desk.call()).id));
  caller.hangup();
  await settle();
  return { bed, desk };
}

describe('after-call work', () => {
  it('begins by itself, keeps calls away, and ends at the time limit', async () => {
    const { bed, desk } = await endedCall(ACW);
    const view = await desk.view();
    expect(view.state).toBe('acw');
    expect(view.acw?.endsAt).toBe(bed.clock.now() + 30_000);
    bed.telephone.trunk.callIn('13900000002', HOTLINE);
    await bed.clock.advance(29_999);
    expect(await desk.state()).toBe('acw');
    await bed.clock.advance(1);
    expect(await desk.state()).toBe('ringing');
  });

  it('ends by command, and only once', async () => {
    const { bed, desk } = await endedCall({ ...ACW, acwLimitMs: null });
    await bed.clock.advance(3_600_000);
    expect((await bed.centre.agents.endAcw(desk.who)).state).toBe('idle');
    expect((await bed.centre.agents.endAcw(desk.who)).state).toBe('idle');
  });

  it('turns into a pause without anything ringing in between', async () => {
    const { bed, desk } = await endedCall(ACW);
    bed.telephone.trunk.callIn('13900000002', HOTLINE);
    await settle();
    const view = await bed.centre.agents.pause(desk.who, LUNCH);
    expect(view).toMatchObject({ state: 'paused', acw: null, pause: { reasonId: LUNCH } });
    await bed.clock.advance(31_000);
    expect(await desk.state()).toBe('paused');
  });

  it('is skipped when the group has none', async () => {
    const { desk } = await endedCall({ acwMode: 'off' });
    expect(await desk.state()).toBe('idle');
  });

  it.each([
    ['after-ring', 'acw'],
    ['after-answer', 'idle'],
  ] as const)('with the mode %s leaves the agent who did not answer in %s', async (acwMode, word) => {
    const bed = await AppBed.start({ groups: [group(SALES, { acwMode, acwLimitMs: 30_000 })] });
    const desk = await bed.agent('1001');
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    caller.hangup();
    await settle();
    expect(await desk.state()).toBe(word);
  });

  it('follows an outbound call that was answered', async () => {
    const bed = await AppBed.start({ groups: [group(SALES, ACW)] });
    const desk = await bed.agent('1001');
    await bed.centre.calls.dial(desk.who, { number: '13800138000' });
    bed.telephone.trunk.call.answer();
    await settle();
    bed.telephone.trunk.call.hangup();
    await settle();
    expect(await desk.state()).toBe('acw');
  });
});

describe('the next state', () => {
  it('follows the after-call work, and the last choice wins', async () => {
    const bed = await AppBed.start({ groups: [group(SALES, ACW)] });
    const desk = await bed.agent('1001');
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    await bed.centre.calls.answer(desk.who, asId<CallId>((await desk.call()).id));
    await bed.centre.agents.setNextState(desk.who, { kind: 'sign-out' });
    await bed.centre.agents.setNextState(desk.who, { kind: 'pause', reasonId: LUNCH });
    caller.hangup();
    await settle();
    expect(await desk.state()).toBe('acw');
    await bed.clock.advance(30_000);
    expect(await desk.view()).toMatchObject({ state: 'paused', next: null });
  });

  it('is how signing out in a call is understood', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    await bed.centre.calls.answer(desk.who, asId<CallId>((await desk.call()).id));
    const view = await bed.centre.agents.signOut(desk.who, undefined);
    expect(view).toMatchObject({ state: 'talking', next: { kind: 'sign-out' } });
    expect(await refusal(bed.centre.agents.pause(desk.who, LUNCH))).toBe('not-allowed-now');
    caller.hangup();
    await settle();
    expect(await desk.state()).toBe('signed-out');
  });

  it('has nothing to follow in idle', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const next = bed.centre.agents.setNextState(desk.who, { kind: 'sign-out' });
    expect(await refusal(next)).toBe('not-allowed-now');
  });
});

describe('signing in', () => {
  it('enters all groups or only those named, and leaves them one by one', async () => {
    const bed = await AppBed.start({
      groups: [group(SALES), group(CARE)],
      members: [member('1001', SALES), member('1001', CARE)],
    });
    const desk = await bed.agent('1001', { groups: [SALES] });
    expect((await desk.view()).groups.map((each) => each.signedInSince !== null)).toEqual([true, false]);
    await bed.centre.agents.signIn(desk.who, {}, '127.0.0.1');
    expect((await desk.view()).groups.every((each) => each.signedInSince !== null)).toBe(true);
    await bed.centre.agents.signOut(desk.who, [SALES]);
    expect(await desk.state()).toBe('idle');
    await bed.centre.agents.signOut(desk.who, [CARE]);
    expect(await desk.state()).toBe('signed-out');
    expect(await refusal(bed.centre.agents.signIn(desk.who, { groups: ['x'] }, ''))).toBe('unknown-group');
  });

  it('is not needed by static members, who cannot leave', async () => {
    const bed = await AppBed.start({ members: [member('1001', SALES, true)] });
    const desk = new Desk(bed, '1001');
    await desk.open();
    expect(await desk.state()).toBe('idle');
    expect(await refusal(bed.centre.agents.signOut(desk.who, [SALES]))).toBe('static-member');
    expect((await bed.centre.agents.signOut(desk.who, undefined)).state).toBe('idle');
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    expect(await desk.state()).toBe('ringing');
  });

  it('wants a connected device, unless that is ignored', async () => {
    const bed = await AppBed.start();
    const desk = new Desk(bed, '1001');
    await desk.open();
    desk.phone.goOffline('lost');
    await settle();
    const signIn = (ignore?: ['device-not-connected']): Promise<unknown> =>
      bed.centre.agents.signIn(desk.who, ignore ? { ignore } : {}, '127.0.0.1');
    expect(await refusal(signIn())).toBe('device-not-connected');
    await signIn(['device-not-connected']);
    expect(await desk.view()).toMatchObject({ state: 'idle', device: { online: false } });
  });

  it.each(['refused', 'missing'] as const)('is refused when the microphone is %s', async (microphone) => {
    const bed = await AppBed.start();
    const desk = new Desk(bed, '1001');
    await desk.open(microphone);
    const request = { ignore: ['device-not-connected' as const] };
    expect(await refusal(bed.centre.agents.signIn(desk.who, request, ''))).toBe('microphone-unavailable');
  });

  it('with a desk phone tells who uses it, and when it is somewhere else', async () => {
    const bed = await AppBed.start();
    const phone = bed.telephone.phone(DESK_PHONE);
    phone.register('10.0.0.9:5060');
    const one = new Desk(bed, '1001');
    const device = { kind: 'phone' as const, endpointId: DESK_PHONE };
    await settle();
    const differs = bed.centre.agents.signIn(one.who, { device }, '::ffff:10.0.0.7');
    await expect(differs).rejects.toMatchObject({
      code: 'device-address-differs',
      details: { agentAddress: '10.0.0.7', deviceAddress: '10.0.0.9' },
    });
    await bed.centre.agents.signIn(one.who, { device, ignore: ['device-address-differs'] }, '10.0.0.7');
    const two = new Desk(bed, '1002');
    await expect(bed.centre.agents.signIn(two.who, { device }, '10.0.0.9')).rejects.toMatchObject({
      code: 'device-in-use',
      details: { by: { number: '1001', name: 'Agent 1001' } },
    });
    expect(await bed.centre.agents.phones(two.who)).toMatchObject([
      { online: true, inUseBy: { number: '1001' } },
    ]);
    const none = { device: { kind: 'phone' as const, endpointId: 'none' } };
    expect(await refusal(bed.centre.agents.signIn(two.who, none, ''))).toBe('unknown-device');
  });

  it('does not mix up the phones of two agents', async () => {
    const second = deskPhone({ endpointId: asId('desk-2'), username: 'desk2', name: 'Second' });
    const bed = await AppBed.start({ phones: [deskPhone(), second] });
    bed.telephone.phone(DESK_PHONE).register();
    bed.telephone.phone(asId('desk-2')).register();
    await settle();
    const one = new Desk(bed, '1001');
    const two = new Desk(bed, '1002');
    await bed.centre.agents.signIn(
      one.who,
      { device: { kind: 'phone', endpointId: DESK_PHONE } },
      '127.0.0.1',
    );
    await bed.centre.agents.signIn(two.who, { device: { kind: 'phone', endpointId: 'desk-2' } }, '127.0.0.1');
    expect((await two.view()).device).toMatchObject({ kind: 'phone', name: 'Second', online: true });
  });
});

describe('a locked desk', () => {
  it('obeys nothing but unlocking, answering and hanging up', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    await bed.centre.agents.lock(desk.who);
    const id = asId<CallId>((await desk.call()).id);
    await bed.centre.calls.answer(desk.who, id);
    expect(await refusal(bed.centre.calls.hold(desk.who, id))).toBe('locked');
    expect(await refusal(bed.centre.agents.signOut(desk.who, undefined))).toBe('locked');
    await bed.centre.calls.hangup(desk.who, id);
    expect(await refusal(bed.centre.agents.unlock(desk.who, 'wrong'))).toBe('wrong-password');
    expect((await bed.centre.agents.unlock(desk.who, 'right')).locked).toBe(false);
  });
});

describe('a pause', () => {
  it("needs one of the team's reasons and a signed-in agent", async () => {
    const bed = await AppBed.start({ agents: [agent('1001')], members: [member('1001', SALES)] });
    const desk = await bed.agent('1001');
    expect(await refusal(bed.centre.agents.pause(desk.who, 'none'))).toBe('unknown-reason');
    await bed.centre.agents.signOut(desk.who, undefined);
    expect(await refusal(bed.centre.agents.pause(desk.who, LUNCH))).toBe('not-signed-in');
  });
});
