import { afterEach, describe, expect, it } from 'vitest';
import { AppBed, refusal } from '../support/app-bed.ts';
import { HOTLINE, TEAM, fill } from '../support/builders.ts';
import { FakeSwitch } from '../support/fake-switch.ts';
import { ManualClock, settle } from '../support/manual-clock.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { LIFE_MS, ownershipIn } from '../support/ownership-bed.ts';
import { SequenceIds } from '../support/sequence-ids.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId } from '../../server/core/kernel/ids.ts';
import type { Ownership } from '../../server/live/ownership/ownership.ts';

/** Several server processes on one database, on a switch that they share or each with its own. */
class Servers {
  readonly store = new MemoryStore();
  /** Of the database, and of every server but the first. */
  readonly clock = new ManualClock();
  /** Of the first: it stands while that is stopped. */
  readonly firstClock = new ManualClock();
  readonly ids = new SequenceIds();
  readonly shared: FakeSwitch | null;
  readonly ownerships: Ownership[] = [];

  constructor({ shared }: { shared: boolean }) {
    this.store.now = () => this.clock.now();
    this.shared = shared ? new FakeSwitch(this.firstClock, this.ids, { legsOutliveServer: true }) : null;
  }

  /** A process that takes calls as soon as the teams are its own. */
  server(name: string, dead: (process: string) => boolean = () => false, clock = this.clock) {
    const telephone = this.shared ?? new FakeSwitch(clock, this.ids);
    const alive = { run: this.store.run.bind(this.store) };
    const ownership = ownershipIn(alive, clock, name, { dead });
    this.ownerships.push(ownership);
    const bed = AppBed.with(this.store, clock, this.ids, telephone, ownership);
    const kill = () => {
      bed.process.kill();
      alive.run = () => new Promise(() => undefined);
      this.ownerships.splice(this.ownerships.indexOf(ownership), 1);
    };
    return { bed, ownership, kill };
  }

  /** A server that waits until the first has not been heard of for a life. */
  async takesOver(name: string) {
    const next = this.server(name);
    const entered = next.ownership.enter();
    await this.clock.advance(LIFE_MS * 2);
    expect(await entered).toBe(true);
    return next;
  }

  async first() {
    await fill(this.store);
    const one = this.server('one', undefined, this.firstClock);
    expect(await one.ownership.tryToEnter()).toBe(true);
    await one.bed.centre.start();
    return one;
  }
}

let servers: Servers;
afterEach(async () => {
  for (const ownership of servers.ownerships) await ownership.stop();
});

async function talking(bed: AppBed) {
  const desk = await bed.agent('1001');
  const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
  await settle();
  const id = asId<CallId>((await desk.call()).id);
  await bed.centre.calls.answer(desk.who, id);
  return { desk, caller, id };
}

describe('a second server on the same database', () => {
  it('leaves the calls of the first alone, and has none of its teams', async () => {
    servers = new Servers({ shared: false });
    const { bed } = await servers.first();
    const { desk, caller, id } = await talking(bed);
    const two = servers.server('two');
    expect(await two.ownership.tryToEnter()).toBe(false);
    expect(two.ownership.waits).toContain('http://one.test');
    await two.bed.centre.start();
    await settle();
    expect(caller.state).toBe('up');
    expect(servers.store.tables.calls.find(({ call }) => call.id === id)?.call.endedAt).toBeNull();
    expect(await desk.state()).toBe('talking');
    expect(await two.ownership.whereIs(TEAM)).toEqual({ url: 'http://one.test' });
    expect(await refusal(two.bed.centre.desks.snapshot(desk.who))).toBe('unavailable');
  });

  it('takes over when the first has not been heard of for a life, and not before', async () => {
    servers = new Servers({ shared: true });
    const { bed, kill } = await servers.first();
    const { caller, id, desk } = await talking(bed);
    kill();
    const two = servers.server('two');
    const entered = two.ownership.enter();
    await servers.clock.advance(LIFE_MS - 1_000);
    expect(two.ownership.teams).toEqual([]);
    await servers.clock.advance(3_000);
    expect(await entered).toBe(true);
    await two.bed.centre.start();
    await settle();
    expect(caller.state).toBe('up');
    expect((await two.bed.centre.desks.snapshot(desk.who)).calls[0]).toMatchObject({ id, phase: 'talking' });
  });

  it('takes over at once from a process that is known to be dead', async () => {
    servers = new Servers({ shared: true });
    const { kill } = await servers.first();
    kill();
    const two = servers.server('two', (process) => process === 'one');
    expect(await two.ownership.tryToEnter()).toBe(true);
  });

  it('takes over at once what was given back', async () => {
    servers = new Servers({ shared: true });
    const { bed, ownership } = await servers.first();
    await bed.centre.stop();
    await ownership.stop();
    expect(await servers.server('two').ownership.tryToEnter()).toBe(true);
  });
});

