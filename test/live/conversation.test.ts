import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId, LegId } from '../../server/core/kernel/ids.ts';
import type { FakeCall } from '../support/fake-far-end.ts';
import { AppBed, Desk, refusal } from '../support/app-bed.ts';
import { HOTLINE } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';

interface Talk {
  bed: AppBed;
  desk: Desk;
  caller: FakeCall;
  id: CallId;
}

async function talk(): Promise<Talk> {
  const bed = await AppBed.start();
  const desk = await bed.agent('1001');
  const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
  await settle();
  const id = asId<CallId>((await desk.call()).id);
  await bed.centre.calls.answer(desk.who, id);
  desk.phone.call.send(800);
  caller.send(1200);
  return { bed, desk, caller, id };
}

describe('a conversation', () => {
  it('on hold gives the customer music and not the agent, and the talk comes back', async () => {
    const { bed, desk, caller, id } = await talk();
    const held = await bed.centre.calls.hold(desk.who, id);
    expect(held.phase).toBe('held');
    expect(held.parties.map((party) => party.state)).toEqual(['held', 'talking']);
    expect(await desk.state()).toBe('holding');
    expect(bed.telephone.heard(caller.legId)).toEqual({ frequencies: [], music: true });
    expect(bed.telephone.heard(desk.phone.call.legId).frequencies).toEqual([]);

    const back = await bed.centre.calls.resume(desk.who, id);
    expect(back.phase).toBe('talking');
    expect(bed.telephone.heard(caller.legId)).toEqual({ frequencies: [800], music: false });
  });

  it('counts the talk from the answer for everybody, over holds, and a hold from its beginning', async () => {
    const { bed, desk, id } = await talk();
    const { answeredAt } = await desk.call();
    await bed.clock.advance(10_000);
    const heldAt = bed.clock.now();
    const held = await bed.centre.calls.hold(desk.who, id);
    expect(held.parties.map((party) => party.since)).toEqual([heldAt, answeredAt]);
    await bed.clock.advance(5000);
    const back = await bed.centre.calls.resume(desk.who, id);
    expect(back.parties.map((party) => party.since)).toEqual([answeredAt, answeredAt]);
  });

  it('is shown as held only when the switch has confirmed it', async () => {
    const { bed, desk, id } = await talk();
    const release = bed.telephone.gate('music');
    const held = bed.centre.calls.hold(desk.who, id);
    await settle();
    expect((await desk.call()).phase).toBe('talking');
    release();
    expect((await held).phase).toBe('held');
  });

  it('is not shown as held when the switch could not do it', async () => {
    const { bed, desk, id } = await talk();
    bed.telephone.failNext('music', 'unsupported');
    expect(await refusal(bed.centre.calls.hold(desk.who, id))).toBe('call-failed');
    expect((await desk.call()).phase).toBe('talking');
    expect(await desk.state()).toBe('talking');
  });

  it('stays muted over a hold', async () => {
    const { bed, desk, caller, id } = await talk();
    expect((await bed.centre.calls.mute(desk.who, id, true)).muted).toBe(true);
    expect(bed.telephone.heard(caller.legId).frequencies).toEqual([]);
    expect(bed.telephone.heard(desk.phone.call.legId).frequencies).toEqual([1200]);
    await bed.centre.calls.hold(desk.who, id);
    const back = await bed.centre.calls.resume(desk.who, id);
    expect(back.muted).toBe(true);
    expect(bed.telephone.heard(caller.legId).frequencies).toEqual([]);
    expect((await bed.centre.calls.mute(desk.who, id, false)).muted).toBe(false);
    expect(bed.telephone.heard(caller.legId).frequencies).toEqual([800]);
  });

  it('forwards digits to the customer, and keeps them out of the journal', async () => {
    const { bed, desk, caller, id } = await talk();
    await bed.centre.calls.digits(desk.who, id, '4711#');
    expect(caller.receivedDigits).toBe('4711#');
    expect(JSON.stringify(bed.store.tables.journal)).not.toContain('4711');
  });

  it('ends for both when the agent hangs up, and tells who ended it', async () => {
    const { bed, desk, caller, id } = await talk();
    await bed.clock.advance(61_000);
    const view = await bed.centre.calls.hangup(desk.who, id);
    expect(view).toMatchObject({ phase: 'ended', endedBy: 'agent', cause: 'normal' });
    expect(caller.state).toBe('over');
    await settle();
    expect(bed.store.tables.calls[0]?.call).toMatchObject({ cause: 'normal', talkMs: 61_000 });
    expect(bed.telephone.legsById.size).toBe(0);
  });

  it('ends when the one other party is hung up', async () => {
    const { bed, desk, caller, id } = await talk();
    const view = await bed.centre.calls.hangupLeg(desk.who, id, caller.legId);
    expect(view.phase).toBe('ended');
    expect(await refusal(bed.centre.calls.hangupLeg(desk.who, id, asId<LegId>('leg-none')))).toBe(
      'call-not-active',
    );
  });

  it('ends as the wish of the customer when the customer hangs up', async () => {
    const { desk, caller } = await talk();
    caller.hangup();
    await settle();
    expect(await desk.call()).toMatchObject({ phase: 'ended', endedBy: 'customer', cause: 'normal' });
    expect(desk.phone.call.state).toBe('over');
  });

  it('stays in sight for ten seconds after its end', async () => {
    const { bed, desk, caller, id } = await talk();
    caller.hangup();
    await bed.clock.advance(9_999);
    expect(await desk.calls()).toHaveLength(1);
    await bed.clock.advance(1);
    expect(await desk.calls()).toEqual([]);
    expect(desk.events.at(-1)).toMatchObject({ changes: [{ entity: 'call-removed', id }] });
  });

  it('takes notes, also when it has left the desk', async () => {
    const { bed, desk, caller, id } = await talk();
    await bed.centre.calls.setData(desk.who, id, { reason: 'order', old: '1' });
    caller.hangup();
    await bed.clock.advance(60_000);
    const view = await bed.centre.calls.setData(desk.who, id, { old: '', note: 'done' });
    expect(view).toMatchObject({ phase: 'ended', data: { reason: 'order', note: 'done' } });
    expect(bed.store.tables.calls[0]?.call.data).toEqual({ reason: 'order', note: 'done' });
    expect(await refusal(bed.centre.calls.linkCustomer(desk.who, id, asId('none')))).toBe('not-found');
  });

  it("is nobody else's business", async () => {
    const { bed, id } = await talk();
    const stranger = await bed.agent('1002');
    expect(await refusal(bed.centre.calls.hangup(stranger.who, id))).toBe('no-such-call');
    expect(await refusal(bed.centre.calls.setData(stranger.who, id, { a: 'b' }))).toBe('no-such-call');
  });

  it('ends cleanly for everybody when the media process dies', async () => {
    const { bed, desk, caller } = await talk();
    bed.telephone.crash();
    await settle();
    expect(caller.state).toBe('over');
    expect(await desk.call()).toMatchObject({ phase: 'ended', cause: 'switch-failure', endedBy: 'system' });
    expect(bed.centre.ready).toBe(false);
    expect(await refusal(bed.centre.calls.dial(desk.who, { number: '13800138000' }))).toBe('unavailable');
    bed.telephone.recover();
    await settle();
    expect(bed.centre.ready).toBe(true);
    bed.telephone.trunk.callIn('13900000002', HOTLINE);
    await settle();
    expect(await desk.state()).toBe('ringing');
  });
});

