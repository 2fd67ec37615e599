import { describe, expect, it } from 'vitest';
import { planOf } from '../../server/core/model/plan.ts';
import { liveLegs } from '../../server/core/model/call.ts';
import type { CallState } from '../../server/core/model/call.ts';
import { standing } from '../../server/core/model/parties.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId } from '../../server/core/kernel/ids.ts';
import { AppBed, Desk } from '../support/app-bed.ts';
import { HOTLINE, LUNCH, SALES, TEAM, group } from '../support/builders.ts';
import type { FakeCall } from '../support/fake-far-end.ts';
import { settle } from '../support/manual-clock.ts';

const ACW = { groups: [group(SALES, { acwMode: 'after-answer', acwLimitMs: 20_000 })] };

interface Talk {
  bed: AppBed;
  desk: Desk;
  caller: FakeCall;
  id: CallId;
}

async function talk(plan = {}): Promise<Talk> {
  const bed = await AppBed.outlived(plan);
  const desk = await bed.agent('1001');
  const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
  await settle();
  const id = asId<CallId>((await desk.call()).id);
  await bed.centre.calls.answer(desk.who, id);
  return { bed, desk, caller, id };
}

/** The same page finds the new server: its phone has stayed registered. */
async function returned(after: AppBed, desk: Desk): Promise<Desk> {
  const again = new Desk(after, desk.number, desk.clientId);
  await again.reconnect(desk.phone);
  return again;
}

function stored(bed: AppBed, id: CallId): CallState {
  const row = bed.store.tables.calls.find(({ call }) => call.id === id);
  return row?.call.state as CallState;
}

describe('a conversation that outlives the server', () => {
  it('is the agent’s again as it was, and can be held, resumed and ended', async () => {
    const { bed, desk, caller, id } = await talk(ACW);
    const { answeredAt } = stored(bed, id);
    caller.send(600);
    desk.phone.call.send(1500);
    await bed.clock.advance(3_000);
    const after = await bed.successor();
    const again = await returned(after, desk);
    expect(await again.call()).toMatchObject({ id, phase: 'talking', answeredAt });
    expect(await again.state()).toBe('talking');
    expect(bed.telephone.heard(caller.legId)).toEqual({ frequencies: [1500], music: false });

    await after.centre.calls.hold(again.who, id);
    expect(bed.telephone.heard(caller.legId).music).toBe(true);
    await after.centre.calls.resume(again.who, id);
    expect(bed.telephone.heard(caller.legId).frequencies).toEqual([1500]);
    await after.centre.calls.hangup(again.who, id);
    await settle();
    expect(caller.state).toBe('over');
    expect(await again.state()).toBe('acw');
    expect(bed.store.tables.calls[0]?.call).toMatchObject({ cause: 'normal', talkMs: 3_000 });
    expect(await bed.telephone.rooms()).toEqual([]);
  });

  it('stays open when the server is stopped in order, and nobody is signed out', async () => {
    const { bed, desk, caller, id } = await talk();
    const lunching = await bed.agent('1002');
    await bed.centre.agents.pause(lunching.who, LUNCH);
    await bed.centre.stop();
    expect(caller.state).toBe('up');
    expect(standing(stored(bed, id))).toBe('talking');
    const after = await bed.successor();
    expect(await new Desk(after, '1002').state()).toBe('paused');
    expect(await (await returned(after, desk)).state()).toBe('talking');
  });

  it('ends for the agent when the customer hung up meanwhile', async () => {
    const { bed, desk, caller } = await talk(ACW);
    bed.process.kill();
    caller.hangup();
    const after = await bed.successor();
    const again = await returned(after, desk);
    expect(await again.state()).toBe('acw');
    expect(bed.telephone.legsById.size).toBe(0);
    expect(bed.store.tables.calls[0]?.call).toMatchObject({ cause: 'normal' });
    await bed.clock.advance(20_000);
    expect(await again.state()).toBe('idle');
  });

  it('has music for the customer when the agent’s leg is gone, and calls the agent back', async () => {
    const { bed, desk, caller, id } = await talk();
    bed.process.kill();
    desk.phone.call.vanish();
    desk.phone.goOffline('lost');
    const after = await bed.successor();
    expect(bed.telephone.heard(caller.legId).music).toBe(true);
    const again = new Desk(after, '1001', 'page-reloaded');
    await again.open();
    expect(await again.state()).toBe('talking');
    expect(again.phone.call.state).toBe('up');
    expect(bed.telephone.heard(caller.legId).music).toBe(false);
    expect(standing(stored(after, id))).toBe('talking');
  });

  it('is over when the switch was started anew as well', async () => {
    const { bed, desk } = await talk(ACW);
    bed.process.kill();
    bed.telephone.crash();
    bed.telephone.recover();
    const after = await bed.successor();
    expect(bed.store.tables.calls[0]?.call).toMatchObject({ cause: 'switch-failure' });
    expect(await (await returned(after, desk)).state()).toBe('acw');
  });

  it('is undecided while the switch is away, whatever the clock says, and then as it was', async () => {
    const { bed, desk, caller, id } = await talk();
    bed.process.kill();
    await bed.telephone.stop();
    const after = await bed.successor();
    expect(after.centre.ready).toBe(false);
    await bed.clock.advance(60_000);
    expect(standing(stored(after, id))).toBe('talking');
    await bed.telephone.start();
    bed.telephone.recover();
    await settle();
    expect(after.centre.ready).toBe(true);
    const again = await returned(after, desk);
    await after.centre.calls.hangup(again.who, id);
    await settle();
    expect(caller.state).toBe('over');
  });
});

