import { describe, expect, it } from 'vitest';
import { every, handle, HopelessJob, periodic } from '../../server/jobs/job-handler.ts';
import { errand, never, WorkerBed, type Errand } from './worker-bed.ts';
import { settle } from '../support/manual-clock.ts';

const LEASE_MS = 30_000;

describe('a job', () => {
  it('is done once, with what it was told, within a second', async () => {
    const bed = new WorkerBed();
    const done: string[] = [];
    const server = await bed.server(handle(errand, async ({ payload }) => void done.push(payload.to)));
    await bed.add('market');
    await bed.clock.advance(1000);
    expect(done).toEqual(['market']);
    expect(bed.jobs).toMatchObject([{ outcome: 'done', attempts: 1, claim: null }]);
    await server.worker.stop();
    expect(bed.clock.pending).toBe(0);
  });

  it('is not begun before it is due', async () => {
    const bed = new WorkerBed();
    const done: string[] = [];
    await bed.server(handle(errand, async ({ payload }) => void done.push(payload.to)));
    await bed.add('market', { dueAt: bed.clock.now() + 60_000 });
    await bed.clock.advance(59_000);
    expect(done).toEqual([]);
    await bed.clock.advance(2000);
    expect(done).toEqual(['market']);
  });

  it('that fails is tried again, later each time, until it is dead, which the operator is told', async () => {
    const bed = new WorkerBed();
    const begun: number[] = [];
    const start = bed.clock.now();
    const server = await bed.server(
      handle(errand, async () => {
        begun.push(bed.clock.now() - start);
        throw new Error('closed');
      }),
    );
    await bed.add('market');
    await bed.clock.advance(60_000);
    expect(begun).toEqual([1000, 2000, 4000]);
    expect(bed.jobs).toMatchObject([{ outcome: 'dead', attempts: 3, lastError: 'closed' }]);
    expect(server.said.at(-1)).toBe('error: a job has failed for good');
    expect(server.worker.meters.dead.counts.get('errand')).toBe(1);
    expect(server.worker.meters.failed.counts.get('errand')).toBe(2);
  });

  it('of which trying again is no use is dead at once, as is one with a payload of another kind', async () => {
    const bed = new WorkerBed();
    await bed.server(
      handle(errand, async () => {
        throw new HopelessJob('no such market');
      }),
    );
    await bed.add('market');
    await bed.store.run(({ jobs }) =>
      jobs.add({ id: 'odd', teamId: null, kind: 'errand', payload: 7, dueAt: 0, createdAt: 0 }),
    );
    await bed.clock.advance(1000);
    expect(bed.jobs).toMatchObject([
      { outcome: 'dead', lastError: 'no such market' },
      { outcome: 'dead', lastError: 'The payload is not one of errand.' },
    ]);
  });

  it('that runs longer than a lease stays with its server', async () => {
    const bed = new WorkerBed();
    let begun = 0;
    const slow = handle(errand, async () => {
      begun += 1;
      await new Promise<void>((resolve) => bed.clock.after(5 * LEASE_MS, resolve));
    });
    await bed.server(slow);
    await bed.server(slow);
    await bed.add('market');
    await bed.clock.advance(6 * LEASE_MS);
    expect(begun).toBe(1);
    expect(bed.jobs).toMatchObject([{ outcome: 'done' }]);
  });

  it('of a server that has died is done by another, and a transaction of the dead one is refused', async () => {
    const bed = new WorkerBed();
    const held: unknown[] = [];
    let first: Errand | null = null;
    const dying = await bed.server(handle(errand, async (job) => never.finally(void (first = job))));
    await bed.add('market');
    await bed.clock.advance(1000);
    dying.alive = false;
    await bed.server(
      handle(errand, async (job) => {
        await bed.store.run(async ({ jobs }) => job.hold(jobs));
        held.push(
          await bed.store.run(async ({ jobs }) => first?.hold(jobs)).catch((error: Error) => error.name),
        );
      }),
    );
    await bed.clock.advance(LEASE_MS + 1000);
    expect(held).toEqual(['LostJob']);
    expect(bed.jobs).toMatchObject([{ outcome: 'done', attempts: 2 }]);
  });

  it('that kills its server each time is dead after the last one', async () => {
    const bed = new WorkerBed();
    for (let n = 0; n < 5; n++) {
      const server = await bed.server(
        handle(errand, () => {
          server.alive = false;
          return never;
        }),
      );
      if (n === 0) await bed.add('market');
      await bed.clock.advance(LEASE_MS + 1000);
    }
    expect(bed.jobs).toMatchObject([{ outcome: 'dead', lastError: 'The server ended while it ran.' }]);
  });

  it('shows how far it is', async () => {
    const bed = new WorkerBed();
    await bed.server(
      handle(errand, async (job) => {
        job.progress(0.5, 'half');
        job.progress(0.6, 'too soon to be shown');
        await never;
      }),
    );
    await bed.add('market');
    await bed.clock.advance(1000);
    await settle();
    expect(bed.jobs).toMatchObject([{ progress: 0.5, progressText: 'half' }]);
  });

  it('that a stopping server breaks off is left to the next one as if it had not begun', async () => {
    const bed = new WorkerBed();
    const server = await bed.server(
      handle(errand, ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', reject))),
      handle({ ...errand, name: 'deaf' }, () => never),
    );
    await bed.add('market');
    await bed.store.run(({ jobs }) =>
      jobs.add({ id: 'deaf', teamId: null, kind: 'deaf', payload: { to: '' }, dueAt: 0, createdAt: 0 }),
    );
    await bed.clock.advance(1000);
    expect(server.worker.meters.running).toBe(2);
    const stopped = server.worker.stop();
    await bed.clock.advance(3000);
    await stopped;
    const free = { attempts: 0, claim: null, leaseUntil: null, outcome: null };
    expect(bed.jobs).toMatchObject([free, free]);
    expect(bed.clock.pending).toBe(0);
  });

  it('that is done while the database is away is not done again', async () => {
    const bed = new WorkerBed();
    let begun = 0;
    await bed.server(
      handle(errand, async () => {
        begun += 1;
        bed.store.failures = 3;
      }),
    );
    await bed.add('market');
    await bed.clock.advance(2 * LEASE_MS);
    expect(begun).toBe(1);
    expect(bed.jobs).toMatchObject([{ outcome: 'done' }]);
  });

  it('keeps no more than two of its kind busy on one server', async () => {
    const bed = new WorkerBed();
    const server = await bed.server(handle(errand, () => never));
    for (let n = 0; n < 5; n++) await bed.add(`market ${n}`);
    await bed.clock.advance(5000);
    expect(server.worker.meters.running).toBe(2);
  });
});

describe('a periodic job', () => {
  const HOUR = 3_600_000;
  const hourly = (work: () => Promise<void>) =>
    periodic({ ...errand, payload: { parse: () => ({ to: '' }) } }, every(HOUR), work);

  it('comes each hour, on one of several servers', async () => {
    const bed = new WorkerBed();
    bed.lookMs = 60_000;
    const at: number[] = [];
    const start = bed.clock.now();
    const work = async () => void at.push(Math.round((bed.clock.now() - start) / HOUR));
    for (let n = 0; n < 3; n++) await bed.server(hourly(work));
    await bed.clock.advance(3.5 * HOUR);
    expect(at).toEqual([1, 2, 3]);
    expect(bed.jobs).toHaveLength(1);
  });

  it('comes once after a clock that was set forward, and as soon as ever after one that was set back', async () => {
    const bed = new WorkerBed();
    let done = 0;
    await bed.server(hourly(async () => void (done += 1)));
    bed.clock.skip(100 * HOUR);
    await bed.clock.advance(2000);
    expect(done).toBe(1);
    bed.clock.skip(-100 * HOUR);
    await bed.clock.advance(HOUR + 2000);
    expect(done).toBe(2);
  });

  it('that keeps failing comes again at its next time', async () => {
    const bed = new WorkerBed();
    bed.lookMs = 60_000;
    let begun = 0;
    const server = await bed.server(
      hourly(async () => {
        begun += 1;
        throw new Error('closed');
      }),
    );
    await bed.clock.advance(1.5 * HOUR);
    expect(begun).toBe(3);
    expect(server.said).toContain('error: a job has failed for good');
    await bed.clock.advance(HOUR);
    expect(begun).toBe(6);
  });
});
