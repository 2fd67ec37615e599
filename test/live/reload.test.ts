import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId, EndpointId } from '../../server/core/kernel/ids.ts';
import type { FakeCall } from '../support/fake-far-end.ts';
import { AppBed, type Desk } from '../support/app-bed.ts';
import { HOTLINE } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';

const NUMBER = '13800138000';
let pages = 0;

/** The page goes and comes back as another one. `told`: the switch has noticed that the leg is dead. */
async function reload(desk: Desk, told: boolean): Promise<FakeCall> {
  const before = desk.phone.call;
  leave(desk, told);
  await settle();
  pages += 1;
  desk.clientId = `page-${pages}`;
  await desk.open();
  await settle();
  return before;
}

function leave(desk: Desk, told: boolean): void {
  const { call } = desk.phone;
  desk.close(told);
  if (told) call.vanish();
}

describe.each([
  ['after the switch has noticed', true],
  ['before the switch has noticed', false],
] as const)('a page that is reloaded while it rings, %s', (_when, told) => {
  async function ringing(): Promise<{ bed: AppBed; desk: Desk; caller: FakeCall; id: CallId }> {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    return { bed, desk, caller, id: asId<CallId>((await desk.call()).id) };
  }

  it('is offered the call again for the rest of its ring time, and can answer it', async () => {
    const { bed, desk, caller, id } = await ringing();
    const { ringEndsAt } = await desk.call();
    await bed.clock.advance(2_000);
    const before = await reload(desk, told);
    expect(before.state).toBe('over');
    expect(desk.phone.call.state).toBe('ringing-here');
    expect(await desk.call()).toMatchObject({ id, phase: 'offered', ringEndsAt });
    expect((await bed.centre.calls.answer(desk.who, id)).phase).toBe('talking');
    desk.phone.call.send(900);
    expect(bed.telephone.heard(caller.legId)).toEqual({ frequencies: [900], music: false });
  });

  it('answers what was taken on the page before', async () => {
    const { bed, desk, id } = await ringing();
    desk.obeys = false;
    const answer = bed.centre.calls.answer(desk.who, id);
    await settle();
    leave(desk, told);
    desk.obeys = true;
    desk.clientId = 'page-of-the-answer';
    await desk.open();
    desk.phone.call.ring();
    await settle();
    expect((await answer).phase).toBe('talking');
  });

  it('answers what was taken on the page before, also when the phone rings before the page is connected', async () => {
    const { bed, desk, id } = await ringing();
    desk.obeys = false;
    const answer = bed.centre.calls.answer(desk.who, id);
    await settle();
    leave(desk, told);
    desk.clientId = 'page-of-the-answer';
    const account = await bed.centre.agents.browserDevice(desk.who, desk.clientId);
    bed.telephone.phone(asId<EndpointId>(account.endpointId)).register();
    await settle();
    desk.obeys = true;
    await desk.open();
    expect((await answer).phase).toBe('talking');
  });

  it('is not a missed call: the next one may come at once', async () => {
    const { bed, desk, caller, id } = await ringing();
    await reload(desk, told);
    await bed.centre.calls.answer(desk.who, id);
    caller.hangup();
    await settle();
    bed.telephone.trunk.callIn('13900000002', HOTLINE);
    await settle();
    expect(await desk.state()).toBe('ringing');
  });
});

describe('a page that loses its network while it rings', () => {
  it('rings again when the same phone is back', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    const id = asId<CallId>((await desk.call()).id);
    const { call } = desk.phone;
    desk.phone.goOffline('lost');
    call.vanish();
    await bed.clock.advance(1_000);
    desk.phone.register();
    await settle();
    expect(desk.phone.call).not.toBe(call);
    expect((await bed.centre.calls.answer(desk.who, id)).phase).toBe('talking');
    desk.phone.call.send(900);
    expect(bed.telephone.heard(caller.legId).frequencies).toEqual([900]);
  });
});