describe('callers of before', () => {
  it('wait on with music and their place in the line, and are offered to the next agent', async () => {
    const bed = await AppBed.outlived();
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await bed.clock.advance(5_000);
    const after = await bed.successor();
    expect(bed.telephone.heard(caller.legId).music).toBe(true);
    const desk = await after.agent('1001');
    await settle();
    expect(await desk.call()).toMatchObject({ phase: 'offered', createdAt: bed.clock.now() - 5_000 });
    await after.centre.calls.answer(desk.who, asId<CallId>((await desk.call()).id));
    expect(bed.telephone.heard(caller.legId).music).toBe(false);
  });

  it('ring on at the agent for the rest of the ring time', async () => {
    const bed = await AppBed.outlived();
    const desk = await bed.agent('1001');
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await bed.clock.advance(5_000);
    const after = await bed.successor();
    const again = await returned(after, desk);
    expect(await again.state()).toBe('ringing');
    await bed.clock.advance(9_900);
    expect(await again.state()).toBe('ringing');
    await bed.clock.advance(200);
    expect(await again.state()).toBe('idle');
  });

  it('who came in the moment of the kill and were never stored are taken as new', async () => {
    const bed = await AppBed.outlived();
    bed.process.kill();
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await bed.successor();
    await settle();
    expect(caller.state).toBe('up');
    expect(bed.telephone.heard(caller.legId).music).toBe(true);
    expect(bed.store.tables.calls).toHaveLength(1);
  });

  it('leave nothing behind on the switch that belongs to no call', async () => {
    const { bed, desk, caller } = await talk();
    bed.process.kill();
    bed.store.tables.calls = [];
    const after = await bed.successor();
    expect(bed.telephone.legsById.size).toBe(0);
    expect(await bed.telephone.rooms()).toEqual([]);
    expect(caller.state).toBe('over');
    expect(await (await returned(after, desk)).state()).toBe('idle');
  });
});

describe('desk phones', () => {
  it('that the switch did not take at the start are offered again when it is back', async () => {
    const bed = await AppBed.outlived();
    // At the start, and when it has compared.
    for (const _attempt of [1, 2]) bed.telephone.failNext('provision', 'switch-down');
    const after = await bed.successor();
    const provisioned = () => bed.telephone.asked.filter(({ op }) => op === 'provision').length;
    const before = provisioned();
    bed.telephone.emit({ type: 'switch-up' });
    await settle();
    expect(provisioned()).toBe(before + 1);
    bed.telephone.emit({ type: 'switch-up' });
    await settle();
    expect(provisioned()).toBe(before + 1);
    expect(after.centre.ready).toBe(true);
  });
});

/** A call from its first ring to its end, in steps that do not wait for a server that may be dead. */
const SCRIPTS: Record<string, (bed: AppBed, desk: Desk) => Array<() => unknown>> = {
  'a queue call': (bed, desk) => [
    () => bed.telephone.trunk.callIn('13900000001', HOTLINE),
    () => act(desk, (id) => bed.centre.calls.answer(desk.who, id)),
    () => act(desk, (id) => bed.centre.calls.hold(desk.who, id)),
    () => act(desk, (id) => bed.centre.calls.resume(desk.who, id)),
    () => act(desk, (id) => bed.centre.calls.hangup(desk.who, id)),
  ],
  'a direct call': (bed, desk) => [
    () => bed.telephone.trunk.callIn('13900000001', '02010001'),
    () => act(desk, (id) => bed.centre.calls.answer(desk.who, id)),
    () => act(desk, (id) => bed.centre.calls.mute(desk.who, id, true)),
    () => desk.phone.calls.at(-1)?.vanish(),
    () => act(desk, (id) => bed.centre.calls.hangup(desk.who, id)),
  ],
  'an outbound call': (bed, desk) => [
    () => attempt(bed.centre.calls.dial(desk.who, { number: '13800000001' })),
    () => bed.telephone.trunk.ringing?.ring(),
    () => bed.telephone.trunk.ringing?.answer(),
    () => act(desk, (id) => bed.centre.calls.hold(desk.who, id)),
    () => act(desk, (id) => bed.centre.calls.hangup(desk.who, id)),
  ],
  'an offer that is refused': (bed, desk) => [
    () => bed.telephone.trunk.callIn('13900000001', HOTLINE),
    () => act(desk, (id) => bed.centre.calls.reject(desk.who, id)),
  ],
};