describe('a call whose agent is lost', () => {
  it('in the moment between the answer and the first word is kept as well', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    const id = asId<CallId>((await desk.call()).id);
    const open = bed.telephone.gate('place');
    const answered = bed.centre.calls.answer(desk.who, id);
    await settle();
    const old = desk.phone.call;
    desk.close();
    old.vanish();
    open();
    await settle();
    expect(bed.telephone.heard(caller.legId).music).toBe(true);
    desk.clientId = 'page-after-reload';
    await desk.open();
    expect((await answered).phase).toBe('talking');
    desk.phone.call.send(900);
    expect(bed.telephone.heard(caller.legId)).toEqual({ frequencies: [900], music: false });
    expect(await desk.state()).toBe('talking');
  });

  it('gives the customer music and is the same conversation again when the page is back', async () => {
    const { bed, desk, caller, id } = await talk();
    await bed.centre.calls.mute(desk.who, id, true);
    const old = desk.phone.call;
    desk.close();
    old.vanish();
    await settle();
    expect(bed.telephone.heard(caller.legId).music).toBe(true);
    expect((await desk.call()).phase).toBe('dialling');

    await bed.clock.advance(1_500);
    desk.clientId = 'page-after-reload';
    await desk.open();
    await settle();
    expect(desk.phone.call.request?.autoAnswer).toBeDefined();
    expect(await desk.call()).toMatchObject({ id, phase: 'talking', muted: true });
    desk.phone.call.send(900);
    expect(bed.telephone.heard(desk.phone.call.legId).frequencies).toEqual([1200]);
    expect(bed.telephone.heard(caller.legId)).toEqual({ frequencies: [], music: false });
    await bed.centre.calls.mute(desk.who, id, false);
    expect(bed.telephone.heard(caller.legId).frequencies).toEqual([900]);
    expect(await desk.state()).toBe('talking');
  });

  it('stays on hold if it was', async () => {
    const { bed, desk, caller, id } = await talk();
    await bed.centre.calls.hold(desk.who, id);
    const old = desk.phone.call;
    desk.close();
    old.vanish();
    desk.clientId = 'page-after-reload';
    await desk.open();
    await settle();
    expect((await desk.call()).phase).toBe('held');
    expect(bed.telephone.heard(caller.legId).music).toBe(true);
    await bed.centre.calls.resume(desk.who, id);
    expect(bed.telephone.heard(caller.legId).music).toBe(false);
  });

  it('follows the agent to a new page before the old leg is known to be dead', async () => {
    const { bed, desk, caller } = await talk();
    const old = desk.phone.call;
    desk.freeze();
    desk.clientId = 'page-after-reload';
    await desk.open();
    await settle();
    expect(old.state).toBe('over');
    desk.phone.call.send(900);
    expect(bed.telephone.heard(caller.legId)).toEqual({ frequencies: [900], music: false });
    expect(desk.events).toContainEqual({ type: 'taken-over' });
  });

  it('ends after fifteen seconds when nobody comes back', async () => {
    const { bed, desk, caller } = await talk();
    const old = desk.phone.call;
    desk.close();
    old.vanish();
    await bed.clock.advance(14_999);
    expect(caller.state).toBe('up');
    await bed.clock.advance(1);
    expect(caller.state).toBe('over');
    expect(bed.store.tables.calls[0]?.call.cause).toBe('media-lost');
    expect(await desk.state()).toBe('idle');
  });

  it('ends at once when the customer hangs up meanwhile', async () => {
    const { bed, desk, caller } = await talk();
    const old = desk.phone.call;
    desk.close();
    old.vanish();
    await settle();
    caller.hangup();
    await settle();
    expect(bed.store.tables.calls[0]?.call.cause).toBe('normal');
    expect(bed.telephone.legsById.size).toBe(0);
  });

  it('gives up a call back that rings at a page which has been replaced', async () => {
    const { bed, desk, caller } = await talk();
    const old = desk.phone.call;
    desk.close();
    old.vanish();
    const between = new Desk(bed, '1001', 'page-between');
    const release = bed.telephone.gate('dial');
    await between.open();
    between.phone.answersItself = false;
    release();
    await settle();
    expect(between.phone.call.state).toBe('ringing-here');
    between.freeze();
    const last = new Desk(bed, '1001', 'page-last');
    await last.open();
    await settle();
    expect(between.phone.call.state).toBe('over');
    last.phone.call.send(950);
    expect(bed.telephone.heard(caller.legId)).toEqual({ frequencies: [950], music: false });
  });
});
