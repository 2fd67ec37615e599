import { describe, expect, it } from 'vitest';
import type { Actor } from '../../server/core/kernel/actor.ts';
import {
  asId,
  type AgentId,
  type GroupId,
  type SessionId,
  type TeamId,
} from '../../server/core/kernel/ids.ts';
import { holds, may, type Subject } from '../../server/core/model/rights.ts';
import { organisation } from '../../server/core/model/set-up.ts';
import type { Role } from '../../server/vocabulary/roles.ts';

const teamId = asId<TeamId>('team_1');
const [ann, ben, eva] = ['ann', 'ben', 'eva'].map((id) => asId<AgentId>(id)) as [AgentId, AgentId, AgentId];
const [sales, service] = ['sales', 'service'].map((id) => asId<GroupId>(id)) as [GroupId, GroupId];

/** Ann is in sales, Ben in service, Eva leads sales. */
const groups = organisation({
  members: [
    { teamId, groupId: sales, agentId: ann, static: false, level: 1 },
    { teamId, groupId: service, agentId: ben, static: true, level: 1 },
  ],
  leaders: [{ teamId, groupId: sales, agentId: eva }],
});
const person = (agentId: AgentId, role: Role): Actor => ({
  kind: 'agent',
  teamId,
  agentId,
  sessionId: asId<SessionId>('session'),
  role,
  expiresAt: 0,
});
const call = (groupId: GroupId | null, ...agentIds: AgentId[]): Subject => ({
  kind: 'call',
  groupId,
  agentIds,
});
const reads = (actor: Actor, subject: Subject) => may(actor, 'read-calls', subject, groups);

describe('the right to read calls', () => {
  it('is one of agents on those that they have had a part in', () => {
    expect(reads(person(ann, 'agent'), call(sales, ann, ben))).toBe(true);
    expect(reads(person(ann, 'agent'), call(sales, ben))).toBe(false);
    expect(reads(person(ann, 'agent'), { kind: 'agent', id: ann })).toBe(true);
    expect(reads(person(ann, 'agent'), { kind: 'agent', id: ben })).toBe(false);
  });

  it('is one of leaders on the calls of the groups that they lead, whoever had them', () => {
    expect(reads(person(eva, 'leader'), call(sales, ben))).toBe(true);
    expect(reads(person(eva, 'leader'), call(sales))).toBe(true);
    expect(reads(person(eva, 'leader'), call(service, ann))).toBe(false);
    expect(reads(person(eva, 'leader'), call(null, ann))).toBe(true);
    expect(reads(person(eva, 'leader'), call(null, ben))).toBe(false);
    expect(reads(person(eva, 'leader'), { kind: 'agent', id: ann })).toBe(true);
    expect(reads(person(eva, 'leader'), { kind: 'agent', id: ben })).toBe(false);
  });

  it('ends with the role, whatever groups are left', () => {
    expect(reads(person(eva, 'agent'), call(sales, ann))).toBe(false);
    expect(reads(person(ben, 'leader'), call(service, ann))).toBe(false);
  });

  it('is one of administrators on the calls of the whole team', () => {
    expect(reads(person(eva, 'admin'), call(service))).toBe(true);
    expect(reads(person(eva, 'admin'), { kind: 'agent', id: ben })).toBe(true);
  });
});

it('nobody controls the calls of others, whatever they lead', () => {
  for (const role of ['leader', 'admin'] as const) {
    expect(may(person(eva, role), 'control-calls', call(sales, ann), groups)).toBe(false);
    expect(may(person(eva, role), 'control-calls', call(sales, eva), groups)).toBe(true);
  }
});

it('a key has the rights that it was given, on the whole team, and the system has all', () => {
  const key: Actor = { kind: 'api-key', teamId, keyId: asId('key_1'), rights: new Set(['read-calls']) };
  expect(reads(key, call(service, ben))).toBe(true);
  expect(holds(key, 'write-customers')).toBe(false);
  expect(may(key, 'control-calls', call(service, ben), groups)).toBe(false);
  expect(may({ kind: 'system', teamId }, 'control-calls', call(service, ben), groups)).toBe(true);
});
