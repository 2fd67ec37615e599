import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../../server/core/kernel/domain-error.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId } from '../../server/core/kernel/ids.ts';
import { decide } from '../../server/core/team/decide.ts';
import type { Input } from '../../server/core/team/input.ts';
import { copied, layOver } from '../../server/core/team/reindex.ts';
import type { Unindexed } from '../../server/core/model/team.ts';
import { Grouping } from '../../server/live/grouping.ts';
import { FactTracker } from '../../server/live/projections/fact-tracker.ts';
import { factsIn, merge, writesOf } from '../../server/live/writes.ts';
import { AppBed, refusal } from '../support/app-bed.ts';
import { HOTLINE, LUNCH } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';
import { World, step } from '../core/world.ts';

function commitsOf(bed: AppBed): () => number {
  const run = bed.store.run.bind(bed.store);
  let commits = 0;
  bed.store.run = (fn, options) => {
    commits += 1;
    return run(fn, options);
  };
  return () => commits;
}

describe('what comes to a team at once', () => {
  it('is stored in one commit, and answered when that is done', async () => {
    const bed = await AppBed.start();
    const desks = [await bed.agent('1001'), await bed.agent('1002'), await bed.agent('1003')];
    const commits = commitsOf(bed);
    const views = await Promise.all(desks.map(({ who }) => bed.centre.agents.pause(who, LUNCH)));
    expect(views.map(({ state }) => state)).toEqual(['paused', 'paused', 'paused']);
    expect(commits()).toBe(1);
    expect(bed.store.tables.presences.map(({ state }) => state)).toMatchObject(
      desks.map(() => ({ pause: { reasonId: LUNCH } })),
    );
  });

  it('is decided in the order of its arrival, one on the other', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    const id = asId<CallId>((await desk.call()).id);
    await bed.centre.calls.answer(desk.who, id);
    const commits = commitsOf(bed);
    const hangup = bed.centre.calls.hangup(desk.who, id);
    const hold = refusal(bed.centre.calls.hold(desk.who, id));
    const pause = bed.centre.agents.pause(desk.who, LUNCH);
    expect(await hold).toBe('call-not-active');
    expect((await pause).state).toBe('paused');
    await hangup;
    expect(commits()).toBeLessThanOrEqual(2);
  });

  it('is taken each by its own rule when it cannot be stored together', async () => {
    const bed = await AppBed.start();
    const [one, two, three] = [await bed.agent('1001'), await bed.agent('1002'), await bed.agent('1003')];
    await bed.centre.agents.pause(two.who, LUNCH);
    bed.store.failures = 3;
    const pausing = bed.centre.agents.pause(one.who, LUNCH);
    const resuming = refusal(bed.centre.agents.resume(two.who));
    const third = refusal(bed.centre.agents.pause(three.who, LUNCH));
    // Together; then each: a pause is carried out all the same, and what may be refused is.
    expect((await pausing).state).toBe('paused');
    expect(await resuming).toBe('unavailable');
    await expect(third).rejects.toThrow('was not refused');
    expect(await two.state()).toBe('paused');
    await bed.clock.advance(2_000);
    const states = bed.store.tables.presences.map(
      ({ state }) => (state as { pause: unknown }).pause !== null,
    );
    expect(states).toEqual([true, true, true]);
    const sequences = bed.store.tables.journal.map((row) => `${row.subject}/${row.sequence}`);
    expect(new Set(sequences).size).toBe(sequences.length);
  });
});

describe('a group of decisions', () => {
  it('comes to what they come to one by one, and to nothing when it is given up', () => {
    const sizes = fc.array(fc.nat(5), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), sizes, fc.array(fc.boolean()), (steps, ends, given) => {
        const world = new World();
        const team = copied(world.team, world.now);
        const [facts, alone] = [new FactTracker(), new FactTracker()];
        for (const each of [facts, alone]) each.resume({ spans: [], parts: [] }, team, world.now);
        let inputs: Array<{ input: Input; refusable: boolean }> = [];
        let ids: string[] = [];
        let from = { now: world.now, team: copied(world.team, world.now) };
        const taken = () => ({ next: <T extends string>() => (ids.shift() ?? 'none') as T });
        const grouping = new Grouping(team, world.now, {
          ids: { next: () => source.next() },
          facts,
          factsOf: (config, changes, { calls }) => facts.of(changes, { config, calls }),
        });
        let source = taken();
        let count = 0;
        const flush = (): void => {
          const all = [...ids];
          if (given[count % Math.max(1, given.length)] === true) grouping.decide(inputs, from.now).giveUp();
          ids = [...all];
          const group = grouping.decide(inputs, from.now);
          ids = [...all];
          const writes = inputs.flatMap(({ input }, index) => {
            const outcome = group.outcomes[index];
            const single = decided(from.team, input, from.now, taken());
            expect(outcome instanceof DomainError ? outcome.code : outcome).toEqual(single);
            if (!outcome || outcome instanceof DomainError) return [];
            const rows = alone.of(outcome.changes, from.team);
            const written = writesOf(from.team.config, outcome.changes, outcome.events, from.now, rows);
            if (outcome.events.length > 0) alone.take(rows);
            layOver(from.team, outcome.changes);
            layOver(team, outcome.changes);
            return outcome.events.length > 0 ? [written] : [];
          });
          expect(group.writes).toEqual(merge(...writes));
          expect(factsIn(group.writes)).toEqual(factsIn(merge(...writes)));
          expect(entries(team)).toEqual(entries(world.team));
          [inputs, ids] = [[], []];
          source = taken();
          from = { now: world.now, team: copied(world.team, world.now) };
          count += 1;
        };
        const next = world.ids.next.bind(world.ids);
        let isDeciding = false;
        world.ids.next = <T extends string>(kind: string): T => {
          const id = next<T>(kind);
          if (isDeciding) ids.push(id);
          return id;
        };
        const take = world.take.bind(world);
        world.take = (input) => {
          if (inputs.length > 0 && world.now !== from.now) throw new Error('not of one time');
          isDeciding = true;
          from.now = world.now;
          inputs.push({ input, refusable: true });
          take(input);
          isDeciding = false;
          if (inputs.length > (ends[count % ends.length] ?? 0) || mayPass) flush();
        };
        let mayPass = false;
        for (const each of steps) {
          // Time may pass within a step: then each input is a group of its own.
          mayPass = each.kind === 'time';
          if (mayPass && inputs.length > 0) flush();
          world.run(each);
        }
        if (inputs.length > 0) flush();
      }),
      { numRuns: 100 },
    );
  });
});

function decided(...[team, input, now, ids]: Parameters<typeof decide>): unknown {
  try {
    return decide(team, input, now, ids);
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

/** With the order of the entries. */
function entries({ agents, calls, pages, endpoints, switchUp, undecided }: Unindexed): unknown {
  return { maps: [agents, calls, pages, endpoints].map((map) => [...map]), switchUp, undecided };
}
