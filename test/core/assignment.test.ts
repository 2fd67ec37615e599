import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { AgentId, CallId, GroupId } from '../../server/core/kernel/ids.ts';
import { assign as assignGroups } from '../../server/core/queue/assignment.ts';
import { comparePlaces } from '../../server/core/model/ranked.ts';
import { assignAll } from './full-scan.ts';
import type { Free, Waiting } from './full-scan.ts';

const GROUPS = ['a', 'b', 'c'].map((id) => asId<GroupId>(id));

const waiting: fc.Arbitrary<Waiting[]> = fc.uniqueArray(
  fc.record({
    callId: fc.nat(50).map((n) => asId<CallId>(`call-${n}`)),
    groupId: fc.constantFrom(...GROUPS),
    since: fc.nat(20),
  }),
  { selector: (call) => call.callId, maxLength: 12 },
);

const free: fc.Arbitrary<Free[]> = fc.uniqueArray(
  fc.record({
    agentId: fc.nat(50).map((n) => asId<AgentId>(`agent-${n}`)),
    groups: fc.subarray(GROUPS).map((groups) => new Set(groups)),
    idleSince: fc.nat(20),
  }),
  { selector: (agent) => agent.agentId, maxLength: 12 },
);

/** The groups as lists. */
function assign(calls: readonly Waiting[], agents: readonly Free[]): ReturnType<typeof assignAll> {
  const made: ReturnType<typeof assignAll> = [];
  const groups = GROUPS.map((groupId) => ({
    nextCall: () => {
      const line = calls.filter((each) => each.groupId === groupId);
      const left = line.filter(({ callId }) => !made.some((each) => each.callId === callId));
      return left.map(({ callId, since }) => ({ id: callId, rank: 0, since })).sort(comparePlaces)[0] ?? null;
    },
    nextAgent: () => {
      const able = agents.filter((each) => each.groups.has(groupId));
      const left = able.filter(({ agentId }) => !made.some((each) => each.agentId === agentId));
      const places = left.map(({ agentId, idleSince }) => ({ id: agentId, rank: 0, since: idleSince }));
      return places.sort(comparePlaces)[0] ?? null;
    },
  }));
  assignGroups(groups, (callId, agentId) => made.push({ callId, agentId }) > 0);
  return made;
}

describe('the assignment of waiting calls to free agents', () => {
  it('gives no agent two calls and no call two agents', () => {
    fc.assert(
      fc.property(waiting, free, (calls, agents) => {
        const made = assign(calls, agents);
        expect(new Set(made.map((each) => each.agentId)).size).toBe(made.length);
        expect(new Set(made.map((each) => each.callId)).size).toBe(made.length);
      }),
    );
  });

  it('gives calls only to agents of their group', () => {
    fc.assert(
      fc.property(waiting, free, (calls, agents) => {
        for (const { callId, agentId } of assign(calls, agents)) {
          const call = calls.find((each) => each.callId === callId);
          const agent = agents.find((each) => each.agentId === agentId);
          expect(call && agent?.groups.has(call.groupId)).toBe(true);
        }
      }),
    );
  });

  it('leaves nobody waiting for whom an agent is free', () => {
    fc.assert(
      fc.property(waiting, free, (calls, agents) => {
        const made = assign(calls, agents);
        const unserved = calls.filter((call) => !made.some((each) => each.callId === call.callId));
        const idle = agents.filter((agent) => !made.some((each) => each.agentId === agent.agentId));
        for (const call of unserved) expect(idle.some((agent) => agent.groups.has(call.groupId))).toBe(false);
      }),
    );
  });

  it('serves nobody before a caller of the same group who has waited longer', () => {
    fc.assert(
      fc.property(waiting, free, (calls, agents) => {
        const served = new Set(assign(calls, agents).map((each) => each.callId));
        for (const call of calls.filter((each) => !served.has(each.callId))) {
          const overtaken = calls.filter(
            (each) => served.has(each.callId) && each.groupId === call.groupId && each.since > call.since,
          );
          expect(overtaken).toEqual([]);
        }
      }),
    );
  });

  it('takes the agent who has been idle longest among those who could', () => {
    fc.assert(
      fc.property(free, fc.constantFrom(...GROUPS), (agents, groupId) => {
        const [made] = assign([{ callId: asId<CallId>('call'), groupId, since: 0 }], agents);
        const able = agents.filter((agent) => agent.groups.has(groupId));
        const longest = Math.min(...able.map((agent) => agent.idleSince));
        expect(made ? agents.find((agent) => agent.agentId === made.agentId)?.idleSince : Infinity).toBe(
          longest,
        );
      }),
    );
  });

  it('does not depend on the order in which calls and agents are listed', () => {
    fc.assert(
      fc.property(waiting, free, (calls, agents) => {
        expect(assign(calls.toReversed(), agents.toReversed())).toEqual(assign(calls, agents));
      }),
    );
  });

  it('group by group is what a look at the whole team comes to', () => {
    fc.assert(
      fc.property(waiting, free, (calls, agents) => {
        expect(assign(calls, agents)).toEqual(assignAll(calls, agents));
      }),
    );
  });

  it('leaves a group whose call could not be offered as it is', () => {
    const place = { id: asId<CallId>('call'), rank: 0, since: 0 };
    const asked: string[] = [];
    assignGroups(
      [
        {
          nextCall: () => place,
          nextAgent: () => ({ id: asId<AgentId>('agent'), rank: 0, since: 0 }),
        },
      ],
      (callId) => {
        asked.push(callId);
        return false;
      },
    );
    expect(asked).toEqual(['call']);
  });
});
