import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canTakeQueueCall, isFree, isResting } from '../../server/core/agent/availability.ts';
import { currentCall, isSignedInTo } from '../../server/core/model/agent.ts';
import type { AgentState } from '../../server/core/model/agent.ts';
import { liveLegs } from '../../server/core/model/call.ts';
import type { CallState } from '../../server/core/model/call.ts';
import { offersOf } from '../../server/core/model/offers.ts';
import { planOf } from '../../server/core/model/plan.ts';
import { evolveTeam } from '../../server/core/model/team-fold.ts';
import { indexed, layOver } from '../../server/core/team/reindex.ts';
import type { Strategy } from '../../server/vocabulary/queue-rules.ts';
import { STRATEGIES } from '../../server/vocabulary/queue-rules.ts';
import { SALES, agentId } from '../support/builders.ts';
import { copyOf } from './given.ts';
import { AGENTS, World, step } from './world.ts';

const LEVELS = [1, 4, 9];
const RULES = {
  priority: 0,
  pauseAfterMissed: 3,
  sticky: { days: 1, waitMs: 12_000 },
  skillSteps: [
    { afterMs: 0, level: 7 },
    { afterMs: 8_000, level: 3 },
    { afterMs: 15_000, level: 1 },
  ],
};

function worldOf(strategy: Strategy): World {
  const world: World = new World({ ...RULES, strategy }, (count) => more(world, count), LEVELS);
  return world;
}

/** Every third caller is important, every fourth has talked with somebody before. */
function more(world: World, count: number): object {
  const last = agentId(AGENTS[count % AGENTS.length] ?? '1001');
  return {
    ...(count % 3 === 0 ? { priority: 1 } : {}),
    ...(count % 4 === 0 ? { lastAgent: { agentId: last, at: world.now - 1_000 } } : {}),
  };
}

/** Who is next, by a plain reading of the rule. */
function before(strategy: Strategy, one: AgentState, other: AgentState): number {
  const key = (agent: AgentState): number[] => {
    const { activity } = agent;
    const idle = activity.kind === 'idle' ? (activity.waitsSince ?? activity.since) : activity.since;
    const level = LEVELS[AGENTS.findIndex((number) => agentId(number) === agent.id)] ?? 1;
    switch (strategy) {
      case 'longest-idle':
      case 'ring-all':
        return [idle];
      case 'least-calls':
        return [agent.taken?.day ?? -1, agent.taken?.count ?? -1, idle];
      case 'round-robin':
        return [agent.turns?.[SALES] ?? 0];
      case 'skill-level':
        return [-level, idle];
      default:
        return strategy satisfies never;
    }
  };
  const [a, b] = [key(one), key(other)];
  const first = a.findIndex((value, index) => value !== b[index]);
  return first < 0 ? (one.id < other.id ? -1 : 1) : (a[first] ?? 0) - (b[first] ?? 0);
}

/** Whether the agent has what the call asks for still. */
function suits(strategy: Strategy, call: CallState, agent: AgentState): boolean {
  if (call.wanted) return call.wanted.agentId === agent.id;
  const level = LEVELS[AGENTS.findIndex((number) => agentId(number) === agent.id)] ?? 1;
  return strategy !== 'skill-level' || level >= (call.level ?? 1);
}

function checkLine(world: World, strategy: Strategy): void {
  const { team, now } = world;
  const agents = [...team.agents.values()];
  const calls = [...team.calls.values()];
  const free = agents.filter(
    (each) => isFree(team, each) && isSignedInTo(each, SALES) && !isResting(each, SALES, now),
  );
  expect(team.indices.free(SALES).map(({ id }) => id)).toEqual(
    free.toSorted((a, b) => before(strategy, a, b)).map(({ id }) => id),
  );
  const waiting = calls.filter(({ phase }) => phase.kind === 'waiting');
  const listed = [...team.indices.wants(SALES)].flatMap((want) => team.indices.line(SALES, want));
  expect(listed.map(({ id }) => id).toSorted()).toEqual(waiting.map(({ id }) => id).toSorted());
  for (const call of waiting) {
    const able = agents.filter(
      (each) => canTakeQueueCall(team, each, SALES, now) && suits(strategy, call, each),
    );
    expect(able.map(({ id }) => id)).toEqual([]);
  }
  const signedIn = agents.filter((each) => isSignedInTo(each, SALES));
  expect(team.indices.staff(SALES)).toEqual({
    signedIn: signedIn.length,
    working: signedIn.filter(({ pause }) => pause === null).length,
  });
}

function checkRinging(world: World): void {
  for (const call of world.team.calls.values()) {
    const attached = [...world.team.agents.values()].filter((each) => currentCall(each) === call.id);
    if (call.phase.kind === 'offered') {
      expect(attached.map(({ id }) => id).toSorted()).toEqual(
        offersOf(call)
          .map(({ agentId: id }) => id)
          .toSorted(),
      );
    }
    // However many have answered, one agent of a call that rang is heard in it.
    if (call.direction !== 'queue' || call.parties.some(({ broughtBy }) => broughtBy !== null)) continue;
    const inRoom = [...planOf(call).legs].filter(([legId, { roomId }]) => {
      const leg = call.legs.find(({ id }) => id === legId);
      return roomId !== null && leg?.agentId;
    });
    expect(inRoom.length).toBeLessThanOrEqual(1);
  }
}

