import { describe, expect, it } from 'vitest';
import { AppBed, refusal } from '../support/app-bed.ts';
import { HOTLINE, SALES, customer, group } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';

describe('a call to a queue', () => {
  it('rings at the agent who has been idle longest and is a conversation when the switch has joined the legs', async () => {
    const bed = await AppBed.start({ customers: [customer('Li Wei', ['138 0013 8000'])] });
    const first = await bed.agent('1001');
    await bed.clock.advance(1_000);
    const second = await bed.agent('1002');

    const caller = bed.telephone.trunk.callIn('+8613800138000', HOTLINE);
    await settle();

    expect(await first.state()).toBe('ringing');
    expect(await second.state()).toBe('idle');
    const offered = await first.call();
    expect(offered).toMatchObject({
      phase: 'offered',
      direction: 'queue',
      name: 'Li Wei',
      customerId: 'customer-Li Wei',
      did: HOTLINE,
      group: { id: SALES },
    });
    expect(bed.telephone.heard(caller.legId).music).toBe(true);

    const talking = await bed.centre.calls.answer(first.who, offered.id as never);
    expect(talking.phase).toBe('talking');
    expect(await first.state()).toBe('talking');
    first.phone.call.send(800);
    caller.send(1200);
    expect(bed.telephone.heard(caller.legId)).toEqual({ frequencies: [800], music: false });
    expect(bed.telephone.heard(first.phone.call.legId)).toEqual({ frequencies: [1200], music: false });
  });

  it('hears music until an agent comes, and keeps its place while it is offered in vain', async () => {
    const bed = await AppBed.start();
    const early = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await bed.clock.advance(1_000);
    const late = bed.telephone.trunk.callIn('13900000002', HOTLINE);
    await settle();
    expect(bed.telephone.heard(early.legId).music).toBe(true);
    expect(bed.telephone.heard(late.legId).music).toBe(true);

    const one = await bed.agent('1001');
    await settle();
    expect((await one.call()).number).toBe('13900000001');
    await bed.clock.advance(15_000);
    // Not answered: the first in the line is still first when the next agent comes.
    expect(await one.state()).toBe('idle');
    const two = await bed.agent('1002');
    await settle();
    expect((await two.call()).number).toBe('13900000001');
  });

  it('goes to the next agent when the first does not answer, and back to the first only after the retry time', async () => {
    const bed = await AppBed.start({ groups: [group(SALES, { ringMs: 15_000, retryMs: 40_000 })] });
    const first = await bed.agent('1001');
    await bed.clock.advance(1_000);
    const second = await bed.agent('1002');
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    expect(await first.state()).toBe('ringing');

    await bed.clock.advance(15_000);
    expect(await first.state()).toBe('idle');
    expect(await second.state()).toBe('ringing');
    expect(first.phone.call.state).toBe('over');
    expect((await first.call()).phase).toBe('ended');
    expect((await first.call()).cause).toBe('no-answer');

    await bed.clock.advance(15_000);
    expect(await first.state()).toBe('idle');
    expect(await second.state()).toBe('idle');
    await bed.clock.advance(24_000);
    expect(await first.state()).toBe('idle');
    await bed.clock.advance(1_000);
    expect(await first.state()).toBe('ringing');
  });

  it('goes to the next agent at once when the first refuses', async () => {
    const bed = await AppBed.start();
    const first = await bed.agent('1001');
    await bed.clock.advance(1_000);
    const second = await bed.agent('1002');
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    const view = await bed.centre.calls.reject(first.who, (await first.call()).id as never);
    await settle();
    expect(view).toMatchObject({ phase: 'ended', cause: 'rejected', endedBy: 'agent' });
    expect(await second.state()).toBe('ringing');
    expect(caller.state).toBe('up');
  });

  it('is abandoned when the caller hangs up, and the ringing agent is free again', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await bed.clock.advance(7_000);
    caller.hangup();
    await settle();
    expect(await desk.state()).toBe('idle');
    expect(desk.phone.call.state).toBe('over');
    expect(await desk.call()).toMatchObject({ phase: 'ended', cause: 'abandoned', endedBy: 'customer' });
    const [record] = bed.store.tables.calls;
    expect(record?.call).toMatchObject({ cause: 'abandoned', waitedMs: 7_000, answeredAt: null, talkMs: 0 });
    expect(record?.legs.every((leg) => leg.endedAt !== null)).toBe(true);
  });

  it('offers two calls to two agents, never one agent twice', async () => {
    const bed = await AppBed.start();
    const desks = [await bed.agent('1001'), await bed.agent('1002')];
    for (const number of ['1', '2', '3']) bed.telephone.trunk.callIn(`1390000000${number}`, HOTLINE);
    await settle();
    const calls = await Promise.all(desks.map((desk) => desk.calls()));
    expect(calls.map((each) => each.length)).toEqual([1, 1]);
    expect(new Set(calls.flat().map((call) => call.id)).size).toBe(2);
    expect(desks[0]?.topic('queue:sales')).toMatchObject({ waiting: 3, free: 0, onCall: 2 });
  });

  it('takes a second answer of the same agent as the same, and refuses one that comes when the caller has gone', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    const { id } = await desk.call();
    const answers = [
      bed.centre.calls.answer(desk.who, id as never),
      bed.centre.calls.answer(desk.who, id as never),
    ];
    expect((await Promise.all(answers)).map(({ phase }) => phase)).toEqual(['talking', 'talking']);
    expect((await bed.centre.calls.answer(desk.who, id as never)).phase).toBe('talking');
    expect(await bed.telephone.rooms()).toHaveLength(1);
    caller.hangup();
    await settle();
    expect(await refusal(bed.centre.calls.answer(desk.who, id as never))).toBe('call-not-ringing');
  });

  it('tells the agent who is answering that the caller has hung up', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    desk.obeys = false;
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    const answer = refusal(bed.centre.calls.answer(desk.who, (await desk.call()).id as never));
    await settle();
    caller.hangup();
    expect(await answer).toBe('call-not-ringing');
    expect(await desk.state()).toBe('idle');
  });

  it('ends for both when the caller hangs up while the legs are being joined', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    const release = bed.telephone.gate('place');
    const answer = refusal(bed.centre.calls.answer(desk.who, (await desk.call()).id as never));
    await settle();
    caller.hangup();
    release();
    expect(await answer).toBe('call-not-ringing');
    await settle();
    expect(await desk.state()).toBe('idle');
    expect(bed.telephone.legsById.size).toBe(0);
  });

  it('is answered only once when the phone answers in the moment in which the ring time ends', async () => {
    const bed = await AppBed.start();
    const first = await bed.agent('1001');
    await bed.clock.advance(1_000);
    const second = await bed.agent('1002');
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    const release = bed.telephone.gate('hangup');
    await bed.clock.advance(15_000);
    first.phone.call.answer();
    await settle();
    release();
    await settle();
    expect(await first.state()).toBe('idle');
    expect(first.phone.call.state).toBe('over');
    await bed.centre.calls.answer(second.who, (await second.call()).id as never);
    second.phone.call.send(700);
    expect(bed.telephone.heard(caller.legId).frequencies).toEqual([700]);
  });

  it('leaves an agent whose page falls silent while it rings', async () => {
    const bed = await AppBed.start();
    const first = await bed.agent('1001');
    await bed.clock.advance(1_000);
    const second = await bed.agent('1002');
    await bed.clock.advance(6_000);
    first.freeze();
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    expect(await first.state()).toBe('ringing');
    await bed.clock.advance(12_000);
    expect(await first.state()).toBe('idle');
    expect(await second.state()).toBe('ringing');
    // and nothing is offered to the silent page any more
    await bed.centre.calls.reject(second.who, (await second.call()).id as never);
    await bed.clock.advance(29_000);
    expect(await first.state()).toBe('idle');
  });

  it.each([
    ['has no microphone yet', 'unknown' as const],
    ['was refused the microphone', 'refused' as const],
  ])('is not offered to a page that %s', async (_name, microphone) => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    bed.centre.desks.heartbeat(desk.who, desk.clientId, { registered: true, microphone });
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    expect(await desk.state()).toBe('idle');
    bed.centre.desks.heartbeat(desk.who, desk.clientId, { registered: true, microphone: 'ready' });
    await settle();
    expect(await desk.state()).toBe('ringing');
  });

  it('is not offered to agents who are paused, locked or in another group only', async () => {
    const bed = await AppBed.start();
    const paused = await bed.agent('1001');
    const locked = await bed.agent('1002');
    await bed.centre.agents.pause(paused.who, 'lunch');
    await bed.centre.agents.lock(locked.who);
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    expect(await paused.state()).toBe('paused');
    expect(await locked.state()).toBe('idle');
    await bed.centre.agents.resume(paused.who);
    await settle();
    expect(await paused.state()).toBe('ringing');
  });

  it('tries the next agent when the phone cannot be called at all', async () => {
    const bed = await AppBed.start();
    const first = await bed.agent('1001');
    await bed.clock.advance(1_000);
    const second = await bed.agent('1002');
    bed.telephone.failNext('dial', 'endpoint-offline');
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    expect(await first.state()).toBe('idle');
    expect(await second.state()).toBe('ringing');
  });
});

