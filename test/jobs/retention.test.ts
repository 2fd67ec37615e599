import { expect, it } from 'vitest';
import { Tally } from '../../server/core/kernel/meters.ts';
import { retentionJob } from '../../server/jobs/retention.ts';
import { WorkerBed } from './worker-bed.ts';

const HOUR = 3_600_000;

it('is gone an hour later, some at a time, and the log and the metrics say how much it was', async () => {
  const bed = new WorkerBed();
  bed.lookMs = 60_000;
  const asked: Array<[number, number]> = [];
  const said: unknown[] = [];
  const forgotten = new Tally();
  let left = 450;
  const rule = {
    what: 'journal',
    keepMs: 1000,
    forget: async (_: unknown, before: number, most: number) => {
      asked.push([bed.clock.now() - before, most]);
      const count = Math.min(left, most);
      left -= count;
      return count;
    },
  };
  const none = { what: 'sessions', keepMs: 1, forget: async () => 0 };
  const quiet = () => undefined;
  const logger = { info: (details: object) => void said.push(details), warn: quiet, error: quiet };
  const deps = { unitOfWork: bed.store, clock: bed.clock, logger, forgotten };
  await bed.server(retentionJob([rule, none], deps));
  await bed.clock.advance(HOUR + 120_000);
  expect(left).toBe(0);
  expect(asked.map(([, most]) => most)).toEqual([200, 200, 200]);
  expect(asked[0]).toEqual([1000, 200]);
  expect(said).toEqual([{ deleted: { journal: 450 } }]);
  expect([...forgotten.counts]).toEqual([
    ['journal', 450],
    ['sessions', 0],
  ]);
  await bed.clock.advance(HOUR);
  expect(asked).toHaveLength(4);
  expect(said).toHaveLength(1);
});
