import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { AgentId, CallId, GroupId } from '../../server/core/kernel/ids.ts';
import { assign } from '../../server/core/queue/assignment.ts';
import type { Free, Waiting } from '../../server/core/queue/assignment.ts';

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
});
