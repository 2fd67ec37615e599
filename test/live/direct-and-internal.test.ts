import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId } from '../../server/core/kernel/ids.ts';
import { AppBed, Desk, refusal } from '../support/app-bed.ts';
import { DESK_PHONE, HOTLINE, LUNCH } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';

const DIRECT = '02010001';

describe("a call to an agent's own number", () => {
  it('rings there, also in a pause, and the caller is connected when the agent answers', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    await bed.centre.agents.pause(desk.who, LUNCH);
    const caller = bed.telephone.trunk.callIn('13900000001', DIRECT);
    await settle();
    expect(caller.state).toBe('hears-ringing');
    const view = await desk.call();
    expect(view).toMatchObject({ direction: 'direct', phase: 'offered', did: DIRECT, group: null });
    await bed.centre.calls.answer(desk.who, asId<CallId>(view.id));
    expect(caller.state).toBe('up');
    caller.send(1200);
    expect(bed.telephone.heard(desk.phone.call.legId).frequencies).toEqual([1200]);
    expect(await desk.view()).toMatchObject({ state: 'talking', pause: { reasonId: LUNCH } });
  });

  it.each([
    ['busy', 'busy'],
    ['signed out', 'unreachable'],
    ['offline', 'unreachable'],
  ] as const)('is refused when the agent is %s', async (how, cause) => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    if (how === 'busy') bed.telephone.trunk.callIn('13900000001', HOTLINE);
    if (how === 'signed out') await bed.centre.agents.signOut(desk.who, undefined);
    if (how === 'offline') desk.phone.goOffline('lost');
    await settle();
    const caller = bed.telephone.trunk.callIn('13900000002', DIRECT);
    await settle();
    expect(caller).toMatchObject({ state: 'over', cause });
    expect(bed.store.tables.calls.find(({ call }) => call.direction === 'direct')?.call).toMatchObject({
      cause,
      agentIds: ['agent-1001'],
    });
  });

  it('is refused as rejected when the agent declines, and unanswered after the ring time', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const one = bed.telephone.trunk.callIn('13900000001', DIRECT);
    await settle();
    await bed.centre.calls.reject(desk.who, asId<CallId>((await desk.call()).id));
    expect(one).toMatchObject({ state: 'over', cause: 'rejected' });
    const two = bed.telephone.trunk.callIn('13900000001', DIRECT);
    await bed.clock.advance(25_000);
    expect(two).toMatchObject({ state: 'over', cause: 'no-answer' });
    expect(await desk.state()).toBe('idle');
  });
});

