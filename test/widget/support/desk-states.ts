import type { AgentView, CallView, DeskSnapshot, Party } from '../../../server/contract/desk.ts';
import type { DeskState } from '../../../widget/live/desk.ts';

/** Everything happens at this moment unless a test says otherwise. */
export const NOW = Date.now();

export const team: DeskSnapshot['team'] = {
  id: 'team-1',
  slug: 'demo',
  name: 'Telebar Demo',
  locale: 'zh-CN',
  pauseReasons: [
    { id: 'break', label: { en: 'Short break', 'zh-CN': '小休' } },
    { id: 'lunch', label: { en: 'Lunch', 'zh-CN': '午餐' } },
    { id: 'training', label: { en: 'Training', 'zh-CN': '培训' } },
    { id: 'meeting', label: { en: 'Meeting', 'zh-CN': '会议' } },
  ],
  wrapUpReasons: [
    { id: 'enquiry', label: { en: 'Enquiry', 'zh-CN': '咨询' } },
    { id: 'order', label: { en: 'Order', 'zh-CN': '订购' } },
    { id: 'complaint', label: { en: 'Complaint', 'zh-CN': '投诉' } },
    { id: 'technical', label: { en: 'Technical fault', 'zh-CN': '技术故障' } },
    { id: 'wrong-number', label: { en: 'Wrong number', 'zh-CN': '拨错号码' } },
  ],
  callResults: [],
  customerFields: [
    {
      key: 'level',
      label: { en: 'Level', 'zh-CN': '客户等级' },
      type: 'choice',
      required: true,
      readOnly: false,
      options: [
        { value: 'Gold', en: 'Gold', 'zh-CN': '金牌' },
        { value: 'Silver', en: 'Silver', 'zh-CN': '银牌' },
      ],
    },
    {
      key: 'birthday',
      label: { en: 'Birthday', 'zh-CN': '生日' },
      type: 'date',
      required: false,
      readOnly: false,
      options: [],
    },
    {
      key: 'vip',
      label: { en: 'Key account', 'zh-CN': '重点客户' },
      type: 'boolean',
      required: false,
      readOnly: false,
      options: [],
    },
    {
      key: 'contract',
      label: { en: 'Contract', 'zh-CN': '合同编号' },
      type: 'text',
      required: false,
      readOnly: true,
      options: [],
    },
  ],
};

export function membership(patch: Partial<AgentView['groups'][number]> = {}): AgentView['groups'][number] {
  return {
    groupId: 'service',
    name: '客户服务',
    number: '800',
    static: false,
    signedInSince: NOW - 3_600_000,
    acwMode: 'after-answer',
    acwLimitMs: 30_000,
    dialling: 'free',
    transferOutside: false,
    ...patch,
  };
}

export function agent(patch: Partial<AgentView> = {}): AgentView {
  return {
    id: 'agent-1',
    number: '1001',
    username: '1001',
    name: '李伟',
    role: 'agent',
    state: 'idle',
    since: NOW - 42_000,
    pause: null,
    locked: false,
    acw: null,
    wrapUp: null,
    next: null,
    forced: null,
    outsidePhone: null,
    device: {
      kind: 'browser',
      endpointId: 'endpoint-1',
      name: '',
      online: true,
      address: '127.0.0.1',
      userAgent: 'Telebar',
      latencyMs: 12,
    },
    leads: [],
    groups: [membership(), membership({ groupId: 'sales', name: '售后支持', number: '801', static: true })],
    ...patch,
  };
}

export function party(patch: Partial<Party> = {}): Party {
  return {
    id: 'leg-customer',
    legId: 'leg-customer',
    role: 'customer',
    self: false,
    number: '13800138000',
    name: '王小明',
    state: 'talking',
    since: NOW - 74_000,
    muted: false,
    mutedBy: null,
    held: false,
    agentId: null,
    place: 'main',
    asking: null,
    mayKick: true,
    mayMute: true,
    cause: null,
    ...patch,
  };
}

export const self = (patch: Partial<Party> = {}): Party =>
  party({
    legId: 'leg-agent',
    role: 'agent',
    self: true,
    number: '1001',
    name: '李伟',
    agentId: 'agent-1',
    mayKick: false,
    mayMute: false,
    ...patch,
  });

/** A colleague who is asked aside, ringing unless the patch says otherwise. */
export const asked = (patch: Partial<Party> = {}): Party =>
  party({
    ...{ id: 'party-colleague', legId: 'leg-colleague', role: 'consulted', agentId: 'agent-2' },
    ...{ number: '1002', name: '韩梅梅', state: 'ringing', place: 'consult', since: NOW - 4000 },
    ...patch,
  });

export function call(patch: Partial<CallView> = {}): CallView {
  return {
    id: 'call-1',
    direction: 'queue',
    phase: 'talking',
    createdAt: NOW - 98_000,
    since: NOW - 74_000,
    answeredAt: NOW - 74_000,
    endedAt: null,
    ringEndsAt: null,
    number: '13800138000',
    name: '王小明',
    did: '400100',
    group: { id: 'service', name: '客户服务' },
    from: null,
    waitedMs: 24_000,
    customerId: 'customer-1',
    parties: [party(), self()],
    legId: 'leg-agent',
    muted: false,
    asking: null,
    endedBy: null,
    cause: null,
    data: {},
    wrapUp: null,
    ...patch,
  };
}

export function offered(patch: Partial<CallView> = {}): CallView {
  return call({
    phase: 'offered',
    since: NOW - 4000,
    answeredAt: null,
    ringEndsAt: NOW + 16_000,
    parties: [
      party({ state: 'ringing', since: NOW - 28_000 }),
      self({ state: 'ringing', since: NOW - 4000 }),
    ],
    ...patch,
  });
}

/** A desk online with this agent and these calls. */
export function deskState(
  patch: Partial<DeskState> = {},
  who: Partial<AgentView> = {},
  calls: CallView[] = [],
): DeskState {
  const me = agent(who);
  return {
    connection: 'online',
    session: {
      expiresAt: NOW + 3_600_000,
      serverTime: NOW,
      agent: { id: me.id, number: me.number, username: me.username, name: me.name, role: me.role },
      rights: [],
      team: { id: team.id, slug: team.slug, name: team.name },
    },
    snapshot: { serverTime: NOW, team, agent: me, calls, supervision: null, monitored: [] },
    phone: { registration: 'registered', microphone: 'ready', absent: [], latencyMs: 12, legs: [] },
    latencyMs: 14,
    clockOffsetMs: 0,
    pending: new Set(),
    failures: {},
    owed: [],
    quality: null,
    ...patch,
  };
}

export const anonymous: DeskState = {
  ...deskState(),
  connection: 'anonymous',
  session: null,
  snapshot: null,
  phone: { registration: 'stopped', microphone: 'unknown', absent: [], latencyMs: null, legs: [] },
  latencyMs: null,
};