describe('a page of which the lost voice is seen before anything else', () => {
  it('is waited for while it rings, and rings again as soon as the next page is there', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    const { id } = await desk.call();
    desk.phone.call.vanish();
    await bed.clock.advance(100);
    await reload(desk, false);
    expect(desk.phone.call.state).toBe('ringing-here');
    expect(await desk.call()).toMatchObject({ id, phase: 'offered' });
  });

  it('is waited for while the customer is called, who goes on ringing', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    await bed.centre.calls.dial(desk.who, { number: NUMBER });
    const far = bed.telephone.trunk.call;
    far.ring();
    await settle();
    desk.phone.call.vanish();
    await bed.clock.advance(100);
    await reload(desk, false);
    expect(far.state).toBe('ringing-here');
    expect(bed.telephone.heard(desk.phone.call.legId).frequencies).toEqual([450]);
  });
});

describe('a page that goes while it rings and stays away', () => {
  it('keeps the caller for four seconds, then the next agent is rung', async () => {
    const bed = await AppBed.start();
    const first = await bed.agent('1001');
    await bed.clock.advance(1_000);
    const second = await bed.agent('1002');
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    leave(first, true);
    await bed.clock.advance(3_999);
    expect(await second.state()).toBe('idle');
    await bed.clock.advance(1);
    expect(await second.state()).toBe('ringing');
    expect(await first.state()).toBe('idle');
  });

  it('leaves a caller who gives up meanwhile free to go', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    leave(desk, true);
    await settle();
    caller.hangup();
    await settle();
    expect(bed.store.tables.calls[0]?.call.cause).toBe('abandoned');
    expect(bed.telephone.legsById.size).toBe(0);
  });
});

describe.each([
  ['after the switch has noticed', true],
  ['before the switch has noticed', false],
] as const)('a page that is reloaded while its call out rings, %s', (_when, told) => {
  async function calling(): Promise<{ bed: AppBed; desk: Desk; far: FakeCall; id: CallId }> {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const view = await bed.centre.calls.dial(desk.who, { number: NUMBER });
    const far = bed.telephone.trunk.call;
    far.ring();
    await settle();
    return { bed, desk, far, id: asId<CallId>(view.id) };
  }

  it('hears the ringing again, and talks when the customer answers', async () => {
    const { bed, desk, far, id } = await calling();
    await reload(desk, told);
    expect(far.state).toBe('ringing-here');
    expect(desk.phone.call.request?.autoAnswer).toBeDefined();
    expect(bed.telephone.heard(desk.phone.call.legId).frequencies).toEqual([450]);
    expect(await desk.call()).toMatchObject({ id, phase: 'ringing' });
    far.answer();
    await settle();
    expect(await desk.call()).toMatchObject({ id, phase: 'talking' });
    far.send(1200);
    expect(bed.telephone.heard(desk.phone.call.legId).frequencies).toEqual([1200]);
  });

  it("hears the network's own tones again", async () => {
    const { bed, desk, far } = await calling();
    far.ring(true);
    await settle();
    far.send(440);
    await reload(desk, told);
    expect(bed.telephone.heard(desk.phone.call.legId).frequencies).toEqual([440]);
  });

  it('finds a customer who has answered meanwhile with music, and both talk', async () => {
    const { bed, desk, far, id } = await calling();
    leave(desk, true);
    await settle();
    far.answer();
    await settle();
    expect(bed.telephone.heard(far.legId).music).toBe(true);
    desk.clientId = 'page-of-the-late';
    await desk.open();
    await settle();
    expect(await desk.call()).toMatchObject({ id, phase: 'talking' });
    expect(await desk.state()).toBe('talking');
    desk.phone.call.send(900);
    expect(bed.telephone.heard(far.legId)).toEqual({ frequencies: [900], music: false });
    expect((await desk.call()).answeredAt).not.toBeNull();
  });

  it('can be given up while the page is away', async () => {
    const { bed, desk, far, id } = await calling();
    leave(desk, told);
    await settle();
    expect((await bed.centre.calls.hangup(desk.who, id)).phase).toBe('ended');
    expect(far.state).toBe('over');
  });

  it('stops ringing at the customer when nobody comes back', async () => {
    const { bed, desk, far } = await calling();
    leave(desk, true);
    await bed.clock.advance(14_999);
    expect(far.state).toBe('ringing-here');
    await bed.clock.advance(1);
    expect(far.state).toBe('over');
    expect(await desk.state()).toBe('idle');
  });
});