function attempt(doing: Promise<unknown>): void {
  // The server may have died, or the call may be over: what counts is what is left afterwards.
  doing.catch(() => undefined);
}

async function act(desk: Desk, command: (id: CallId) => Promise<unknown>): Promise<void> {
  const call = (await desk.calls()).findLast(({ phase }) => phase !== 'ended');
  if (call) attempt(command(asId<CallId>(call.id)));
}

/** Plays the script with a process that dies at a step; gives the bed and whether it did. */
async function played(script: string, diesAt: number): Promise<{ bed: AppBed; desk: Desk }> {
  const bed = await AppBed.outlived();
  const desk = await bed.agent('1001');
  bed.process.diesAfter(diesAt);
  for (const step of SCRIPTS[script]?.(bed, desk) ?? []) {
    if (bed.process.dead) break;
    await step();
    await bed.clock.advance(300);
  }
  return { bed, desk };
}

/** Switch, records and desks tell one story. */
async function expectOneStory(bed: AppBed, desk: Desk): Promise<void> {
  const open = bed.store.tables.calls.map(({ call }) => call.state as CallState).filter(isOpen);
  const legs = [...bed.telephone.legsById.keys()].sort();
  expect(legs).toEqual(open.flatMap((call) => liveLegs(call).map((leg) => leg.id)).sort());
  const rooms = open.flatMap((call) => planOf(call).rooms);
  expect(await bed.telephone.rooms()).toEqual(rooms);
  for (const call of open) expectPlaces(bed, call);
  const { state } = await desk.view();
  const mine = open.some((call) => call.phase.kind !== 'waiting');
  if (['ringing', 'dialling', 'talking', 'holding'].includes(state)) expect(mine).toBe(true);
  else expect(mine).toBe(false);
}

function isOpen(call: CallState): boolean {
  return call.phase.kind !== 'ended';
}

function expectPlaces(bed: AppBed, call: CallState): void {
  const legs = liveLegs(call).map((leg) => ({ leg, on: bed.telephone.legsById.get(leg.id) }));
  const customer = legs.find(({ leg }) => leg.role === 'customer')?.on;
  const kind = standing(call);
  if (kind === 'waiting' && call.direction === 'queue') expect(customer).toMatchObject({ music: true });
  if (kind === 'held') expect(customer).toMatchObject({ music: true, roomId: call.roomId });
  if (kind !== 'talking') return;
  for (const { leg, on } of legs) {
    expect(on).toMatchObject({
      music: false,
      roomId: call.roomId,
      state: 'answered',
      voice: { kind: leg.muted ? 'listen' : 'all' },
    });
  }
}

describe.each(Object.keys(SCRIPTS))('%s whose server is killed', (script) => {
  it('at any step leaves no stuck agent, no phantom call, no leg and no room', async () => {
    let deaths = 0;
    for (let diesAt = 1; ; diesAt++) {
      const { bed, desk } = await played(script, diesAt);
      if (!bed.process.dead) break;
      deaths += 1;
      const after = await bed.successor();
      const again = await returned(after, desk);
      await bed.clock.advance(1_000);
      await expectOneStory(after, again);

      for (const call of [...bed.telephone.trunk.calls, ...desk.phone.calls]) {
        if (call.state !== 'over') call.hangup();
      }
      for (const leg of [...bed.telephone.legsById.values()]) leg.far.hangup();
      await bed.clock.advance(120_000);
      expect(bed.telephone.legsById.size, `step ${diesAt}`).toBe(0);
      expect(await bed.telephone.rooms()).toEqual([]);
      expect(await again.state()).toBe('idle');
      expect(await bed.store.run((each) => each.calls.open())).toEqual([]);
      expect(after.errors).toEqual([]);
      expect((await bed.store.run((each) => each.presence.all(TEAM))).length).toBeGreaterThan(0);
    }
    expect(deaths).toBeGreaterThan(10);
  });
});
