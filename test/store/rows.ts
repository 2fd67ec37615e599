import { NEW_AGENT } from '../../server/features/set-up/set-up-store.ts';
import { GROUP_RULES } from '../../server/core/model/set-up.ts';
import type { AgentId, CallId, CustomerId, GroupId, LegId, TeamId } from '../../server/core/kernel/ids.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { AgentRow, GroupRow, TeamRow } from '../../server/features/set-up/set-up-store.ts';
import type { CallRow, LegRow } from '../../server/core/ports/live-store.ts';
import type { CustomerRow } from '../../server/features/customers/customers-store.ts';
import type { Repositories } from '../../server/start/tables.ts';

export const teamId = asId<TeamId>('team_1');
export const otherTeamId = asId<TeamId>('team_2');
export const agentId = asId<AgentId>('agent_1');
export const otherAgentId = asId<AgentId>('agent_2');
export const groupId = asId<GroupId>('group_1');

export function team(overrides: Partial<TeamRow> = {}): TeamRow {
  return {
    id: teamId,
    slug: 'one',
    name: 'Team one',
    locale: 'zh-CN',
    timeZone: 'Asia/Kolkata',
    allowedOrigins: ['https://crm.example'],
    embedSecret: 'secret-of-the-first-team-0123456789',
    previousEmbedSecret: null,
    previousEmbedSecretUntil: null,
    callerIds: ['400100'],
    monitorNotice: 'shown',
    priorityPointMs: 60_000,
    outsidePhones: 'assigned',
    outsideConfirm: 'queue-calls',
    setUpVersion: 1,
    ...overrides,
  };
}

export function agent(overrides: Partial<AgentRow> = {}): AgentRow {
  return {
    id: agentId,
    teamId,
    number: '1001',
    username: '1001',
    name: '李雷',
    role: 'agent',
    passwordHash: '$scrypt$',
    pinHash: null,
    ...NEW_AGENT,
    active: true,
    version: 1,
    deletedAt: null,
    ...overrides,
  };
}

export function group(overrides: Partial<GroupRow> = {}): GroupRow {
  return {
    id: groupId,
    teamId,
    name: '客户服务',
    number: '2001',
    ringMs: 20_000,
    retryMs: 5000,
    acwMode: 'after-answer',
    acwLimitMs: null,
    ...GROUP_RULES,
    dialling: 'free',
    callerId: null,
    version: 1,
    closedAt: null,
    successorId: null,
    ...overrides,
  };
}

export function customer(overrides: Partial<CustomerRow> = {}): CustomerRow {
  return {
    id: asId<CustomerId>('customer_1'),
    teamId,
    name: 'Ada Lovelace',
    numbers: ['138 0013 8000'],
    company: 'Analytical Engines',
    email: 'ada@example.com',
    address: '',
    note: '',
    fields: { level: 'Gold', vip: true, age: 36, none: null },
    version: 1,
    createdAt: 1_763_600_000_000,
    updatedAt: 1_763_600_000_000,
    ...overrides,
  };
}

export function call(overrides: Partial<CallRow> = {}): CallRow {
  return {
    id: asId<CallId>('call_1'),
    teamId,
    direction: 'queue',
    number: '+86 138 0013 8000',
    name: null,
    did: '400100',
    groupId,
    groupName: '客户服务',
    agentId,
    agentNumber: '1001',
    agentIds: [agentId],
    customerId: null,
    startedAt: 1_763_600_000_000,
    answeredAt: null,
    endedAt: null,
    waitedMs: null,
    talkMs: 0,
    cause: null,
    data: {},
    wrapUp: null,
    state: { phase: 'waiting', legs: ['leg_1'] },
    ...overrides,
  };
}

export function leg(overrides: Partial<LegRow> = {}): LegRow {
  return {
    id: asId<LegId>('leg_1'),
    callId: asId<CallId>('call_1'),
    teamId,
    role: 'customer',
    agentId: null,
    number: '13800138000',
    name: null,
    startedAt: 1_763_600_000_000,
    answeredAt: null,
    endedAt: null,
    cause: null,
    ...overrides,
  };
}

/** Two teams; the first has two agents and a group. */
export async function insertTeams(repositories: Repositories): Promise<void> {
  await repositories.teams.insert(team());
  await repositories.teams.insert(team({ id: otherTeamId, slug: 'two', name: 'Team two' }));
  await repositories.agents.insert(agent());
  await repositories.agents.insert(agent({ id: otherAgentId, number: '1002', username: '1002' }));
  await repositories.groups.insert(group());
}
