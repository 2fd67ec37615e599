import { randomBytes } from 'node:crypto';
import { DEFAULT_TIME_ZONE } from '../../core/kernel/time-zone.ts';
import type { SipAccounts } from '../../core/ports/sip-accounts.ts';
import { DEMO_TEAM_SLUG } from '../../features/demo/demo.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import { hashPublicPassword } from '../../features/sessions/password.ts';
import { asId } from '../../core/kernel/ids.ts';
import type {
  AgentId,
  ContactId,
  CustomerId,
  EndpointId,
  FieldId,
  LinkId,
  GroupId,
  ReasonId,
  TeamId,
} from '../../core/kernel/ids.ts';
import type { Numbers } from '../../core/kernel/number/numbers.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import type {
  AgentRow,
  FieldRow,
  NewGroup,
  NewReason,
  NewTeam,
  ReasonRow,
} from '../../features/set-up/set-up-store.ts';
import type { CustomerRow } from '../../features/customers/customers-store.ts';
import type { Repositories } from '../tables.ts';

/** Known to everybody: this is why demo mode listens on the loopback interface only. */
const DEMO_PASSWORD = 'telebar-demo';
const DEMO_PIN = '2580';

export const DEMO_TEAM_ID = asId<TeamId>('team_demo');
const teamId = DEMO_TEAM_ID;
const service = asId<GroupId>('group_demo_service');
const sales = asId<GroupId>('group_demo_sales');
const vip = asId<GroupId>('group_demo_vip');

const team: Omit<NewTeam, 'embedSecret'> = {
  id: teamId,
  slug: DEMO_TEAM_SLUG,
  name: 'Telebar 演示 Demo',
  locale: 'zh-CN',
  timeZone: DEFAULT_TIME_ZONE,
  allowedOrigins: ['http', 'https'].flatMap((scheme) => [
    `${scheme}://localhost:*`,
    `${scheme}://127.0.0.1:*`,
    `${scheme}://[::1]:*`,
  ]),
  callerIds: ['400100', '400200'],
};

const fields: ReadonlyArray<Pick<FieldRow, 'key' | 'label' | 'type' | 'required' | 'readOnly' | 'options'>> =
  [
    {
      key: 'level',
      label: { en: 'Level', 'zh-CN': '客户等级' },
      type: 'choice',
      required: false,
      readOnly: false,
      options: [
        { value: 'Standard', en: 'Standard', 'zh-CN': '普通' },
        { value: 'Silver', en: 'Silver', 'zh-CN': '银卡' },
        { value: 'Gold', en: 'Gold', 'zh-CN': '金卡' },
      ],
    },
    {
      key: 'contract',
      label: { en: 'Contract', 'zh-CN': '合同编号' },
      type: 'text',
      required: false,
      readOnly: true,
      options: [],
    },
    {
      key: 'callback',
      label: { en: 'Call back on', 'zh-CN': '回访日期' },
      type: 'date',
      required: false,
      readOnly: false,
      options: [],
    },
    {
      key: 'newsletter',
      label: { en: 'Newsletter', 'zh-CN': '订阅资讯' },
      type: 'boolean',
      required: false,
      readOnly: false,
      options: [],
    },
  ];

const people: ReadonlyArray<Pick<AgentRow, 'number' | 'username' | 'name' | 'role'>> = [
  { number: '1000', username: '1000', name: '陈静 Chen Jing', role: 'leader' },
  { number: '1001', username: '1001', name: '李雷 Li Lei', role: 'agent' },
  { number: '1002', username: '1002', name: '韩梅梅 Han Meimei', role: 'agent' },
  { number: '1003', username: '1003', name: '赵敏 Zhao Min', role: 'agent' },
  { number: '1004', username: '1004', name: '周杰 Zhou Jie', role: 'agent' },
  { number: '1005', username: '1005', name: '孙悦 Sun Yue', role: 'agent' },
  { number: '1006', username: '1006', name: '吴昊 Wu Hao', role: 'agent' },
  { number: '1099', username: 'admin', name: '管理员 Administrator', role: 'admin' },
];

const ringing = {
  teamId,
  ringMs: 20_000,
  retryMs: 5000,
  acwMode: 'after-answer',
  acwLimitMs: 30_000,
  dialling: 'free',
} satisfies Partial<NewGroup>;

/** Experts first, then those who know less; whoever has helped before is waited for; callers are told where they stand. */
const careful = {
  strategy: 'skill-level',
  skillSteps: [
    { afterMs: 0, level: 8 },
    { afterMs: 20_000, level: 5 },
    { afterMs: 45_000, level: 1 },
  ],
  priority: 3,
  sticky: { days: 30, waitMs: 15_000 },
  announcements: { everyMs: 30_000, position: true, estimatedWait: true },
  overflow: { afterMs: 90_000, to: { kind: 'group', groupId: service } },
  maxWaitMs: 600_000,
  pauseAfterMissed: 3,
  serviceLevel: { withinMs: 10_000, percent: 90, shortAbandonMs: 5_000 },
} satisfies Partial<NewGroup>;
/** Levels of those who serve it, by user name. */
const vipLevels: Readonly<Record<string, number>> = { 1003: 9, 1004: 8, 1005: 5, 1006: 2 };