describe('a server that was stopped for longer than a life', () => {
  it('finds the team taken, writes nothing, asks the switch for nothing, and tells its pages', async () => {
    servers = new Servers({ shared: true });
    const { bed, ownership } = await servers.first();
    const { desk, caller, id } = await talking(bed);
    const left: string[] = [];
    bed.centre.onLeft((teams) => left.push(...teams));
    const two = await servers.takesOver('two');
    await two.bed.centre.start();
    await settle();
    const before = JSON.stringify(servers.store.tables.journal);
    bed.telephone.asked.length = 0;
    servers.firstClock.skip(LIFE_MS * 2);
    expect(await refusal(bed.centre.calls.hangup(desk.who, id))).toBe('unavailable');
    await settle();
    expect(bed.telephone.asked).toEqual([]);
    expect(JSON.stringify(servers.store.tables.journal)).toBe(before);
    expect(caller.state).toBe('up');
    expect(left).toEqual([TEAM]);
    await ownership.deposed;
    expect((await two.bed.centre.desks.snapshot(desk.who)).calls[0]).toMatchObject({ id, phase: 'talking' });
  });

  it('goes on when nobody has taken it', async () => {
    servers = new Servers({ shared: true });
    const { bed } = await servers.first();
    const { desk, caller, id } = await talking(bed);
    await servers.clock.advance(LIFE_MS * 10);
    servers.firstClock.skip(LIFE_MS * 10);
    await bed.centre.calls.hangup(desk.who, id);
    await settle();
    expect(caller.state).toBe('over');
  });

  it('whose voices pass through it ends them, as they are nobody’s any more', async () => {
    servers = new Servers({ shared: false });
    const { bed } = await servers.first();
    const { desk, caller } = await talking(bed);
    await servers.takesOver('two');
    servers.firstClock.skip(LIFE_MS * 2);
    expect(await refusal(bed.centre.agents.signOut(desk.who, undefined))).toBe('unavailable');
    await settle();
    expect(caller.state).toBe('over');
  });
});

describe('a database that is away', () => {
  it('deposes nobody, for however long', async () => {
    servers = new Servers({ shared: true });
    const { bed } = await servers.first();
    const { desk, caller, id } = await talking(bed);
    servers.store.failures = Number.MAX_SAFE_INTEGER;
    await servers.firstClock.advance(LIFE_MS * 5);
    await bed.centre.calls.hold(desk.who, id);
    expect(bed.telephone.heard(caller.legId).music).toBe(true);
    servers.store.failures = 0;
    await servers.firstClock.advance(LIFE_MS);
    await bed.centre.calls.hangup(desk.who, id);
    await settle();
    expect(servers.store.tables.calls[0]?.call.endedAt).not.toBeNull();
  });
});

describe('a server that stands by', () => {
  it('and was stopped while the database was away takes nothing from an owner that has not renewed yet', async () => {
    servers = new Servers({ shared: true });
    const { ownership } = await servers.first();
    const [team] = ownership.teams;
    const lease = ownership.lease(team!);
    const two = servers.server('two');
    void two.ownership.enter();
    await settle();
    // The second is stopped from here on: its time does not pass.
    servers.store.failures = Number.MAX_SAFE_INTEGER;
    await servers.firstClock.advance(LIFE_MS - 500);
    servers.store.failures = 0;
    servers.clock.skip(LIFE_MS + 100);
    await servers.clock.advance(1_000);
    expect(two.ownership.teams).toEqual([]);
    expect(lease.sure).toBe(true);
    two.ownership.leave();
  });
});
