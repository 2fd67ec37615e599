import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppBed, refusal } from '../support/app-bed.ts';
import { HOTLINE, OTHER_HOTLINE, OTHER_TEAM, TEAM, fill, fillOther } from '../support/builders.ts';
import { FakeSwitch } from '../support/fake-switch.ts';
import { ManualClock, settle } from '../support/manual-clock.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { LIFE_MS, ownershipIn } from '../support/ownership-bed.ts';
import { SequenceIds } from '../support/sequence-ids.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId } from '../../server/core/kernel/ids.ts';
import type { Ownership, PlaceFate } from '../../server/live/ownership/ownership.ts';

/** Longer than a server that works leaves a place of another alone. */
const LONG_MS = LIFE_MS * 3;

/** Servers with teams of their own on one database, each at an application of its own. */
class House {
  readonly store = new MemoryStore();
  readonly clock = new ManualClock();
  readonly ids = new SequenceIds();
  readonly here = this.#application();
  readonly there = this.#application();
  readonly ownerships = new Set<Ownership>();

  constructor() {
    this.store.now = () => this.clock.now();
  }

  /** Of a switch on which voices live on without a server. */
  #application(): FakeSwitch {
    return new FakeSwitch(this.clock, this.ids, { legsOutliveServer: true });
  }

  server(
    name: string,
    telephone: FakeSwitch,
    home: string,
    slugs: string[] | null,
    fate: PlaceFate = 'served',
  ) {
    const alive = { run: this.store.run.bind(this.store) };
    const ownership = ownershipIn(alive, this.clock, name, { home, slugs, fateOf: () => fate });
    this.ownerships.add(ownership);
    const bed = AppBed.with(this.store, this.clock, this.ids, telephone, ownership);
    const kill = () => {
      bed.process.kill();
      alive.run = () => new Promise(() => undefined);
      this.ownerships.delete(ownership);
    };
    return { bed, ownership, kill };
  }

  /** Has the other team, and takes what the second leaves. */
  async first(fate?: PlaceFate, slugs: string[] | null = ['other']) {
    const one = this.server('one', this.here, 'here', slugs, fate);
    one.bed.switchAt = () => this.there;
    expect(await one.ownership.tryToEnter()).toBe(true);
    await one.bed.centre.start();
    return one;
  }

  async second(name = 'two') {
    const two = this.server(name, this.there, 'there', ['demo']);
    expect(await two.ownership.tryToEnter()).toBe(true);
    await two.bed.centre.start();
    return two;
  }
}

let house: House;
beforeEach(async () => {
  house = new House();
  await fill(house.store);
  await fillOther(house.store);
});
afterEach(async () => {
  for (const ownership of house.ownerships) {
    ownership.leave();
    await ownership.stop();
  }
});

async function talking(bed: AppBed) {
  const desk = await bed.agent('1001');
  const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
  await settle();
  const id = asId<CallId>((await desk.call()).id);
  await bed.centre.calls.answer(desk.who, id);
  return { desk, caller, id };
}

describe('a server that works beside one that has died', () => {
  it('goes on with its calls where they are, and with its own', async () => {
    const one = await house.first();
    const two = await house.second();
    const own = house.here.trunk.callIn('13900000002', OTHER_HOTLINE);
    const { desk, caller, id } = await talking(two.bed);
    two.kill();
    // A server that stands by for it, or is started again, would come first.
    await house.clock.advance(LIFE_MS * 2 - 1_000);
    expect(one.ownership.guests).toEqual([]);
    expect(caller.state).toBe('up');
    await house.clock.advance(LIFE_MS);
    expect(one.ownership.guests).toEqual(['there']);
    expect((await one.bed.centre.desks.snapshot(desk.who)).calls[0]).toMatchObject({ id, phase: 'talking' });
    await one.bed.centre.calls.hold(desk.who, id);
    expect(house.there.heard(caller.legId).music).toBe(true);
    await one.bed.centre.calls.hangup(desk.who, id);
    await settle();
    expect(caller.state).toBe('over');
    expect(own.state).toBe('up');
    expect(house.here.heard(own.legId).music).toBe(true);
    const next = house.there.trunk.callIn('13900000003', HOTLINE);
    await settle();
    expect(next.state).not.toBe('over');
  });

  it('keeps the numbers of each place apart', async () => {
    const one = await house.first();
    const two = await house.second();
    two.kill();
    await house.clock.advance(LONG_MS);
    expect(one.ownership.teams.map(({ teamId }) => teamId).toSorted()).toEqual([OTHER_TEAM, TEAM]);
    const lost = house.here.trunk.callIn('13900000003', HOTLINE);
    await settle();
    expect(lost.state).toBe('over');
  });

  it('keeps what it has when the other comes back, which stands by and has it when this one is stopped', async () => {
    const one = await house.first();
    const two = await house.second();
    const { desk, caller, id } = await talking(two.bed);
    two.kill();
    await house.clock.advance(LONG_MS);
    const again = house.server('two again', house.there, 'there', ['demo']);
    const entered = again.ownership.enter();
    await house.clock.advance(LONG_MS);
    expect(again.ownership.waits).toContain('http://one.test');
    expect(await one.ownership.whereIs(TEAM)).toBe('here');
    expect(await again.ownership.whereIs(TEAM)).toEqual({ url: 'http://one.test' });

    await one.bed.centre.stop();
    await one.ownership.stop();
    await house.there.start();
    await house.clock.advance(1_000);
    expect(await entered).toBe(true);
    await again.bed.centre.start();
    await settle();
    expect(caller.state).toBe('up');
    expect((await again.bed.centre.desks.snapshot(desk.who)).calls[0]).toMatchObject({
      id,
      phase: 'talking',
    });
  });

  it('gives back what it cannot serve, once and for all, and works on', async () => {
    const one = await house.first();
    const two = await house.second();
    let asked = 0;
    one.bed.switchAt = () => {
      asked += 1;
      throw new Error('Asterisk is not usable');
    };
    two.kill();
    await house.clock.advance(LONG_MS * 3);
    expect(asked).toBe(1);
    expect(one.ownership.guests).toEqual([]);
    expect(one.bed.centre.ready).toBe(true);
    expect(await refusal(one.bed.centre.desks.snapshot(desk(TEAM)))).toBe('unavailable');
    await house.second('two again');
    expect(await one.ownership.whereIs(TEAM)).toEqual({ url: 'http://two again.test' });
  });

  it('leaves it alone when it is not to take it', async () => {
    const one = await house.first('left');
    const two = await house.second();
    two.kill();
    await house.clock.advance(LONG_MS * 2);
    expect(one.ownership.teams.map(({ teamId }) => teamId)).toEqual([OTHER_TEAM]);
  });

  it('that has all teams takes them home when they cannot be served where they were', async () => {
    const two = await house.second();
    await house.store.run(({ leases }) => leases.settle('there', ['demo'], true));
    const one = await house.first('moved', null);
    two.kill();
    await house.clock.advance(LONG_MS);
    expect(one.ownership.guests).toEqual([]);
    expect(one.ownership.teams.map(({ place }) => place)).toEqual(['here', 'here']);
    const caller = house.here.trunk.callIn('13900000003', HOTLINE);
    await settle();
    expect(caller.state).not.toBe('over');
  });
});

function desk(teamId: typeof TEAM) {
  const who = { kind: 'agent', role: 'agent', expiresAt: Number.MAX_SAFE_INTEGER } as const;
  return { ...who, teamId, agentId: asId<never>('agent-1001'), sessionId: asId<never>('session') };
}