const groups: ReadonlyArray<NewGroup & { hotline: string }> = [
  {
    ...ringing,
    id: service,
    name: '客户服务 Service',
    number: '2001',
    callerId: '400100',
    hotline: '400100',
  },
  { ...ringing, id: sales, name: '销售 Sales', number: '2002', callerId: '400200', hotline: '400200' },
  {
    ...ringing,
    ...careful,
    id: vip,
    name: '贵宾专线 VIP line',
    number: '2003',
    callerId: '400100',
    hotline: '400300',
  },
];

type DemoReason = Pick<NewReason, 'label' | 'colour' | 'paid' | 'limitMs' | 'marks'> & {
  id: string;
  below?: string;
};

const pauses: readonly DemoReason[] = [
  { id: 'lunch', label: { en: 'Lunch', 'zh-CN': '午餐' }, colour: 'orange', limitMs: 3_600_000 },
  { id: 'break', label: { en: 'Break', 'zh-CN': '小休' }, colour: 'green', paid: true, limitMs: 900_000 },
  { id: 'work', label: { en: 'Other work', 'zh-CN': '其他工作' } },
  { id: 'meeting', below: 'work', label: { en: 'Meeting', 'zh-CN': '会议' }, colour: 'blue', paid: true },
  { id: 'training', below: 'work', label: { en: 'Training', 'zh-CN': '培训' }, colour: 'violet', paid: true },
];

const wrapUps: readonly DemoReason[] = [
  { id: 'enquiry', label: { en: 'Enquiry', 'zh-CN': '咨询' } },
  { id: 'order', label: { en: 'Order', 'zh-CN': '订购' } },
  { id: 'complaint', label: { en: 'Complaint', 'zh-CN': '投诉' } },
  { id: 'technical', label: { en: 'Technical fault', 'zh-CN': '技术故障' } },
  { id: 'device', below: 'technical', label: { en: 'Device', 'zh-CN': '设备' } },
  { id: 'network', below: 'technical', label: { en: 'Network', 'zh-CN': '网络' } },
  { id: 'wrong-number', label: { en: 'Wrong number', 'zh-CN': '拨错号码' } },
];

const results: readonly DemoReason[] = [
  { id: 'solved', label: { en: 'Solved', 'zh-CN': '已解决' }, marks: ['connected', 'valid', 'success'] },
  { id: 'to-follow', label: { en: 'To follow up', 'zh-CN': '待跟进' }, marks: ['connected', 'valid'] },
  { id: 'not-reached', label: { en: 'Not reached', 'zh-CN': '未接通' } },
];

const customers: ReadonlyArray<
  Pick<CustomerRow, 'name' | 'numbers' | 'company' | 'email' | 'note' | 'fields'>
> = [
  {
    name: '张伟 Zhang Wei',
    numbers: ['13800138001', '010 6277 0141'],
    company: '恒泰机械 Hengtai Machinery',
    email: 'zhang.wei@hengtai.example',
    note: '希望上午十点前联系。',
    fields: { level: 'Gold', contract: 'HT-2026-0141', newsletter: true },
  },
  {
    name: '李娜 Li Na',
    numbers: ['13800138002', '021 5208 0142'],
    company: '清禾食品 Qinghe Foods',
    email: 'li.na@qinghe.example',
    note: '',
    fields: { level: 'Silver', contract: 'QH-2025-0087', newsletter: false },
  },
  {
    name: '王芳 Wang Fang',
    numbers: ['13800138003'],
    company: '蓝港物流 Blue Harbour Logistics',
    email: 'wang.fang@blueharbour.example',
    note: '',
    fields: { level: 'Standard', callback: '2026-11-27' },
  },
  // Two people behind one office number: whoever answers chooses.
  {
    name: '林涛 Lin Tao',
    numbers: ['13800138021', '0571-8888 0199'],
    company: '云帆科技 Yunfan Tech',
    email: 'lin.tao@yunfan.example',
    note: '',
    fields: { level: 'Standard' },
  },
  {
    name: '黄丽 Huang Li',
    numbers: ['0571-8888 0199'],
    company: '云帆科技 Yunfan Tech',
    email: 'huang.li@yunfan.example',
    note: '',
    fields: { level: 'Standard' },
  },
];

/** The team's phone book: whom agents ask outside. The first is the second telephone of the start page. */
const phoneBook = [
  { name: '快递客服 Courier', number: '13900000002', note: '' },
  { name: '法务 Legal counsel', number: '13900000009', note: '' },
];

