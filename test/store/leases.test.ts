import { describe, expect, it } from 'vitest';
import { describeRepositories } from './store-bed.ts';
import * as rows from './rows.ts';
import type { Holder, LeaseStore, TakeOptions, TeamLease } from '../../server/core/ports/lease-store.ts';

const { otherTeamId, teamId } = rows;

const ONE: Holder = { process: 'one', url: 'http://one.test' };
const TWO: Holder = { process: 'two', url: 'http://two.test' };
const LONG = 60_000;
/** Over before it began. */
const GONE = -1_000;

describeRepositories('who owns which team', (bed) => {
  const ask = <T>(question: (leases: LeaseStore) => Promise<T>) =>
    bed.store.run(({ leases }) => question(leases));
  const take = (
    holder: Holder,
    lifeMs = LONG,
    options: Omit<TakeOptions, 'lifeMs'> = { freeForMs: 0, givenBack: true },
  ) => ask((leases) => leases.take('home', holder, { lifeMs, ...options }));
  const teams = async (holder: Holder): Promise<TeamLease[]> =>
    ask(async (leases) => {
      await leases.renew(holder.process, LONG);
      return (await leases.held(holder.process)).teams;
    });

  it('is nobody’s at first, and one’s who takes it', async () => {
    expect(await ask((leases) => leases.placeOf(teamId))).toBeNull();
    expect(await take(ONE)).toBe(true);
    await ask((leases) => leases.settle('home', null, true));
    expect((await teams(ONE)).map((team) => team.teamId)).toEqual([teamId, otherTeamId]);
    expect(await ask((leases) => leases.placeOf(teamId))).toEqual({
      name: 'home',
      holder: ONE,
      free: false,
      inhabited: true,
      access: null,
    });
  });

  it('is no other’s while it is renewed, and refuses the epoch of before once it has been taken', async () => {
    await take(ONE, GONE);
    await ask((leases) => leases.settle('home', null, true));
    const [before] = await teams(ONE);
    expect(await take(TWO)).toBe(false);
    const holds = (epoch: number) => ask((leases) => leases.holds(teamId, epoch));
    expect(await holds(before!.epoch)).toBe(true);
    await ask((leases) => leases.renew(ONE.process, GONE));
    expect(await take(TWO, LONG, { givenBack: true })).toBe(false);
    expect(await take(TWO)).toBe(true);
    expect(await holds(before!.epoch)).toBe(false);
    expect(await teams(ONE)).toEqual([]);
    const [after] = await teams(TWO);
    expect(after!.epoch).toBeGreaterThan(before!.epoch);
    expect(await holds(after!.epoch)).toBe(true);
  });

  describe('fences a commit', () => {
    const event = { teamId, subject: 'call_1', type: 'call-created', time: 1, event: {} };
    /** `reads`: something is asked of the database before. */
    const write = (epoch: number, sequence: number, reads = false) =>
      bed.store.run(
        async (r) => {
          await r.leases.fence(teamId, epoch, () => new Error('lost'));
          if (reads) await r.journal.retract([{ subject: 'call_0', sequence: 1 }]);
          await r.journal.append([{ ...event, sequence }]);
          await r.calls.saveAll([{ call: rows.call(), legs: [rows.leg()] }]);
        },
        { live: 'commits' },
      );
    const kept = () =>
      bed.store.run(async (r) => ({
        journal: (await r.journal.of(teamId, 'call_1')).map(({ sequence }) => sequence),
        legs: (await r.calls.byId(teamId, rows.call().id))?.legs.length,
      }));

    it('of which nothing is kept when the team is another’s', async () => {
      await take(ONE, GONE);
      await ask((leases) => leases.settle('home', null, true));
      const [before] = await teams(ONE);
      await write(before!.epoch, 1);
      await write(before!.epoch, 2, true);
      expect(await kept()).toEqual({ journal: [1, 2], legs: 1 });
      await ask((leases) => leases.renew(ONE.process, GONE));
      await take(TWO);
      await expect(write(before!.epoch, 3)).rejects.toThrow('lost');
      await expect(write(before!.epoch, 4, true)).rejects.toThrow('lost');
      expect(await kept()).toEqual({ journal: [1, 2], legs: 1 });
      const [after] = await teams(TWO);
      await write(after!.epoch, 3);
      expect(await kept()).toEqual({ journal: [1, 2, 3], legs: 1 });
    });

    it('also when it is being taken at that moment, and whoever takes it waits for one that is under way', async () => {
      await take(ONE, GONE);
      await ask((leases) => leases.settle('home', null, true));
      const [before] = await teams(ONE);
      await ask((leases) => leases.renew(ONE.process, GONE));
      let begin: () => void = () => undefined;
      const written = new Promise<void>((resolve) => (begin = resolve))
        .then(() => write(before!.epoch, 1))
        .catch((error: unknown) => error);
      const taken = await bed.store.run(async ({ leases }) => {
        const is = await leases.take('home', TWO, { lifeMs: LONG, freeForMs: 0 });
        begin();
        return is;
      });
      expect(taken).toBe(true);
      expect(await written).toMatchObject({ message: 'lost' });
      expect(await kept()).toEqual({ journal: [], legs: undefined });
    });

    it('which is refused as what it is when a row of it is', async () => {
      await take(ONE);
      await ask((leases) => leases.settle('home', null, true));
      const [team] = await teams(ONE);
      await write(team!.epoch, 1);
      await expect(write(team!.epoch, 1)).rejects.toMatchObject({ code: 'duplicate', uncertain: false });
      await write(team!.epoch, 2);
      expect(await kept()).toEqual({ journal: [1, 2], legs: 1 });
    });
  });

  it('is taken from a process that is known to be dead, and from no other', async () => {
    await take(ONE);
    expect(await take(TWO, LONG, { dead: 'three' })).toBe(false);
    expect(await take(TWO, LONG, { dead: 'one' })).toBe(true);
  });

  it('that was given back is at once the one’s whose own it is, and another’s later', async () => {
    await take(ONE);
    await ask((leases) => leases.release(ONE.process, LONG));
    expect(await take(TWO, LONG, { freeForMs: 0 })).toBe(false);
    expect(await take(TWO, LONG, { givenBack: true })).toBe(true);
    await ask((leases) => leases.release(TWO.process, GONE));
    expect(await take(ONE)).toBe(true);
  });

  it('is another’s only when it has been empty for long enough, where that is asked for', async () => {
    await take(ONE, GONE);
    expect(await take(TWO, LONG, { freeForMs: LONG })).toBe(false);
    expect(await take(TWO, LONG, { freeForMs: 0 })).toBe(true);
  });

  it('tells whoever takes it how it is served, and keeps that', async () => {
    await take(ONE, GONE, { freeForMs: 0, access: 'how' });
    await ask((leases) => leases.settle('home', null, true));
    await take(TWO);
    expect(await ask((leases) => leases.places())).toEqual([
      { name: 'home', holder: TWO, free: false, inhabited: true, access: 'how' },
    ]);
    expect((await ask((leases) => leases.held(TWO.process))).places).toEqual([
      { name: 'home', access: 'how' },
    ]);
  });

  it('is given back alone, and its teams may be moved', async () => {
    const away = (leases: LeaseStore) => leases.take('away', ONE, { lifeMs: LONG, givenBack: true });
    await take(ONE);
    await ask((leases) => leases.settle('home', null, true));
    await ask(away);
    const [before] = await teams(ONE);
    await ask((leases) => leases.move('home', 'away'));
    await ask((leases) => leases.release(ONE.process, LONG, 'home'));
    expect((await ask((leases) => leases.held(ONE.process))).places.map(({ name }) => name)).toEqual([
      'away',
    ]);
    const [after] = await teams(ONE);
    expect(after).toMatchObject({ teamId: before!.teamId, place: 'away' });
    expect(after!.epoch).toBeGreaterThan(before!.epoch);
  });

  it('is still its holder’s who is late, when no team of it goes elsewhere', async () => {
    await take(ONE, GONE);
    await ask((leases) => leases.settle('home', null, true));
    await ask((leases) => leases.settle('away', ['another'], true));
    expect((await ask((leases) => leases.held(ONE.process))).places.map(({ name }) => name)).toEqual([
      'home',
    ]);
  });

  it('is the place’s that names the team, when nobody holds the one where it was', async () => {
    await take(ONE);
    await ask((leases) => leases.settle('home', null, true));
    const other = (slugs: readonly string[] | null) => ask((leases) => leases.settle('away', slugs, true));
    await ask((leases) => leases.take('away', TWO, { lifeMs: LONG, givenBack: true }));
    const [{ slug } = { slug: '' }] = await bed.store.run((repositories) => repositories.teams.all());
    await other([slug]);
    await other(null);
    expect(await teams(TWO)).toEqual([]);
    await ask((leases) => leases.renew(ONE.process, GONE));
    await other([]);
    expect(await teams(TWO)).toEqual([]);
    await ask((leases) => leases.settle('away', [slug], false));
    expect(await teams(TWO)).toEqual([]);
    await other([slug]);
    expect(await teams(TWO)).toHaveLength(1);
    // Late, and only that: it must not believe in the rest of what it had.
    expect(await teams(ONE)).toEqual([]);
  });
});