describe.each(STRATEGIES)('the strategy %s, whatever happens to a team', (strategy) => {
  it('keeps its order, lets nobody wait for whom somebody is free, and folds to the same', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const world = worldOf(strategy);
        const copy = copyOf(world.team);
        world.check = ({ events, changes }) => {
          for (const event of events) evolveTeam(copy, event, world.now);
          const laid = indexed(copyOf(world.team), world.now);
          layOver(laid, changes);
          expect([...laid.calls]).toEqual([...copy.calls]);
          expect([...laid.agents]).toEqual([...copy.agents]);
        };
        world.looked = () => {
          checkLine(world, strategy);
          checkRinging(world);
        };
        for (const each of steps) world.run(each);
      }),
      { numRuns: 60 },
    );
  });

  it('starves nobody: as long as somebody answers, each caller who stays is served', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const world = worldOf(strategy);
        for (const each of steps) world.run(each);
        const last = world.arrived.length;
        for (let round = 0; round < 400 && world.team.calls.size > 0; round++) {
          // Others keep coming, some of them important.
          if (round < 20) world.run({ kind: 'arrive' });
          for (const agent of world.team.agents.values()) {
            world.take({ type: 'Unlock', agentId: agent.id });
            world.run({
              kind: 'page',
              agent: AGENTS.findIndex((each) => agentId(each) === agent.id),
              what: 5,
            });
            world.run({ kind: 'online', agent: AGENTS.findIndex((each) => agentId(each) === agent.id) });
            world.take({ type: 'Resume', agentId: agent.id });
            world.take({
              type: 'SignIn',
              agentId: agent.id,
              ignore: ['device-not-connected'],
              address: null,
            });
            world.take({ type: 'EndAcw', agentId: agent.id });
          }
          for (const call of [...world.team.calls.values()]) {
            for (const leg of liveLegs(call)) {
              if (leg.agentId && leg.state !== 'up') world.take({ type: 'LegAnswered', legId: leg.id });
            }
            world.take({ type: 'PlanReached', callId: call.id, version: Infinity });
            const { phase } = world.team.calls.get(call.id) ?? call;
            if (phase.kind === 'waiting' || phase.kind === 'offered') continue;
            for (const leg of liveLegs(call)) {
              world.take({ type: 'LegEnded', legId: leg.id, cause: 'normal', side: 'far' });
            }
          }
          world.run({ kind: 'time', ms: 11_000 });
        }
        expect(last).toBeLessThanOrEqual(world.arrived.length);
        expect([...world.team.calls.values()].map(({ id, phase }) => [id, phase.kind])).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });
});

describe('a call that overflows', () => {
  it('ends always, whatever happened to it', () => {
    const rules = fc.record({
      strategy: fc.constantFrom(...STRATEGIES),
      maxWaitMs: fc.constantFrom(20_000, 90_000),
      maxLength: fc.constantFrom(null, 1, 3),
      whenNobody: fc.constantFrom('wait', 'overflow', 'end'),
      whenPaused: fc.constantFrom('wait', 'overflow', 'end'),
      whenBusy: fc.constantFrom('wait', 'overflow', 'end'),
      transferOutside: fc.boolean(),
      overflow: fc.constantFrom(
        null,
        { afterMs: 15_000, to: { kind: 'end' as const } },
        { afterMs: 15_000, to: { kind: 'agent' as const, agentId: agentId('1002') } },
        { afterMs: null, to: { kind: 'number' as const, number: '4008001234' } },
        { afterMs: 5_000, to: { kind: 'number' as const, number: '4008001234' } },
        { afterMs: 5_000, to: { kind: 'group' as const, groupId: SALES } },
      ),
    });
    fc.assert(
      fc.property(rules, fc.array(step, { maxLength: 40 }), (given, steps) => {
        const world = new World({ ...RULES, ...given }, () => ({}), LEVELS);
        world.looked = () => checkRinging(world);
        for (const each of steps) world.run(each);
        for (const number of AGENTS) world.take({ type: 'SignOut', agentId: agentId(number) });
        // Nobody answers, and nobody hangs up but those who talk.
        for (const call of [...world.team.calls.values()]) {
          if (call.phase.kind === 'waiting' || call.phase.kind === 'offered') continue;
          for (const leg of liveLegs(call)) {
            world.take({ type: 'LegEnded', legId: leg.id, cause: 'normal', side: 'far' });
          }
        }
        world.run({ kind: 'time', ms: 4 * 3_600_000 });
        expect([...world.team.calls.values()].map(({ id, phase }) => [id, phase.kind])).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