export interface DemoDataDeps {
  readonly unitOfWork: UnitOfWork<Repositories>;
  readonly logger: Logger;
  /** ms since the epoch */
  readonly now: number;
  readonly numbers: Numbers;
  /** Makes the desk phones' secrets. */
  readonly sip: Pick<SipAccounts, 'ha1' | 'ha1Sha256'>;
}

/** Makes the demo team when it is not there yet; what people have changed since is left alone. */
export async function seedDemo(deps: DemoDataDeps): Promise<void> {
  const existing = await deps.unitOfWork.run(({ teams }) => teams.bySlug(team.slug));
  if (existing !== null) return;
  // The same password for all, so one hash will do; both are public anyway.
  const [passwordHash, pinHash] = await Promise.all([
    hashPublicPassword(DEMO_PASSWORD),
    hashPublicPassword(DEMO_PIN),
  ]);
  await deps.unitOfWork.run(async (repositories) => {
    await repositories.teams.insert({ ...team, embedSecret: randomBytes(32).toString('base64url') });
    await seedReasons(repositories, 'pause', pauses);
    await seedReasons(repositories, 'wrap-up', wrapUps);
    await seedReasons(repositories, 'result', results);
    for (const [position, field] of fields.entries()) {
      const id = asId<FieldId>(`field_demo_${field.key}`);
      await repositories.fields.insert({ ...field, id, teamId, position, version: 1, deletedAt: null });
    }
    await repositories.links.insert({
      ...{ id: asId<LinkId>('link_demo_map'), teamId, groupIds: [], position: 0, version: 1 },
      label: { en: 'Search the number', 'zh-CN': '搜索号码' },
      url: 'https://www.bing.com/search?q={customer.number}',
    });
    for (const person of people) {
      const id = agentIdOf(person.username);
      await repositories.agents.insert({ ...person, id, teamId, passwordHash, pinHash, active: true });
    }
    await seedGroups(repositories);
    await seedLines(repositories, deps);
    await seedCustomers(repositories, deps);
    await seedPhoneBook(repositories, deps);
  });
  deps.logger.info({ teamId }, 'the demo team was made');
}

async function seedReasons(
  { teams }: Repositories,
  kind: ReasonRow['kind'],
  reasons: readonly DemoReason[],
): Promise<void> {
  const idOf = (id: string) => asId<ReasonId>(`reason_demo_${id}`);
  for (const [position, { id, below, ...reason }] of reasons.entries()) {
    const parentId = below === undefined ? null : idOf(below);
    await teams.insertReason({ ...reason, id: idOf(id), teamId, kind, parentId, position });
  }
}

function agentIdOf(username: string): AgentId {
  return asId<AgentId>(`agent_demo_${username}`);
}

const takesCalls = people.filter((person) => person.role !== 'admin');

async function seedGroups({ groups: table, teams }: Repositories): Promise<void> {
  for (const { hotline, ...group } of groups) {
    await table.insert(group);
    await teams.insertRoute({ number: hotline, teamId, target: { kind: 'group', groupId: group.id } });
    for (const { username } of takesCalls) {
      const level = group.id === vip ? vipLevels[username] : 1;
      if (level === undefined) continue;
      const member = { teamId, groupId: group.id, agentId: agentIdOf(username), static: false, level };
      await table.insertMember(member);
    }
    for (const { username } of people.filter((person) => person.role === 'leader')) {
      await table.insertLeader({ teamId, groupId: group.id, agentId: agentIdOf(username) });
    }
  }
}

/** Each agent's direct number, and a desk phone of the same name. */
async function seedLines({ teams, phones }: Repositories, deps: DemoDataDeps): Promise<void> {
  for (const { number, username } of takesCalls) {
    await teams.insertRoute({ number, teamId, target: { kind: 'agent', agentId: agentIdOf(username) } });
    await phones.insert({
      endpointId: asId<EndpointId>(`phone_demo_${number}`),
      teamId,
      username: number,
      name: `桌面话机 Desk phone ${number}`,
      ha1: deps.sip.ha1(number, DEMO_PASSWORD),
      ha1Sha256: deps.sip.ha1Sha256(number, DEMO_PASSWORD),
    });
  }
}

async function seedPhoneBook({ contacts }: Repositories, { now }: DemoDataDeps): Promise<void> {
  for (const [n, contact] of phoneBook.entries()) {
    const id = asId<ContactId>(`contact_demo_${n + 1}`);
    await contacts.insert({ ...contact, id, teamId, ownerId: null, version: 1, createdAt: now + n });
  }
}

async function seedCustomers(
  { customers: table }: Repositories,
  { now, numbers }: DemoDataDeps,
): Promise<void> {
  for (const [n, customer] of customers.entries()) {
    const row: CustomerRow = {
      ...customer,
      id: asId<CustomerId>(`customer_demo_${n + 1}`),
      teamId,
      address: '',
      version: 1,
      createdAt: now + n,
      updatedAt: now + n,
    };
    await table.insert(
      row,
      row.numbers.map((number) => numbers.comparableNumber(number)),
    );
  }
}