describe('an offer that was missed', () => {
  it('leaves the desk after ten seconds and does not come back when the caller gives up later', async () => {
    const bed = await AppBed.start({ groups: [group(SALES, { retryMs: 300_000 })] });
    const desk = await bed.agent('1001');
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await bed.clock.advance(15_000);
    expect(await desk.calls()).toHaveLength(1);
    await bed.clock.advance(10_000);
    expect(await desk.calls()).toEqual([]);
    desk.events.length = 0;
    caller.hangup();
    await settle();
    expect(await desk.calls()).toEqual([]);
    expect(JSON.stringify(desk.events)).not.toContain('"entity":"call"');
  });
});

describe('a caller who hangs up while we are answering', () => {
  it('is gone without a trace on the switch', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const release = bed.telephone.gate('answer');
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    caller.hangup();
    release();
    await settle();
    expect(bed.telephone.legsById.size).toBe(0);
    expect(await desk.state()).toBe('idle');
    expect(bed.errors).toEqual([]);
  });

  it('is hung up when our answer has overtaken the refusal', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const caller = bed.telephone.trunk.callIn('13900000001', '02010001');
    await settle();
    const release = bed.telephone.gate('reject');
    const rejected = bed.centre.calls.reject(desk.who, (await desk.call()).id as never);
    await settle();
    await bed.telephone.answer(caller.legId);
    release();
    await rejected;
    expect(caller.state).toBe('over');
    expect(bed.telephone.legsById.size).toBe(0);
  });
});

describe('a number that leads nowhere', () => {
  it('is refused as unknown', async () => {
    const bed = await AppBed.start();
    const caller = bed.telephone.trunk.callIn('13900000001', '999');
    await settle();
    expect(caller).toMatchObject({ state: 'over', cause: 'unknown-number' });
    expect(bed.store.tables.calls).toEqual([]);
  });
});
