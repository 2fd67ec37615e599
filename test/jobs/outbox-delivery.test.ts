import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asId, type CallId, type TeamId } from '../../server/core/kernel/ids.ts';
import type { OutboxEvent } from '../../server/core/ports/outbox.ts';
import { deliverTo } from '../../server/jobs/outbox-delivery.ts';
import { never, WorkerBed, type Server } from './worker-bed.ts';

function ended(id: string, subject: string, time: number): OutboxEvent {
  const teamId = asId<TeamId>('team_1');
  return { id, teamId, topic: 'call-ended', subject, time, content: { callId: asId<CallId>(subject) } };
}

async function server(
  bed: WorkerBed,
  deliver: (event: OutboxEvent, on: Server) => Promise<void>,
): Promise<Server> {
  const said = (level: string) => (_: object, text: string) => void started.said.push(`${level}: ${text}`);
  const logger = { info: said('info'), warn: said('warn'), error: said('error') };
  const lent: Pick<Server, 'run' | 'read'> = {
    run: (fn, options) => started.run(fn, options),
    read: (fn) => started.read(fn),
  };
  const consumer = { name: 'hook', deliver: (event: OutboxEvent) => deliver(event, started) };
  const started = bed.make(deliverTo(consumer, { unitOfWork: lent, clock: bed.clock, logger }));
  await started.worker.start();
  return started;
}

function bedWithHook(): WorkerBed {
  const bed = new WorkerBed();
  bed.store.tables.subscriptions['hook'] = ['call-ended'];
  return bed;
}

describe('what is in the outbox', () => {
  const append = (bed: WorkerBed, ...events: OutboxEvent[]) =>
    bed.store.run(({ outbox }) => outbox.append(events));

  it('is told within a second or two, once', async () => {
    const bed = bedWithHook();
    const heard: string[] = [];
    await server(bed, async ({ id }) => void heard.push(id));
    await append(bed, ended('a', 'call_1', bed.clock.now()));
    await bed.clock.advance(2000);
    await append(bed, ended('b', 'call_1', bed.clock.now()));
    await bed.clock.advance(60_000);
    expect(heard).toEqual(['a', 'b']);
  });

  it('that nobody takes for a day is given up, which is told, and what followed is told', async () => {
    const bed = bedWithHook();
    bed.lookMs = 60_000;
    const heard: string[] = [];
    const { said } = await server(bed, async ({ id }) => {
      if (id === 'a') throw new Error('410');
      heard.push(id);
    });
    await append(bed, ended('a', 'call_1', 0), ended('b', 'call_1', 0), ended('c', 'call_2', 0));
    await bed.clock.advance(120_000);
    expect(heard).toEqual(['c']);
    await bed.clock.advance(48 * 3_600_000);
    expect(heard).toEqual(['c', 'b']);
    expect(said).toContain('error: an event was given up: its consumer has never taken it');
  });

  it('is told at least once, and in order for each subject, when consumers fail and servers die', async () => {
    const events = fc.array(fc.record({ subject: fc.nat(2), failures: fc.nat(2) }), {
      minLength: 1,
      maxLength: 8,
    });
    const deaths = fc.array(fc.nat(8), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(events, deaths, async (plans, deathsAt) => {
        const bed = bedWithHook();
        bed.lookMs = 10_000;
        const taken = new Map<number, string[]>();
        const failed = new Map<string, number>();
        const dying = [...deathsAt];
        let calls = 0;
        const deliver = async ({ id }: OutboxEvent, on: Server) => {
          calls += 1;
          const plan = plans[Number(id)]!;
          const before = failed.get(id) ?? 0;
          failed.set(id, before + 1);
          if (before < plan.failures) throw new Error('not yet');
          taken.set(plan.subject, [...(taken.get(plan.subject) ?? []), id]);
          if (dying.includes(calls)) {
            on.alive = false;
            await never;
          }
        };
        await append(
          bed,
          ...plans.map(({ subject }, n) => ended(String(n), `call_${subject}`, bed.clock.now())),
        );
        for (let n = 0; n <= deathsAt.length; n++) {
          await server(bed, deliver);
          await bed.clock.advance(180_000);
        }
        for (const [subject, ids] of taken) {
          const once = ids.filter((id, n) => ids.indexOf(id) === n);
          const expected = plans.flatMap((plan, n) => (plan.subject === subject ? [String(n)] : []));
          expect(once).toEqual(expected);
          // Told again only when nobody knew that it had been heard: right after.
          expect(ids).toEqual([...ids].toSorted((a, b) => Number(a) - Number(b)));
        }
        expect([...taken.values()].flatMap((ids) => [...new Set(ids)]).length).toBe(plans.length);
      }),
      { numRuns: 20 },
    );
  }, 120_000);
});
