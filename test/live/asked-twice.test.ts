import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId } from '../../server/core/kernel/ids.ts';
import { AppBed, Desk, refusal } from '../support/app-bed.ts';
import { CARE, HOTLINE, LUNCH, SALES, agent, group, member } from '../support/builders.ts';
import type { FakeCall } from '../support/fake-far-end.ts';
import { settle } from '../support/manual-clock.ts';

/** What two tabs ask for in the same moment, or a page that does not look at the state first. */
const both = <T>(ask: () => Promise<T>): Promise<[T, T]> => Promise.all([ask(), ask()]);

describe('an agent who asks twice', () => {
  it('to sign in is signed in, and the second time changes nothing', async () => {
    const bed = await AppBed.start();
    const desk = new Desk(bed, '1001');
    await desk.open();
    const signIn = () => bed.centre.agents.signIn(desk.who, {}, '127.0.0.1');
    const [first] = await both(signIn);
    expect(first.state).toBe('idle');
    await bed.clock.advance(60_000);
    expect(await signIn()).toEqual(await desk.view());
    expect((await desk.view()).since).toBe(first.since);
  });

  it('to sign out, out of all or out of one group, is signed out', async () => {
    const bed = await AppBed.start({
      groups: [group(SALES), group(CARE)],
      members: [member('1001', SALES), member('1001', CARE)],
    });
    const desk = await bed.agent('1001');
    for (const view of await both(() => bed.centre.agents.signOut(desk.who, [SALES]))) {
      expect(view.state).toBe('idle');
    }
    for (const view of await both(() => bed.centre.agents.signOut(desk.who, undefined))) {
      expect(view.state).toBe('signed-out');
    }
  });

  it('to leave a group is not taken out of work that has begun since', async () => {
    const bed = await AppBed.start({
      groups: [group(SALES, { acwMode: 'after-answer', acwLimitMs: null }), group(CARE)],
      members: [member('1001', SALES, true), member('1001', CARE)],
    });
    const desk = await bed.agent('1001');
    await bed.centre.agents.signOut(desk.who, [CARE]);
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    await bed.centre.calls.answer(desk.who, asId<CallId>((await desk.call()).id));
    caller.hangup();
    await settle();
    expect((await bed.centre.agents.signOut(desk.who, [CARE])).state).toBe('acw');
  });

  it('to pause for the same reason pauses once, and the pause keeps its beginning', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const [first] = await both(() => bed.centre.agents.pause(desk.who, LUNCH));
    await bed.clock.advance(60_000);
    const later = await bed.centre.agents.pause(desk.who, LUNCH);
    expect([later.state, later.since]).toEqual(['paused', first.since]);
  });

  it('to resume, to end after-call work or to lock gets the state as it is', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    expect((await bed.centre.agents.resume(desk.who)).state).toBe('idle');
    expect((await bed.centre.agents.endAcw(desk.who)).state).toBe('idle');
    for (const view of await both(() => bed.centre.agents.lock(desk.who))) expect(view.locked).toBe(true);
  });

  it('for a next state that has come true meanwhile has it; another one needs a call to follow', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const next = (kind: 'idle' | 'sign-out') => bed.centre.agents.setNextState(desk.who, { kind });
    expect((await next('idle')).state).toBe('idle');
    expect(await refusal(next('sign-out'))).toBe('not-allowed-now');
    await bed.centre.agents.pause(desk.who, LUNCH);
    const paused = await bed.centre.agents.setNextState(desk.who, { kind: 'pause', reasonId: LUNCH });
    expect(paused.state).toBe('paused');
    await bed.centre.agents.signOut(desk.who, undefined);
    expect((await next('sign-out')).state).toBe('signed-out');
  });

  it('for what is still wrong is refused as before', async () => {
    const bed = await AppBed.start({ agents: [agent('1001')], members: [member('1001', SALES)] });
    const desk = new Desk(bed, '1001');
    await desk.open();
    expect(await refusal(bed.centre.agents.pause(desk.who, LUNCH))).toBe('not-signed-in');
    expect(await refusal(bed.centre.agents.signOut(desk.who, ['x']))).toBe('unknown-group');
  });
});

async function ringing(): Promise<{ bed: AppBed; desk: Desk; caller: FakeCall; id: CallId }> {
  const bed = await AppBed.start();
  const desk = await bed.agent('1001');
  const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
  await settle();
  return { bed, desk, caller, id: asId<CallId>((await desk.call()).id) };
}

describe('a call that is asked twice', () => {
  it('to be held and taken back does it once, and hears its music to the end', async () => {
    const { bed, desk, caller, id } = await ringing();
    const { calls } = bed.centre;
    await both(() => calls.answer(desk.who, id));
    for (const view of await both(() => calls.hold(desk.who, id))) expect(view.phase).toBe('held');
    const { since } = await desk.call();
    await bed.clock.advance(5000);
    expect((await calls.hold(desk.who, id)).since).toBe(since);
    expect(bed.telephone.heard(caller.legId).music).toBe(true);
    for (const view of await both(() => calls.resume(desk.who, id))) expect(view.phase).toBe('talking');
    expect(bed.telephone.heard(caller.legId).music).toBe(false);
  });

  it('to be held and at once taken back talks in the end, and the other way round is held', async () => {
    const { bed, desk, caller, id } = await ringing();
    const { calls } = bed.centre;
    await calls.answer(desk.who, id);
    await Promise.all([calls.hold(desk.who, id), calls.resume(desk.who, id)]);
    expect((await desk.call()).phase).toBe('talking');
    expect(bed.telephone.heard(caller.legId).music).toBe(false);
    await calls.hold(desk.who, id);
    await Promise.all([calls.resume(desk.who, id), calls.hold(desk.who, id)]);
    expect((await desk.call()).phase).toBe('held');
    expect(bed.telephone.heard(caller.legId).music).toBe(true);
  });

  it('to be muted and unmuted follows the last word', async () => {
    const { bed, desk, id } = await ringing();
    const { calls } = bed.centre;
    await calls.answer(desk.who, id);
    for (const view of await both(() => calls.mute(desk.who, id, true))) expect(view.muted).toBe(true);
    await Promise.all([calls.mute(desk.who, id, true), calls.mute(desk.who, id, false)]);
    expect((await desk.call()).muted).toBe(false);
  });

  it('to end has ended, also long after, when only its record is left', async () => {
    const { bed, desk, id } = await ringing();
    const { calls } = bed.centre;
    await calls.answer(desk.who, id);
    for (const view of await both(() => calls.hangup(desk.who, id))) expect(view.phase).toBe('ended');
    await bed.clock.advance(3_600_000);
    expect(await desk.calls()).toEqual([]);
    expect((await calls.hangup(desk.who, id)).phase).toBe('ended');
    expect((await calls.reject(desk.who, id)).phase).toBe('ended');
    const stranger = await bed.agent('1002');
    expect(await refusal(calls.hangup(stranger.who, id))).toBe('no-such-call');
    expect(await refusal(calls.hold(desk.who, id))).toBe('no-such-call');
  });

  it('to be refused goes back into the line once; one that has been answered is not refused', async () => {
    const { bed, desk, caller, id } = await ringing();
    const { calls } = bed.centre;
    await both(() => calls.reject(desk.who, id));
    await calls.hangup(desk.who, id);
    expect(caller.state).not.toBe('over');
    await bed.clock.advance(30_000);
    await calls.answer(desk.who, id);
    expect(await refusal(calls.reject(desk.who, id))).toBe('call-not-ringing');
    expect((await desk.call()).phase).toBe('talking');
  });
});
