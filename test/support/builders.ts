import { NEW_AGENT } from '../../server/features/set-up/set-up-store.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type {
  AgentId,
  CustomerId,
  EndpointId,
  GroupId,
  ReasonId,
  TeamId,
} from '../../server/core/kernel/ids.ts';
import { chineseNumbers } from '../../server/core/kernel/number/numbers.ts';
import { GROUP_RULES, NEW_REASON, roleOf, teamConfig } from '../../server/core/model/set-up.ts';
import type { TeamConfig } from '../../server/core/model/set-up.ts';
import type { MemoryStore } from './memory-store.ts';
import type {
  AgentRow,
  GroupRow,
  LeaderRow,
  MemberRow,
  NewRoute,
  PhoneRow,
  ReasonRow,
  TeamRow,
} from '../../server/features/set-up/set-up-store.ts';
import type { CustomerRow } from '../../server/features/customers/customers-store.ts';

export const TEAM = asId<TeamId>('team');
/** A second team, with its own hotline. */
export const OTHER_TEAM = asId<TeamId>('other-team');
export const OTHER_HOTLINE = '400200';
export const SALES = asId<GroupId>('sales');
export const CARE = asId<GroupId>('care');
export const LUNCH = asId<ReasonId>('lunch');
export const ORDER = asId<ReasonId>('order');
export const COMPLAINT = asId<ReasonId>('complaint');
export const DESK_PHONE = asId<EndpointId>('desk-phone');
export const HOTLINE = '400100';

export const agentId = (number: string): AgentId => asId<AgentId>(`agent-${number}`);

function team(change: Partial<TeamRow> = {}): TeamRow {
  return {
    id: TEAM,
    slug: 'demo',
    name: 'Demo',
    locale: 'en',
    timeZone: 'Europe/Berlin',
    allowedOrigins: [],
    embedSecret: 'secret',
    previousEmbedSecret: null,
    previousEmbedSecretUntil: null,
    callerIds: ['02088886666', '4008001000'],
    monitorNotice: 'shown',
    priorityPointMs: 60_000,
    outsidePhones: 'assigned',
    outsideConfirm: 'queue-calls',
    setUpVersion: 1,
    ...change,
  };
}

/** After-call work is off unless a test is about it. */
export function group(id: GroupId, change: Partial<GroupRow> = {}): GroupRow {
  return {
    id,
    teamId: TEAM,
    name: id,
    number: HOTLINE,
    ringMs: 15_000,
    retryMs: 30_000,
    acwMode: 'off',
    acwLimitMs: null,
    dialling: 'free',
    callerId: null,
    ...GROUP_RULES,
    version: 1,
    closedAt: null,
    successorId: null,
    ...change,
  };
}

export function agent(number: string, change: Partial<AgentRow> = {}): AgentRow {
  return {
    id: agentId(number),
    teamId: TEAM,
    number,
    username: number,
    name: `Agent ${number}`,
    role: 'agent',
    passwordHash: '',
    pinHash: `pin-${number}`,
    ...NEW_AGENT,
    active: true,
    version: 1,
    deletedAt: null,
    ...change,
  };
}

export function member(number: string, groupId: GroupId, isStatic = false): MemberRow {
  return { teamId: TEAM, groupId, agentId: agentId(number), static: isStatic, level: 1 };
}

export function deskPhone(change: Partial<PhoneRow> = {}): PhoneRow {
  return {
    endpointId: DESK_PHONE,
    teamId: TEAM,
    username: 'desk',
    name: 'Desk phone',
    ha1: 'ha1',
    ha1Sha256: null,
    version: 1,
    ...change,
  };
}

export function customer(name: string, numbers: string[]): CustomerRow {
  return {
    id: asId<CustomerId>(`customer-${name}`),
    teamId: TEAM,
    name,
    numbers,
    company: '',
    email: '',
    address: '',
    note: '',
    fields: {},
    version: 1,
    createdAt: 0,
    updatedAt: 0,
  };
}

