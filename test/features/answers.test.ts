import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import { StoredAnswers } from '../../server/features/answers/answers.ts';
import { newJob } from '../../server/core/ports/jobs.ts';
import type { UnitOfWork } from '../../server/core/ports/unit-of-work.ts';
import type { Repositories } from '../../server/start/tables.ts';
import { ManualClock, settle } from '../support/manual-clock.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { SequenceIds } from '../support/sequence-ids.ts';

const clock = new ManualClock();
const ids = new SequenceIds();
const never = new Promise<never>(() => undefined);
const request = { id: 'request', fingerprint: 'all of it' };
const kind = { name: 'mail', payload: { parse: () => ({}) } };

/** A server of its own on the store; what is done is a row. */
function server(unitOfWork: UnitOfWork<Repositories>) {
  const answers = new StoredAnswers({ unitOfWork, clock, ids });
  const send = () =>
    answers.once(request, () =>
      answers.unitOfWork.run(async ({ jobs }) => {
        const job = newJob(kind, {}, { ids, now: clock.now(), teamId: asId('team_1') });
        await jobs.add(job);
        return { made: job.id };
      }),
    );
  return { answers, send };
}

describe('a server that ends over a request', () => {
  it('before its transaction was kept has done nothing, and the next one does it a minute later', async () => {
    const store = new MemoryStore();
    const dying: UnitOfWork<Repositories> = {
      read: (fn) => store.read(fn),
      // Once the key is there, nothing is answered any more.
      run: (fn, options) => (store.tables.answers.length > 0 ? never : store.run(fn, options)),
    };
    void server(dying).send();
    await settle();
    const next = server(store);
    await expect(next.send()).rejects.toMatchObject({ code: 'request-in-progress' });
    clock.advanceNow(60_000);
    expect(await next.send()).toMatchObject({ replayed: false });
    expect(store.tables.jobs).toHaveLength(1);
  });

  it('after that has done it once, and the next one has its answer', async () => {
    const store = new MemoryStore();
    let runs = 0;
    const dying: UnitOfWork<Repositories> = {
      read: (fn) => store.read(fn),
      run: async (fn, options) => {
        const value = await store.run(fn, options);
        runs += 1;
        // The key, then the effect: nothing is heard of that.
        return runs < 2 ? value : never;
      },
    };
    void server(dying).send();
    await settle();
    expect(store.tables.jobs).toHaveLength(1);
    const made = store.tables.jobs[0]?.id;
    expect(await server(store).send()).toEqual({ answer: { made }, replayed: true });
    expect(store.tables.jobs).toHaveLength(1);
  });
});

it('an answer that is not what the transaction came to is kept as it was given', async () => {
  const { answers } = server(new MemoryStore());
  const work = async () => {
    await answers.unitOfWork.run(async () => 7);
    return { seven: true };
  };
  await answers.once(request, work);
  expect(await answers.once(request, work)).toEqual({ answer: { seven: true }, replayed: true });
});

it('a server that was too slow, whose request another has taken over, keeps nothing', async () => {
  const store = new MemoryStore();
  const slow = server(store);
  let go: () => void = () => undefined;
  const late = slow.answers.once(request, async () => {
    await new Promise<void>((resolve) => (go = resolve));
    return slow.answers.unitOfWork.run(async ({ jobs }) =>
      jobs.add(newJob(kind, {}, { ids, now: clock.now(), teamId: null })),
    );
  });
  await settle();
  clock.advanceNow(60_000);
  await server(store).send();
  go();
  await expect(late).rejects.toMatchObject({ code: 'request-in-progress' });
  expect(store.tables.jobs).toHaveLength(1);
});
