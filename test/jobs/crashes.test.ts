import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { handle } from '../../server/jobs/job-handler.ts';
import { errand, never, WorkerBed, type Errand, type Server } from './worker-bed.ts';

const ATTEMPTS = 3;

interface Crash {
  readonly afterMs: number;
  readonly server: number;
  /** The last transaction is kept, and nobody hears of it. */
  readonly afterCommit: boolean;
}

const crashes = fc.array(
  fc.record({ afterMs: fc.integer({ min: 1, max: 20_000 }), server: fc.nat(2), afterCommit: fc.boolean() }),
  { maxLength: 8 },
);
/** How many times each job fails before it works, and how long it takes. */
const jobs = fc.array(fc.record({ failures: fc.nat(4), ms: fc.nat(50_000) }), { minLength: 1, maxLength: 5 });

describe('jobs under crashes', () => {
  it('end exactly once, done or dead, and never run twice at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(jobs, crashes, async (plans, script: Crash[]) => {
        const bed = new WorkerBed();
        bed.lookMs = 5000;
        const wrong: string[] = [];
        const at = new Map<string, Server>();
        const worked = new Set<string>();
        const failed = new Map<string, number>();
        const work = (server: () => Server) => async (job: Errand) => {
          const { failures = 0, ms = 0 } = plans[Number(job.payload.to)] ?? {};
          if (at.get(job.id)?.alive === true) wrong.push(`${job.id} runs already`);
          at.set(job.id, server());
          await new Promise<void>((resolve) => bed.clock.after(ms, resolve));
          if (!server().alive) return never;
          at.delete(job.id);
          const before = failed.get(job.id) ?? 0;
          failed.set(job.id, before + 1);
          if (before < failures) throw new Error('not yet');
          worked.add(job.id);
        };
        const start = async (): Promise<Server> => {
          const server: Server = await bed.server(
            handle(
              errand,
              work(() => server),
            ),
          );
          return server;
        };
        const ended = new Map<string, string>();
        bed.look = () => {
          for (const { id, outcome, finishedAt } of bed.jobs) {
            const end = outcome === null ? undefined : `${outcome} ${finishedAt}`;
            if (ended.has(id) && ended.get(id) !== end) wrong.push(`${id} has ended and goes on`);
            if (end !== undefined) ended.set(id, end);
          }
        };

        const servers = [await start(), await start(), await start()];
        for (const n of plans.keys()) await bed.add(String(n), { id: `job_${n}` });
        for (const { afterMs, server, afterCommit } of script) {
          await bed.clock.advance(afterMs);
          const dying = servers[server]!;
          if (afterCommit) dying.diesAfterCommit = true;
          else dying.alive = false;
          await bed.clock.advance(1000);
          dying.alive = false;
          servers[server] = await start();
        }
        await bed.clock.advance(10 * 60_000);

        expect(wrong).toEqual([]);
        expect(ended.size).toBe(plans.length);
        for (const { id, outcome, attempts } of bed.jobs) {
          if (outcome === 'done') expect(worked).toContain(id);
          else expect(attempts).toBeGreaterThanOrEqual(ATTEMPTS);
        }
        for (const server of servers) expect(server.worker.meters.running).toBe(0);
      }),
      { numRuns: 30 },
    );
  }, 120_000);
});