describe('an internal call', () => {
  it('rings at the colleague with the name of the caller, and both talk', async () => {
    const bed = await AppBed.start();
    const caller = await bed.agent('1001');
    const callee = await bed.agent('1002');
    const dialled = await bed.centre.calls.dial(caller.who, { number: '1002' });
    expect(dialled).toMatchObject({ direction: 'internal', number: '1002', name: 'Agent 1002' });
    await settle();
    expect((await caller.call()).phase).toBe('ringing');
    expect(await callee.state()).toBe('ringing');
    const offered = await callee.call();
    expect(offered).toMatchObject({ phase: 'offered', number: '1001', name: 'Agent 1001' });
    const view = await bed.centre.calls.answer(callee.who, asId<CallId>(offered.id));
    expect(view.phase).toBe('talking');
    expect(view.parties.map(({ role, self }) => [role, self])).toEqual([
      ['peer', false],
      ['agent', true],
    ]);
    caller.phone.call.send(800);
    expect(bed.telephone.heard(callee.phone.call.legId).frequencies).toEqual([800]);

    await bed.centre.calls.hold(callee.who, asId<CallId>(view.id));
    expect(bed.telephone.heard(caller.phone.call.legId).music).toBe(true);
    expect(await refusal(bed.centre.calls.resume(caller.who, asId<CallId>(view.id)))).toBe('call-not-held');
    await bed.centre.calls.hangup(caller.who, asId<CallId>(view.id));
    expect(await callee.call()).toMatchObject({ phase: 'ended', endedBy: 'peer' });
    expect(await callee.state()).toBe('idle');
  });

  it('tells a caller at once that the colleague is busy or away', async () => {
    const bed = await AppBed.start();
    const caller = await bed.agent('1001');
    const dial = (): Promise<string> => refusal(bed.centre.calls.dial(caller.who, { number: '1002' }));
    expect(await dial()).toBe('target-unavailable');
    const callee = await bed.agent('1002');
    await bed.centre.calls.dial(callee.who, { number: '13800138000' });
    expect(await dial()).toBe('target-busy');
    expect(await caller.state()).toBe('idle');
  });

  it('gives way when a queue reaches the colleague first', async () => {
    const bed = await AppBed.start();
    const caller = await bed.agent('1001');
    const callee = await bed.agent('1002');
    caller.phone.answersItself = false;
    const dialled = refusal(bed.centre.calls.dial(caller.who, { number: '1002' }));
    await settle();
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    expect(await callee.state()).toBe('ringing');
    caller.phone.call.answer();
    expect(await dialled).toBe('target-busy');
    expect((await callee.calls()).map((call) => call.direction)).toEqual(['queue']);
  });

  it('leaves a colleague whose page falls silent', async () => {
    const bed = await AppBed.start();
    const caller = await bed.agent('1001');
    const callee = await bed.agent('1002');
    await bed.centre.calls.dial(caller.who, { number: '1002' });
    callee.freeze();
    await bed.clock.advance(12_000);
    expect(await caller.call()).toMatchObject({ phase: 'ended', cause: 'unreachable' });
    expect(await callee.state()).toBe('idle');
  });
});

describe('a desk phone', () => {
  async function withPhone(): Promise<{ bed: AppBed; desk: Desk }> {
    const bed = await AppBed.start();
    const phone = bed.telephone.phone(DESK_PHONE);
    phone.register();
    await settle();
    const desk = new Desk(bed, '1001');
    await bed.centre.agents.signIn(
      desk.who,
      { device: { kind: 'phone', endpointId: DESK_PHONE } },
      '127.0.0.1',
    );
    desk.phone = phone;
    return { bed, desk };
  }

  it('is picked up by hand', async () => {
    const { bed, desk } = await withPhone();
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    const id = asId<CallId>((await desk.call()).id);
    expect(await refusal(bed.centre.calls.answer(desk.who, id))).toBe('device-cannot-answer');
    desk.phone.call.answer();
    await settle();
    expect(await desk.state()).toBe('talking');
    caller.hangup();
    await settle();
    expect(await desk.state()).toBe('idle');
  });

  it('dials by itself, makes its own ringback, and is answered when the far side answers', async () => {
    const { bed, desk } = await withPhone();
    const own = desk.phone.dial('13800138000');
    await settle();
    expect(await desk.call()).toMatchObject({ direction: 'outbound', phase: 'dialling' });
    bed.telephone.trunk.call.ring();
    await settle();
    expect(own.state).toBe('hears-ringing');
    bed.telephone.trunk.call.answer();
    await settle();
    expect(own.state).toBe('up');
    own.send(800);
    expect(bed.telephone.heard(bed.telephone.trunk.call.legId).frequencies).toEqual([800]);
    expect(await desk.state()).toBe('talking');
  });

  it('is refused when it may not: nobody signed in, or no number', async () => {
    const { bed, desk } = await withPhone();
    const wrong = desk.phone.dial('1001');
    await settle();
    expect(wrong.cause).toBe('unknown-number');
    await bed.centre.agents.signOut(desk.who, undefined);
    const nobody = desk.phone.dial('13800138000');
    await settle();
    expect(nobody.cause).toBe('forbidden');
  });
});

