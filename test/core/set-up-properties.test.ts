import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { standing } from '../../server/core/model/parties.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { AgentId, CallId, GroupId, LegId } from '../../server/core/kernel/ids.ts';
import { currentCall } from '../../server/core/model/agent.ts';
import { CARE, SALES, agent, agentId, configOf, group, member } from '../support/builders.ts';
import type { Plan } from '../support/builders.ts';
import { Given, arrival, ready } from './given.ts';

/** Two groups, in which everybody is. */
const PLAN: Plan = {
  groups: [group(SALES), group(CARE, { number: '2' })],
  members: ['1001', '1002', '1003'].flatMap((number) => [member(number, SALES), member(number, CARE)]),
};

function phaseOf(given: Given, callId: CallId) {
  const call = given.state.calls.get(callId);
  return call && { ...call.phase, kind: standing(call) };
}

describe('while the set-up changes all the time', () => {
  const GROUPS = [SALES, CARE];
  const NUMBERS = ['1001', '1002', '1003'];
  const plan = fc.record({
    active: fc.subarray(NUMBERS),
    open: fc.subarray(GROUPS),
    members: fc.subarray(NUMBERS.flatMap((number) => GROUPS.map((id) => [number, id] as const))),
    successor: fc.boolean(),
    isStatic: fc.boolean(),
  });
  const step = fc.oneof(
    fc.record({ kind: fc.constant('set-up' as const), plan }),
    fc.record({ kind: fc.constant('arrive' as const), groupId: fc.constantFrom(...GROUPS) }),
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('sign-in' as const), number: fc.constantFrom(...NUMBERS) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('answer' as const), number: fc.constantFrom(...NUMBERS) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave' as const), pick: fc.nat(9) }) },
    fc.record({ kind: fc.constant('time' as const), ms: fc.nat(40_000) }),
  );

  function planOf(of: typeof plan extends fc.Arbitrary<infer T> ? T : never): Plan {
    return {
      agents: NUMBERS.map((number) => agent(number, { active: of.active.includes(number) })),
      groups: GROUPS.map((id, index) =>
        group(id, {
          number: String(index),
          closedAt: of.open.includes(id) ? null : 1,
          successorId: of.successor ? (GROUPS[1 - index] ?? null) : null,
        }),
      ),
      members: of.members.map(([number, id]) => member(number, id, of.isStatic)),
    };
  }

  it('nobody is offered to who is no member, no call is lost, nobody who talks is cut off, nobody waits beside a free agent', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const given = new Given(
          PLAN,
          NUMBERS.flatMap((number) => ready(number)),
        );
        let calls = 0;
        for (const each of steps) {
          const talked = [...given.state.calls.values()].filter((call) => standing(call) === 'talking');
          run(given, each, () => calls++);
          look(given);
          if (each.kind !== 'set-up') continue;
          for (const call of talked) expect(phaseOf(given, call.id)?.kind).toBe('talking');
        }
      }),
      { numRuns: 300 },
    );
  });

  function run(
    given: Given,
    each: typeof step extends fc.Arbitrary<infer T> ? T : never,
    next: () => number,
  ): void {
    switch (each.kind) {
      case 'set-up':
        given.when({ type: 'SetUpChanged', config: configOf(planOf(each.plan)) });
        return;
      case 'arrive': {
        const id = next();
        given.when({
          ...arrival(asId<CallId>(`call-${id}`), asId<LegId>(`customer-${id}`)),
          target: { kind: 'group', groupId: each.groupId },
        } as Parameters<Given['when']>[0]);
        return;
      }
      case 'sign-in': {
        const id = agentId(each.number);
        if (given.state.config.agents.has(id)) {
          given.when({ type: 'SignIn', agentId: id, ignore: [], address: null });
        }
        return;
      }
      case 'answer': {
        const agentState = given.state.agents.get(agentId(each.number));
        const callId = agentState && currentCall(agentState);
        const call = callId ? given.state.calls.get(callId) : undefined;
        if (!call || call.phase.kind !== 'offered') return;
        given.when({ type: 'LegAnswered', legId: call.phase.legId });
        given.when({ type: 'PlanReached', callId: call.id, version: Infinity });
        return;
      }
      case 'leave': {
        const open = [...given.state.calls.values()].filter(({ phase }) => phase.kind !== 'ended');
        const call = open[each.pick % Math.max(1, open.length)];
        const legId = call?.legs[0]?.id;
        if (legId) given.when({ type: 'LegEnded', legId, cause: 'normal', side: 'far' });
        return;
      }
      case 'time':
        given.when({ type: 'Tick' }, each.ms);
        return;
      default:
        each satisfies never;
    }
  }

  function look(given: Given): void {
    const { config, agents, calls, indices } = given.state;
    for (const { phase, groupId } of calls.values()) {
      if (phase.kind === 'waiting') expect(groupId && config.groups.has(groupId)).toBe(true);
      if (phase.kind !== 'offered') continue;
      expect(config.agents.has(phase.agentId)).toBe(true);
      expect(groupId && config.memberships.get(phase.agentId)?.has(groupId)).toBe(true);
    }
    for (const [groupId] of config.groups) {
      const waiting = [...calls.values()].filter(
        (each) => each.phase.kind === 'waiting' && each.groupId === groupId,
      );
      expect(
        indices
          .line(groupId)
          .map(({ id }) => id)
          .toSorted(),
      ).toEqual(waiting.map(({ id }) => id).toSorted());
      if (waiting.length > 0) expect(indices.free(groupId)).toEqual([]);
    }
    for (const state of agents.values()) checkAgent(given, state.id);
  }

  /** Signed in to what the agent may be in, and to the group of the present call. */
  function checkAgent({ state }: Given, id: AgentId): void {
    const each = state.agents.get(id);
    if (!each) return;
    const callId = currentCall(each);
    if (callId) expect(state.calls.get(callId)?.phase.kind).not.toBe('ended');
    const kept = callId && state.calls.get(callId)?.groupId;
    for (const groupId of Object.keys(each.groups) as GroupId[]) {
      if (callId && !state.config.agents.has(id)) continue;
      if (groupId !== kept) expect(state.config.memberships.get(id)?.has(groupId)).toBe(true);
    }
  }
});
