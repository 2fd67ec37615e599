import { beforeEach, describe, expect, it } from 'vitest';
import type { JobEnd, NewJob } from '../../server/core/ports/jobs.ts';
import { describeRepositories, describeStore } from './store-bed.ts';
import * as rows from './rows.ts';

const NOW = 1_763_600_000_000;
const LEASE = { now: NOW, leaseMs: 60_000 };

function job(overrides: Partial<NewJob> = {}): NewJob {
  return {
    id: 'job_1',
    teamId: rows.teamId,
    kind: 'tidy',
    payload: { table: 'journal', most: 3 },
    dueAt: NOW,
    createdAt: NOW,
    ...overrides,
  };
}

const done: JobEnd = { dueAt: NOW, attempts: 1, lastError: null, finishedAt: NOW, outcome: 'done' };

describeRepositories('jobs', (bed) => {
  const take = (
    claim: string,
    how: { except?: string[]; kinds?: string[]; now?: number; leaseMs?: number } = {},
  ) => bed.store.run(({ jobs }) => jobs.claim({ kinds: ['tidy'], except: [], claim, ...LEASE, ...how }));
  const add = (...jobs: NewJob[]) =>
    bed.store.run(async (r) => {
      const added: boolean[] = [];
      for (const each of jobs) added.push(await r.jobs.add(each));
      return added;
    });

  it('are made once under one id, also when they are over', async () => {
    expect(await add(job(), job())).toEqual([true, false]);
    await take('a');
    await bed.store.run(({ jobs }) => jobs.release('job_1', 'a', done));
    expect(await add(job())).toEqual([false]);
  });

  it('are taken in the order in which they are due, and not before', async () => {
    await add(
      job({ id: 'job_3', dueAt: NOW + 1 }),
      job({ id: 'job_2' }),
      job({ id: 'job_1', dueAt: NOW - 5 }),
    );
    const first = await take('a');
    expect(first).toMatchObject({ ...job({ id: 'job_1', dueAt: NOW - 5 }), attempts: 1, claim: 'a' });
    expect((await take('b'))?.id).toBe('job_2');
    expect(await take('c')).toBeNull();
    expect((await take('d', { now: NOW + 1 }))?.id).toBe('job_3');
  });

  it('are taken only by those who know the kind, and are not at work on them', async () => {
    await add(job());
    expect(await take('a', { kinds: ['other'] })).toBeNull();
    expect(await take('a', { except: ['job_1'] })).toBeNull();
    expect((await take('a'))?.id).toBe('job_1');
  });

  it('are held while the lease is renewed, and by nobody else', async () => {
    await add(job());
    await take('a');
    expect(await take('b')).toBeNull();
    const renew = (claim: string) => bed.store.run(({ jobs }) => jobs.renew('job_1', claim, NOW, 60_000));
    expect([await renew('a'), await renew('b')]).toEqual([true, false]);
  });

  it('go to the next one when the lease is over, and the one of before can write nothing', async () => {
    await add(job());
    await take('a', { leaseMs: -1 });
    expect(await take('b')).toMatchObject({ attempts: 2, claim: 'b' });
    await bed.store.run(async ({ jobs }) => {
      expect(await jobs.release('job_1', 'a', done)).toBe(false);
      await jobs.showProgress('job_1', 'a', 0.9, 'nearly');
      expect(await jobs.byId('job_1')).toMatchObject({ claim: 'b', outcome: null, progress: null });
      await jobs.showProgress('job_1', 'b', 0.25, 'a quarter');
      expect(await jobs.byId('job_1')).toMatchObject({ progress: 0.25, progressText: 'a quarter' });
      expect(await jobs.release('job_1', 'b', done)).toBe(true);
      expect(await jobs.byId('job_1')).toMatchObject({ ...done, claim: null, leaseUntil: null });
    });
    expect(await take('c')).toBeNull();
  });

  it('are brought forward, never put off', async () => {
    await add(job({ dueAt: NOW + 1000 }));
    const hasten = (dueAt: number) => bed.store.run(({ jobs }) => jobs.hasten('job_1', dueAt));
    await hasten(NOW + 2000);
    await hasten(NOW + 500);
    expect(await bed.store.run(({ jobs }) => jobs.byId('job_1'))).toMatchObject({ dueAt: NOW + 500 });
  });

  it('are deleted some time after their end, some at a time', async () => {
    const ids = ['job_1', 'job_2', 'job_3'];
    await add(...ids.map((id) => job({ id })), job({ id: 'open' }));
    for (const id of ids) {
      await take(id, { except: ['open'] });
      await bed.store.run(({ jobs }) => jobs.release(id, id, done));
    }
    const tidy = (before: number, outcome: 'done' | 'dead' = 'done') =>
      bed.store.run(({ jobs }) => jobs.deleteFinished(outcome, before, 2));
    expect([await tidy(NOW), await tidy(NOW + 1, 'dead')]).toEqual([0, 0]);
    expect([await tidy(NOW + 1), await tidy(NOW + 1), await tidy(NOW + 1)]).toEqual([2, 1, 0]);
    expect(await bed.store.run(({ jobs }) => jobs.byId('open'))).not.toBeNull();
  });
});

describeStore('jobs of several servers', (bed) => {
  beforeEach(() =>
    bed.store.run(async ({ jobs }) => {
      for (let n = 0; n < 20; n++) await jobs.add(job({ id: `job_${n}` }));
    }),
  );

  describe('that look at the same time', () => {
    it('are each taken by one', async () => {
      const taken = await Promise.all(
        Array.from({ length: 30 }, (_, n) =>
          bed.store.run(({ jobs }) => jobs.claim({ kinds: ['tidy'], except: [], claim: `c${n}`, ...LEASE })),
        ),
      );
      const ids = taken.flatMap((each) => (each === null ? [] : [each.id]));
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBeGreaterThan(0);
    });
  });
});
