import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stateWord } from '../../server/core/model/agent.ts';
import type { CallState } from '../../server/core/model/call.ts';
import type { TeamEvent } from '../../server/core/model/team.ts';
import type { AgentId } from '../../server/core/kernel/ids.ts';
import type { AgentSpanRow, CallPartRow, Facts } from '../../server/core/ports/facts.ts';
import { FactTracker } from '../../server/live/projections/fact-tracker.ts';
import { START } from '../core/given.ts';
import { World, step as worldStep } from '../core/world.ts';
import type { Step } from '../core/world.ts';

type Moment = Step | { kind: 'talk' } | { kind: 'clock-set-back'; ms: number } | { kind: 'restart' };

const forward: fc.Arbitrary<Moment> = fc.oneof(
  { weight: 12, arbitrary: worldStep },
  fc.constant<Moment>({ kind: 'talk' }),
  fc.constant<Moment>({ kind: 'restart' }),
);
const anyClock: fc.Arbitrary<Moment> = fc.oneof(
  { weight: 12, arbitrary: forward },
  fc.record({ kind: fc.constant('clock-set-back' as const), ms: fc.nat(60_000) }),
);

/** A team whose facts are stored with each decision, and what they must come to. */
class Measured {
  readonly world = new World();
  readonly spans = new Map<string, AgentSpanRow>();
  readonly parts = new Map<string, CallPartRow>();
  readonly events: TeamEvent[] = [];
  /** The last that was known of each call. */
  readonly calls = new Map<string, CallState>();
  /** How long each agent has not been signed out, ms: counted from moment to moment. */
  readonly atWork = new Map<AgentId, number>();
  #tracker = new FactTracker();
  #counted = START;

  constructor() {
    this.#restart();
    this.world.check = ({ changes, events }) => {
      this.#count();
      if (events.length === 0) return;
      this.events.push(...events);
      for (const [id, { after }] of changes.calls) if (after) this.calls.set(id, after);
      const facts = this.#tracker.of(changes, this.world.team);
      expect(this.#tracker.of(changes, this.world.team)).toEqual(facts);
      this.#store(facts);
      this.#tracker.take(facts);
    };
  }

  run(each: Moment): void {
    if (each.kind === 'restart') this.#restart();
    else if (each.kind === 'talk') this.world.talk();
    else if (each.kind === 'clock-set-back') this.world.now -= each.ms;
    else this.world.run(each);
    this.#count();
  }

  spansOf(agentId: AgentId): AgentSpanRow[] {
    return [...this.spans.values()].filter((span) => span.agentId === agentId);
  }

  #restart(): void {
    this.#tracker = new FactTracker();
    const open = {
      spans: [...this.spans.values()].filter(({ endedAt }) => endedAt === null || endedAt > this.world.now),
      parts: [...this.parts.values()].filter(({ endedAt }) => endedAt === null),
    };
    this.#store(this.#tracker.resume(open, this.world.team, this.world.now));
  }

  #store({ spans, parts }: Facts): void {
    for (const row of spans) this.spans.set(`${row.agentId}/${row.startedAt}/${row.version}`, row);
    for (const row of parts) this.parts.set(row.id, row);
  }

  #count(): void {
    for (const [id, agent] of this.world.team.agents) {
      if (stateWord(agent) === 'signed-out') continue;
      this.atWork.set(id, (this.atWork.get(id) ?? 0) + this.world.now - this.#counted);
    }
    this.#counted = this.world.now;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function lasted({ startedAt, endedAt }: AgentSpanRow, now: number): number {
  return (endedAt ?? now) - startedAt;
}

/** One after the other: each begins where the one before has ended, or later after a time signed out. */
function checkOrder(spans: readonly AgentSpanRow[]): void {
  const open = spans.filter(({ endedAt }) => endedAt === null);
  expect(open.length).toBeLessThanOrEqual(1);
  for (const [index, span] of spans.entries()) {
    if (span.endedAt !== null) expect(span.endedAt).toBeGreaterThanOrEqual(span.startedAt);
    const next = spans[index + 1];
    if (next) expect(next.startedAt).toBeGreaterThanOrEqual(span.endedAt ?? Infinity);
  }
}