describe('pages of an internal call', () => {
  it('reloaded at the called colleague: it rings there again, and both talk', async () => {
    const bed = await AppBed.start();
    const caller = await bed.agent('1001');
    const callee = await bed.agent('1002');
    await bed.centre.calls.dial(caller.who, { number: '1002' });
    await settle();
    await reload(callee, true);
    const offered = await callee.call();
    expect(offered).toMatchObject({ phase: 'offered', number: '1001' });
    expect(callee.phone.call.request?.callerId.number).toBe('1001');
    await bed.centre.calls.answer(callee.who, asId<CallId>(offered.id));
    callee.phone.call.send(900);
    expect(bed.telephone.heard(caller.phone.call.legId).frequencies).toEqual([900]);
  });

  it('reloaded at the caller: the colleague answers into music, and both talk', async () => {
    const bed = await AppBed.start();
    const caller = await bed.agent('1001');
    const callee = await bed.agent('1002');
    const view = await bed.centre.calls.dial(caller.who, { number: '1002' });
    await settle();
    leave(caller, true);
    await settle();
    callee.phone.call.answer();
    await settle();
    caller.clientId = 'page-of-the-caller';
    await caller.open();
    await settle();
    expect(await caller.call()).toMatchObject({ id: view.id, phase: 'talking' });
    expect([await caller.state(), await callee.state()]).toEqual(['talking', 'talking']);
    caller.phone.call.send(900);
    expect(bed.telephone.heard(callee.phone.call.legId).frequencies).toEqual([900]);
  });
});

describe('a page that is reloaded twice in a row in a talk', () => {
  async function talking(): Promise<{ bed: AppBed; desk: Desk; caller: FakeCall }> {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    await bed.centre.calls.answer(desk.who, asId<CallId>((await desk.call()).id));
    return { bed, desk, caller };
  }

  it('is lost again while it is put back: music meanwhile, and the last page talks', async () => {
    const { bed, desk, caller } = await talking();
    leave(desk, true);
    await settle();
    // The new page's leg is up, and the customer's music has just been asked to stop.
    const release = bed.telephone.gate('music');
    pages += 1;
    desk.clientId = `page-${pages}`;
    await desk.open();
    leave(desk, true);
    await settle();
    release();
    await settle();
    expect(bed.telephone.heard(caller.legId).music).toBe(true);
    expect((await desk.call()).phase).toBe('dialling');
    pages += 1;
    desk.clientId = `page-${pages}`;
    await desk.open();
    await settle();
    expect((await desk.call()).phase).toBe('talking');
    desk.phone.call.send(950);
    expect(bed.telephone.heard(caller.legId)).toEqual({ frequencies: [950], music: false });
  });

  it('is shown muted all the while when it was', async () => {
    const { bed, desk } = await talking();
    await bed.centre.calls.mute(desk.who, asId<CallId>((await desk.call()).id), true);
    const seen = desk.events.length;
    await reload(desk, true);
    const shown = desk.events
      .slice(seen)
      .flatMap((event) =>
        event.type === 'changes'
          ? event.changes.flatMap((change) => (change.entity === 'call' ? [change.value.muted] : []))
          : [],
      );
    expect(new Set(shown)).toEqual(new Set([true]));
  });

  it('keeps mute and hold through both', async () => {
    const { bed, desk, caller } = await talking();
    const id = asId<CallId>((await desk.call()).id);
    await bed.centre.calls.mute(desk.who, id, true);
    await bed.centre.calls.hold(desk.who, id);
    await reload(desk, true);
    await reload(desk, false);
    expect(await desk.call()).toMatchObject({ phase: 'held', muted: true });
    expect(bed.telephone.heard(caller.legId).music).toBe(true);
    await bed.centre.calls.resume(desk.who, id);
    desk.phone.call.send(900);
    expect(bed.telephone.heard(caller.legId)).toEqual({ frequencies: [], music: false });
    await bed.centre.calls.mute(desk.who, id, false);
    expect(bed.telephone.heard(caller.legId).frequencies).toEqual([900]);
  });
});
