import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fill, fillOther, OTHER_TEAM, TEAM } from '../support/builders.ts';
import { ManualClock, settle } from '../support/manual-clock.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { LIFE_MS, ownershipIn } from '../support/ownership-bed.ts';
import type { TeamId } from '../../server/core/kernel/ids.ts';
import { LeaseLost, type Lease } from '../../server/live/ownership/lease.ts';

/** Whose own which place is, and which teams. */
interface Role {
  readonly home: string;
  readonly slugs: string[] | null;
}

/** A process that can be stopped and go on: what it asks and what it is answered waits for that, and so does its time. */
class Process {
  readonly clock: ManualClock;
  readonly ownership;
  readonly name: string;
  readonly #store: MemoryStore;
  #stoodStill = 0;
  #goOn: (() => void) | null = null;
  #running: Promise<void> = Promise.resolve();
  /** The right to each team that it got last; it may hold on to it for too long. */
  readonly #leases = new Map<TeamId, { lease: Lease; writer: string }>();
  isDeposed = false;

  constructor(name: string, store: MemoryStore, skewMs: number, role: Role) {
    this.name = name;
    this.#store = store;
    this.clock = new ManualClock(store.now() + skewMs);
    this.ownership = ownershipIn(this, this.clock, name, { ...role, fateOf: () => 'served' });
    void this.ownership.deposed.then(() => (this.isDeposed = true));
    void this.ownership.enter();
  }

  run: MemoryStore['run'] = async (fn, options) => {
    await this.#running;
    try {
      return await this.#store.run(fn, options);
    } finally {
      await this.#running;
    }
  };

  get isStopped(): boolean {
    return this.#goOn !== null;
  }

  stop(): void {
    if (this.isStopped) return;
    this.#running = new Promise((resolve) => (this.#goOn = resolve));
  }

  continue(): void {
    this.#goOn?.();
    this.#goOn = null;
    if (this.#stoodStill > 0) this.clock.skip(this.#stoodStill);
    this.#stoodStill = 0;
  }

  async pass(ms: number): Promise<void> {
    if (this.isStopped) this.#stoodStill += ms;
    else await this.clock.advance(ms);
  }

  isSure(teamId: TeamId): boolean {
    for (const team of this.ownership.teams) {
      const writer = `${this.name}, epoch ${team.epoch}`;
      this.#leases.set(team.teamId, { lease: this.ownership.lease(team), writer });
    }
    return !this.isStopped && this.#leases.get(teamId)?.lease.sure === true;
  }

  /** Writes as a live team does. @returns who has written; null: it was not kept */
  async commit(teamId: TeamId, sequence: number): Promise<string | null> {
    const { lease, writer } = this.#leases.get(teamId) ?? { writer: '' };
    if (lease === undefined) return null;
    try {
      await this.run(async (repositories) => {
        await lease.fence(repositories);
        const row = { teamId, subject: teamId, sequence, type: this.name, time: 0, event: {} };
        await repositories.journal.append([row]);
      });
      return writer;
    } catch (error) {
      if (error instanceof LeaseLost) return null;
      throw error;
    }
  }
}

const WHICH = fc.integer({ min: 0, max: 2 });
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ op: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: LIFE_MS }) }),
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('commit' as const), which: WHICH }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('stop' as const), which: WHICH }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('continue' as const), which: WHICH }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('crash' as const), which: WHICH }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('store' as const), away: fc.boolean() }) },
);

const HOUSES: Record<string, readonly [Role, Role, Role]> = {
  'of one place': [
    { home: 'home', slugs: null },
    { home: 'home', slugs: null },
    { home: 'home', slugs: null },
  ],
  'of two places, one of which has two servers': [
    { home: 'here', slugs: ['demo'] },
    { home: 'there', slugs: ['other'] },
    { home: 'there', slugs: ['other'] },
  ],
};
const TEAMS = [TEAM, OTHER_TEAM];

describe.each(Object.entries(HOUSES))('of several processes %s', (_name, roles) => {
  it('never two own a team: one alone is sure of it, nobody writes behind another, and who is left has all', async () => {
    let commits = 0;
    let owners = 0;
    let guests = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 20, maxLength: 60 }),
        fc.integer({ min: -3_600_000, max: 3_600_000 }),
        WHICH,
        async (steps, skewMs, last) => {
          const store = new MemoryStore();
          await fill(store);
          await fillOther(store);
          let now = 1_700_000_000_000;
          store.now = () => now;
          let born = 0;
          const begin = (role: Role) => new Process(`process-${born}`, store, skewMs * born++, role);
          const all = roles.map(begin);
          await settle();
          const kept = new Map<TeamId, string[]>(TEAMS.map((teamId) => [teamId, []]));
          const check = () => {
            for (const teamId of TEAMS) {
              const sure = all.filter((process) => process.isSure(teamId));
              expect(sure.map(({ name }) => name).length).toBeLessThanOrEqual(1);
            }
          };
          const pass = async (time: number) => {
            // In small steps: they live beside each other.
            for (let left = time; left > 0; left -= 250) {
              const ms = Math.min(250, left);
              now += ms;
              for (const process of all) await process.pass(ms);
              check();
            }
          };
          const commit = async (process: Process, teamId: TeamId) => {
            const wasSure = process.isSure(teamId);
            if (process.isStopped) return;
            const before = store.failures;
            const writers = kept.get(teamId)!;
            const writer = await process.commit(teamId, writers.length).catch(() => null);
            // Whoever is sure writes what it wants, as long as anything can be written.
            if (wasSure && before === 0) expect(writer).not.toBeNull();
            if (writer === null) return;
            writers.push(writer);
            commits += 1;
          };
          for (const each of steps) {
            switch (each.op) {
              case 'pass':
                await pass(each.ms);
                break;
              case 'commit':
                for (const teamId of TEAMS) await commit(all[each.which]!, teamId);
                break;
              case 'stop':
                all[each.which]!.stop();
                break;
              case 'continue':
                all[each.which]!.continue();
                break;
              case 'crash':
                all[each.which]!.stop();
                all[each.which] = begin(roles[each.which]!);
                break;
              case 'store':
                store.failures = each.away ? Number.MAX_SAFE_INTEGER : 0;
                break;
            }
            await settle();
            check();
          }
          // An owner that has been followed by another never writes again.
          for (const writers of kept.values()) {
            const runs = writers.filter((name, index) => name !== writers[index - 1]);
            expect(new Set(runs).size).toBe(runs.length);
            owners += runs.length;
          }
          store.failures = 0;
          for (const process of all) process.stop();
          all[last]!.continue();
          await pass(LIFE_MS);
          // One that has lost its own place ends, and is started anew.
          if (all[last]!.isDeposed) all[last] = begin(roles[last]!);
          await pass(LIFE_MS * 4);
          expect(TEAMS.filter((teamId) => all[last]!.isSure(teamId))).toEqual(TEAMS);
          guests += all[last]!.ownership.guests.length;
        },
      ),
      { numRuns: 40 },
    );
    // The model does what it is about.
    expect(commits).toBeGreaterThan(50);
    expect(owners).toBeGreaterThan(20);
    if (new Set(roles.map(({ home }) => home)).size > 1) expect(guests).toBeGreaterThan(10);
  }, 240_000);
});