describe('whatever happens to a team, the facts of reports', () => {
  it('have for each agent spans that come to the time signed in exactly, and do not overlap', () => {
    fc.assert(
      fc.property(fc.array(forward, { maxLength: 60 }), (moments) => {
        const team = new Measured();
        for (const each of moments) team.run(each);
        for (const agent of team.world.team.agents.values()) {
          const spans = team.spansOf(agent.id);
          checkOrder(spans);
          const total = sum(spans.map((span) => lasted(span, team.world.now)));
          expect(total).toBe(team.atWork.get(agent.id) ?? 0);
          expect(spans.find(({ endedAt }) => endedAt === null)?.state ?? 'signed-out').toBe(stateWord(agent));
          expect(spans.filter(({ estimated }) => estimated)).toEqual([]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('have no span that ends before it begins or runs beside another, also when the clock is set back', () => {
    fc.assert(
      fc.property(fc.array(anyClock, { maxLength: 60 }), (moments) => {
        const team = new Measured();
        for (const each of moments) team.run(each);
        for (const agent of team.world.team.agents.values()) checkOrder(team.spansOf(agent.id));
        for (const part of team.parts.values()) {
          const { queueMs, ringMs, talkMs, holdMs, wrapUpMs } = part;
          for (const ms of [queueMs ?? 0, ringMs, talkMs, holdMs, wrapUpMs])
            expect(ms).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('have every call that came to the queue: answered, abandoned, failed or still waiting', () => {
    fc.assert(
      fc.property(fc.array(forward, { maxLength: 60 }), (moments) => {
        const team = new Measured();
        for (const each of moments) team.run(each);
        const calls = [...team.calls.values()].filter(({ direction }) => direction === 'queue');
        const parts = [...team.parts.values()].filter(
          ({ role, direction }) => role === 'customer' && direction === 'queue',
        );
        const count = (outcome: CallPartRow['outcome']) =>
          parts.filter((part) => part.outcome === outcome).length;
        expect(parts.length).toBe(calls.length);
        expect(count('answered')).toBe(calls.filter(({ answeredAt }) => answeredAt !== null).length);
        const lost = calls.filter(({ answeredAt, phase }) => answeredAt === null && phase.kind === 'ended');
        expect(count('abandoned') + count('failed')).toBe(lost.length);
        expect(count(null)).toBe(calls.length - count('answered') - lost.length);
        for (const { callId, queueMs, talkMs, holdMs, answeredAt, endedAt } of parts) {
          expect(queueMs).toBe(team.calls.get(callId)?.waitedMs);
          if (answeredAt !== null && endedAt !== null) expect(talkMs + holdMs).toBe(endedAt - answeredAt);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('have every time that a queue call rang at an agent, with what came of it', () => {
    fc.assert(
      fc.property(fc.array(forward, { maxLength: 60 }), (moments) => {
        const team = new Measured();
        for (const each of moments) team.run(each);
        const offers = team.events.filter(
          (event) => event.type === 'call-offered' && team.calls.get(event.callId)?.direction === 'queue',
        );
        const parts = [...team.parts.values()].filter(
          ({ role, direction, broughtBy }) => role === 'agent' && direction === 'queue' && broughtBy === null,
        );
        expect(parts.length).toBe(offers.length);
        for (const cause of ['rejected', 'no-answer'] as const) {
          const withdrawn = team.events.filter(
            (event) =>
              event.type === 'offer-withdrawn' &&
              event.cause === cause &&
              team.calls.get(event.callId)?.direction === 'queue',
          );
          expect(parts.filter(({ outcome }) => outcome === cause).length).toBe(withdrawn.length);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('have the part of everybody whom an agent has called in, and who that was', () => {
    fc.assert(
      fc.property(fc.array(forward, { maxLength: 60 }), (moments) => {
        const team = new Measured();
        for (const each of moments) team.run(each);
        const called = [...team.calls.values()].flatMap(({ parties }) =>
          parties.filter(({ broughtBy }) => broughtBy !== null),
        );
        const parts = [...team.parts.values()].filter(({ broughtBy }) => broughtBy !== null);
        const inOrder = (rows: ReadonlyArray<{ id: string }>) => rows.map(({ id }) => id).toSorted();
        expect(inOrder(parts)).toEqual(inOrder(called));
        for (const { id, broughtBy, left } of called) {
          const part = team.parts.get(id);
          expect(part?.broughtBy).toBe(broughtBy);
          if (left === null) expect(part?.endedAt).toBeNull();
          else expect(part?.outcome).not.toBeNull();
        }
      }),
      { numRuns: 200 },
    );
  });

  it('say the same of an agent in a call, whether by the agent or by the call', () => {
    fc.assert(
      fc.property(fc.array(forward, { maxLength: 60 }), (moments) => {
        const team = new Measured();
        for (const each of moments) team.run(each);
        const figures = { talking: 'talkMs', holding: 'holdMs', acw: 'wrapUpMs' } as const;
        for (const [state, figure] of Object.entries(figures)) {
          const spans = [...team.spans.values()].filter(
            (span) => span.state === state && span.endedAt !== null,
          );
          const parts = [...team.parts.values()].filter(({ agentId }) => agentId !== null);
          expect(sum(parts.map((part) => part[figure]))).toBe(
            sum(spans.map((span) => lasted(span, team.world.now))),
          );
        }
        for (const part of team.parts.values()) expect(part.estimated).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});