const kept = { ...NEW_REASON, version: 1, deletedAt: null };
const reasons: ReasonRow[] = [
  { id: LUNCH, teamId: TEAM, kind: 'pause', label: { en: 'Lunch', 'zh-CN': '午餐' }, position: 0, ...kept },
  {
    id: COMPLAINT,
    teamId: TEAM,
    kind: 'wrap-up',
    label: { en: 'Complaint', 'zh-CN': '投诉' },
    position: 1,
    ...kept,
  },
  { id: ORDER, teamId: TEAM, kind: 'wrap-up', label: { en: 'Order', 'zh-CN': '订购' }, position: 0, ...kept },
];

/** What a test's team looks like: three agents in sales unless told otherwise. */
export interface Plan {
  team?: Partial<TeamRow>;
  groups?: GroupRow[];
  agents?: AgentRow[];
  members?: MemberRow[];
  leaders?: LeaderRow[];
  phones?: PhoneRow[];
  routes?: Array<NewRoute & { version: number }>;
  customers?: CustomerRow[];
}

const AGENTS = ['1001', '1002', '1003'];

/** The plan with what it does not say. */
export function filled(plan: Plan): Required<Omit<Plan, 'team'>> & { team: TeamRow } {
  return {
    team: team(plan.team),
    groups: plan.groups ?? [group(SALES)],
    agents: plan.agents ?? AGENTS.map((number) => agent(number)),
    members: plan.members ?? AGENTS.map((number) => member(number, SALES)),
    leaders: plan.leaders ?? [],
    phones: plan.phones ?? [deskPhone()],
    routes: plan.routes ?? [
      { number: HOTLINE, teamId: TEAM, target: { kind: 'group', groupId: SALES }, version: 1 },
      { number: '02010001', teamId: TEAM, target: { kind: 'agent', agentId: agentId('1001') }, version: 1 },
    ],
    customers: plan.customers ?? [],
  };
}

/** The plan as the core is given it. */
export function configOf(plan: Plan = {}): TeamConfig {
  const rows = filled(plan);
  const agents = rows.agents.map((row) => ({ ...row, ...roleOf(row.role, new Map()) }));
  return teamConfig({ ...rows, agents, reasons });
}

/** A second team beside that of a plan: a group, an agent, a hotline. */
export async function fillOther(store: Pick<MemoryStore, 'run'>): Promise<void> {
  const teamId = OTHER_TEAM;
  const groupId = asId<GroupId>('other-sales');
  await store.run(async (repositories) => {
    await repositories.teams.insert(team({ id: teamId, slug: 'other', name: 'Other' }));
    await repositories.groups.insert(group(groupId, { teamId }));
    await repositories.agents.insert(agent('2001', { teamId }));
    await repositories.groups.insertMember({ ...member('2001', groupId), teamId });
    const target = { kind: 'group', groupId } as const;
    await repositories.teams.insertRoute({ number: OTHER_HOTLINE, teamId, target });
  });
}

/** The plan as a database has it. */
export async function fill(store: Pick<MemoryStore, 'run'>, plan: Plan = {}): Promise<void> {
  const rows = filled(plan);
  await store.run(async (repositories) => {
    await repositories.teams.insert(rows.team);
    for (const row of reasons) await repositories.teams.insertReason(row);
    for (const row of rows.groups) await repositories.groups.insert(row);
    for (const row of rows.agents) await repositories.agents.insert(row);
    for (const row of rows.members) await repositories.groups.insertMember(row);
    for (const row of rows.leaders) await repositories.groups.insertLeader(row);
    for (const row of rows.phones) await repositories.phones.insert(row);
    for (const row of rows.routes) await repositories.teams.insertRoute(row);
    for (const row of rows.customers) {
      const comparable = row.numbers.map((number) => chineseNumbers.comparableNumber(number));
      await repositories.customers.insert(row, comparable);
    }
  });
}