describe('the feature code *64', () => {
  async function phoneBed(): Promise<AppBed> {
    const bed = await AppBed.start();
    bed.telephone.phone(DESK_PHONE).register();
    await settle();
    return bed;
  }

  it('signs an agent in and out by number and PIN, and confirms with a tone', async () => {
    const bed = await phoneBed();
    const phone = bed.telephone.phone(DESK_PHONE);
    const desk = new Desk(bed, '1001');
    for (const word of ['idle', 'signed-out']) {
      const call = phone.dial('*64');
      await settle();
      expect(call.state).toBe('up');
      expect(bed.telephone.heard(call.legId).frequencies).toEqual([950]);
      await bed.clock.advance(500);
      call.digits('1001#1001#');
      await settle();
      expect(bed.telephone.heard(call.legId).frequencies).toEqual([950]);
      expect(await desk.state()).toBe(word);
      await bed.clock.advance(1_500);
      expect(call.state).toBe('over');
    }
  });

  it('says no to a wrong PIN, and after five of them to anything for five minutes', async () => {
    const bed = await phoneBed();
    const phone = bed.telephone.phone(DESK_PHONE);
    const desk = new Desk(bed, '1001');
    const attempt = async (digits: string): Promise<readonly number[]> => {
      const call = phone.dial('*64');
      await bed.clock.advance(500);
      call.digits(digits);
      await settle();
      const heard = bed.telephone.heard(call.legId).frequencies;
      await bed.clock.advance(2_000);
      expect(call.state).toBe('over');
      return heard;
    };
    for (let count = 0; count < 4; count++) expect(await attempt('1002#9999#')).toEqual([450]);
    // A PIN that one knows does not wipe out the guesses at another's.
    expect(await attempt('1001#1001#')).toEqual([950]);
    expect(await attempt('1002#9998#')).toEqual([450]);
    expect(await attempt('1001#1001#')).toEqual([450]);
    expect(await desk.state()).toBe('idle');
    await bed.clock.advance(300_000);
    expect(await attempt('1001#1001#')).toEqual([950]);
    expect(await desk.state()).toBe('signed-out');
  });

  it('gives up on a caller who keys in nothing', async () => {
    const bed = await phoneBed();
    const timers = bed.clock.pending;
    const call = bed.telephone.phone(DESK_PHONE).dial('*64');
    await bed.clock.advance(31_500);
    expect(call.state).toBe('over');
    expect(bed.clock.pending).toBe(timers);
  });
});

describe('two agents who hold each other at once', () => {
  it('hold once: the second is told that the other side holds, and both talk again afterwards', async () => {
    const bed = await AppBed.start();
    const [one, two] = [await bed.agent('1001'), await bed.agent('1002')];
    await bed.centre.calls.dial(one.who, { number: '1002' });
    await settle();
    const callId = asId<CallId>((await two.call()).id);
    await bed.centre.calls.answer(two.who, callId);
    const first = bed.centre.calls.hold(one.who, callId);
    expect(await refusal(bed.centre.calls.hold(two.who, callId))).toBe('held-by-other-side');
    expect((await first).phase).toBe('held');
    expect(await two.state()).toBe('talking');
    expect(await refusal(bed.centre.calls.hold(two.who, callId))).toBe('held-by-other-side');
    await bed.centre.calls.resume(one.who, callId);
    expect(bed.telephone.heard(one.phone.call.legId).music).toBe(false);
    expect(bed.telephone.heard(two.phone.call.legId).music).toBe(false);
    // Now it is the other's turn.
    expect((await bed.centre.calls.hold(two.who, callId)).phase).toBe('held');
  });

  it('leave the other free to hold when the switch could not', async () => {
    const bed = await AppBed.start();
    const [one, two] = [await bed.agent('1001'), await bed.agent('1002')];
    await bed.centre.calls.dial(one.who, { number: '1002' });
    await settle();
    const callId = asId<CallId>((await two.call()).id);
    await bed.centre.calls.answer(two.who, callId);
    bed.telephone.failNext('music', 'unsupported');
    expect(await refusal(bed.centre.calls.hold(one.who, callId))).toBe('call-failed');
    expect((await bed.centre.calls.hold(two.who, callId)).phase).toBe('held');
  });
});
