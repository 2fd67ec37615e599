import type { Monitor, Supervision } from '../../../server/contract/supervision.ts';
import type { Right } from '../../../server/vocabulary/rights.ts';
import type { DeskState } from '../../../widget/live/desk.ts';
import type { Stage } from '../support/stage.ts';
import {
  NOW,
  anonymous,
  asked,
  call,
  deskState,
  membership,
  offered,
  party,
  self,
} from '../support/desk-states.ts';
import { customer } from '../support/fake-records.ts';

/** One picture: the state of the desk, and what is opened then. */
export interface View {
  state: DeskState;
  prepare?: (stage: Stage) => void;
  open?: (stage: Stage) => void;
  /** Presses this on the page when everything is drawn; several one after the other. */
  press?: string | readonly string[];
  /** Types this then where the keyboard is. */
  type?: string;
  collapsed?: boolean;
}

const talking = deskState(
  { quality: { mos: 4.3, roundTripMs: 38, jitterMs: 4, lossIn: 0.002 } },
  { state: 'talking', since: NOW - 74_000 },
  [call()],
);
const failure = (
  code: NonNullable<DeskState['failures']['dial']>['code'],
  details: Record<string, unknown> = {},
) => ({
  code,
  message: '',
  retryable: false,
  details,
});

const earlierNotes = [
  {
    reasonId: 'complaint',
    label: { en: 'Complaint', 'zh-CN': '投诉' },
    notes: '第二次送错地址，已道歉并补发。客户希望周五前收到，请先打手机确认。',
    agentNumber: '1002',
    at: NOW,
  },
  null,
  { reasonId: 'order', label: { en: 'Order', 'zh-CN': '订购' }, notes: '', agentNumber: '1002', at: NOW },
  { reasonId: null, label: null, notes: '咨询会员积分', agentNumber: '1001', at: NOW },
];

/** Too many wrap-up reasons for a row of chips. */
function withManyReasons(): DeskState {
  const state = deskState({}, { state: 'acw', acw: { callId: 'call-1', since: NOW - 8000, endsAt: null } });
  if (state.snapshot === null) return state;
  const wrapUpReasons = Array.from({ length: 12 }, (_, index) => ({
    id: `reason-${index}`,
    label: { en: `Reason ${index + 1}`, 'zh-CN': `原因 ${index + 1}` },
  }));
  return { ...state, snapshot: { ...state.snapshot, team: { ...state.snapshot.team, wrapUpReasons } } };
}

function withSupervision(supervision: Supervision): DeskState {
  const state = deskState({}, { state: 'monitoring', since: NOW - 34_000, role: 'leader' });
  if (state.snapshot === null) return state;
  return { ...state, snapshot: { ...state.snapshot, supervision } };
}

function withMonitors(state: DeskState, monitored: Monitor[]): DeskState {
  return state.snapshot === null ? state : { ...state, snapshot: { ...state.snapshot, monitored } };
}

function withRights(state: DeskState, ...rights: readonly Right[]): DeskState {
  return { ...state, session: state.session && { ...state.session, rights: [...rights] } };
}

function signedOutWith(outsidePhone: NonNullable<DeskState['snapshot']>['agent']['outsidePhone']): DeskState {
  const groups = [membership({ signedInSince: null })];
  return deskState({}, { state: 'signed-out', groups, outsidePhone });
}

const IN_BOOK = ['[data-action=transfer]', '[role=tab]:nth-child(3)'] as const;

export const views: Readonly<Record<string, View>> = {
  login: { state: anonymous },
  'login-failed': { state: { ...anonymous, failures: { login: failure('wrong-credentials') } } },
  connecting: { state: { ...deskState(), connection: 'connecting', snapshot: null } },
  'signed-out': {
    state: deskState({}, { state: 'signed-out', groups: [membership({ signedInSince: null })] }),
  },
  idle: { state: deskState() },
  menu: { state: deskState(), press: 'telebar-state-button >> button' },
  'menu-signed-out': {
    state: deskState({}, { state: 'signed-out', groups: [membership({ signedInSince: null })] }),
    press: 'telebar-state-button >> button',
  },
  'menu-outside-own': {
    state: signedOutWith({ number: '13900139001', own: true }),
    press: ['telebar-state-button >> button', '[role=menuitemradio]:last-child'],
  },
  'menu-talking': {
    state: deskState({}, { state: 'talking', next: { kind: 'pause', reasonId: 'lunch' } }, [call()]),
    press: 'telebar-state-button >> button',
  },
  paused: {
    state: deskState(
      {},
      { state: 'paused', pause: { reasonId: 'lunch', since: NOW - 600_000 }, since: NOW - 600_000 },
    ),
  },
  dial: {
    state: withRights(deskState(), 'use-contacts'),
    open: ({ shell }) => shell.openPanel('dial'),
  },
  'dial-restricted': {
    state: deskState({}, { groups: [membership({ dialling: 'history' })] }),
    open: ({ shell }) => shell.openPanel('dial'),
  },
  'dial-keep': {
    state: withRights(deskState(), 'use-contacts', 'supervise'),
    open: ({ shell }) => shell.openPanel('dial'),
    press: '.keep',
  },
  settings: { state: deskState(), open: ({ shell }) => shell.openPanel('settings') },
  incoming: {
    state: deskState({}, { state: 'ringing', since: NOW - 4000 }, [offered()]),
    open: ({ shell }) => shell.pop(offered()),
  },
  dialling: {
    state: deskState({}, { state: 'dialling', since: NOW - 3000 }, [
      call({
        direction: 'outbound',
        phase: 'dialling',
        answeredAt: null,
        name: null,
        parties: [
          party({ state: 'dialling', name: null, since: NOW - 3000 }),
          self({ state: 'ringing', since: NOW - 3000 }),
        ],
      }),
    ]),
  },
  talking: { state: talking },
  pop: { state: talking, open: ({ shell }) => shell.pop(call()) },
  'pop-calls': {
    state: talking,
    prepare: ({ records }) => {
      records.history = records.history.map((one, index) => ({
        ...one,
        agentName: index % 2 === 0 ? '韩梅梅' : '李伟',
        agentNumber: index % 2 === 0 ? '1002' : '1001',
        startedAt: NOW - (index * index * 17 + 1) * 7_200_000,
        wrapUp: earlierNotes[index] ?? null,
      }));
    },
    open: ({ shell }) => shell.pop(call()),
    press: 'telebar-screen-pop >> #calls',
  },
  'pop-ladder': {
    state: talking,
    open: ({ shell }) => shell.pop(call()),
    press: ['telebar-screen-pop >> #calls', 'telebar-customer-calls >> .parts button'],
  },
  'pop-new': {
    state: deskState({}, { state: 'talking' }, [
      call({
        name: null,
        number: '13912345678',
        customerId: null,
        parties: [party({ name: null, number: '13912345678' }), self()],
      }),
    ]),
    open: ({ shell }) => shell.pop(call({ name: null, number: '13912345678', customerId: null })),
  },
  'pop-several': {
    state: deskState({}, { state: 'talking' }, [call({ customerId: null })]),
    prepare: ({ records }) => {
      records.customers = [customer(), customer({ id: 'customer-2', name: '王芳', company: '明远物流' })];
    },
    open: ({ shell }) => shell.pop(call({ customerId: null })),
  },
  held: {
    state: deskState({}, { state: 'holding', since: NOW - 12_000 }, [
      call({
        phase: 'held',
        since: NOW - 12_000,
        parties: [party({ state: 'held', since: NOW - 12_000 }), self()],
      }),
    ]),
  },
  muted: {
    state: deskState({}, { state: 'talking' }, [
      call({ muted: true, parties: [party(), self({ muted: true })] }),
    ]),
  },
  pending: { state: { ...talking, pending: new Set(['hold']) } },
  refused: { state: { ...talking, failures: { hold: failure('timeout') } } },
  keypad: { state: talking, press: '[data-action=keypad]' },
  transfer: { state: talking, press: '[data-action=transfer]' },
  'transfer-book': {
    state: talking,
    press: ['[data-action=transfer]', '[role=tab]:nth-child(3)', '[role=option]:nth-child(2)'],
  },
  'contact-new': {
    state: withRights(talking, 'supervise'),
    press: [...IN_BOOK, '.narrow button:nth-child(1)', 'button[type=submit]'],
  },
  'contact-form': {
    state: talking,
    press: [
      '[data-action=transfer]',
      '[role=tab]:nth-child(3)',
      '[role=option]:nth-child(2)',
      '.narrow button:nth-child(2)',
    ],
  },
  'transfer-search': { state: talking, press: '[data-action=transfer]', type: '1390013' },
  'transfer-choice': { state: talking, press: '[data-action=transfer]', type: '韩' },
  'consult-group': {
    state: deskState({}, { state: 'talking', since: NOW - 74_000 }, [
      call({
        parties: [party({ state: 'held', held: true }), self({ place: 'consult' })],
        asking: { group: { id: 'sales', name: '售后支持' }, since: NOW - 23_000 },
      }),
    ]),
  },
  'consult-rings': {
    state: deskState({}, { state: 'talking', since: NOW - 74_000 }, [
      call({ parties: [party({ state: 'held', held: true }), self({ place: 'consult' }), asked()] }),
    ]),
  },
  consult: {
    state: deskState({}, { state: 'talking', since: NOW - 74_000 }, [
      call({
        parties: [
          party({ state: 'held', held: true, since: NOW - 14_000 }),
          self({ place: 'consult' }),
          asked({ state: 'talking', since: NOW - 9000 }),
        ],
      }),
    ]),
  },
  'consult-outside': {
    state: deskState({}, { state: 'talking', since: NOW - 74_000 }, [
      call({
        parties: [
          party({ state: 'held', held: true, since: NOW - 14_000 }),
          self({ place: 'consult' }),
          asked({ state: 'talking', since: NOW - 9000, agentId: null, name: null, number: '13900000002' }),
        ],
      }),
    ]),
  },
  swapped: {
    state: deskState({}, { state: 'talking', since: NOW - 74_000 }, [
      call({ parties: [party(), self(), asked({ state: 'held', since: NOW - 9000 })] }),
    ]),
  },
  conference: {
    state: deskState({}, { state: 'talking', since: NOW - 74_000 }, [
      call({
        parties: [party(), self(), asked({ state: 'talking', place: 'main', since: NOW - 9000 })],
      }),
    ]),
  },
  'conference-muted': {
    state: deskState({}, { state: 'talking', since: NOW - 74_000 }, [
      call({
        parties: [
          party({ muted: true }),
          self(),
          asked({ state: 'talking', place: 'main', since: NOW - 9000 }),
        ],
      }),
    ]),
  },
  'conference-many': {
    state: deskState({}, { state: 'talking', since: NOW - 74_000 }, [
      call({
        parties: [
          party(),
          self(),
          asked({ state: 'talking', place: 'main', since: NOW - 9000 }),
          ...['1003', '1004', '1005', '1006'].map((number, index) =>
            asked({
              id: number,
              legId: number,
              number,
              agentId: number,
              name: ['张磊', '陈静', '王芳', 'Alexandra Konstantinopoulou'][index] ?? '',
              state: index === 2 ? 'gone' : index === 3 ? 'ringing' : 'talking',
              place: 'main',
              since: index === 2 ? Date.now() + 60_000 : NOW - 6000,
            }),
          ),
        ],
      }),
    ]),
  },
  ...Object.fromEntries(
    (['listen', 'whisper', 'barge'] as const).map((mode) => [
      mode,
      {
        state: withSupervision({
          agent: { id: 'agent-2', number: '1002', name: '韩梅梅' },
          callId: 'call-2',
          mode,
          since: NOW - 34_000,
          connected: true,
        }),
      },
    ]),
  ),
  monitored: {
    state: withMonitors(talking, [
      { id: 'leader', number: '1000', name: '赵敏', mode: 'listen', since: NOW - 5000 },
    ]),
  },
  'passed-on': {
    state: deskState({}, { state: 'ringing', since: NOW - 4000 }, [
      offered({
        answeredAt: NOW - 74_000,
        from: { id: 'agent-2', number: '1002', name: '韩梅梅' },
        parties: [
          party({ state: 'held' }),
          self({ state: 'ringing', role: 'consulted', place: 'consult' }),
          party({
            id: 'party-peer',
            legId: 'leg-peer',
            role: 'peer',
            agentId: 'agent-2',
            number: '1002',
            name: '韩梅梅',
          }),
        ],
      }),
    ]),
  },
  acw: {
    state: deskState(
      {},
      { state: 'acw', since: NOW - 8000, acw: { callId: 'call-1', since: NOW - 8000, endsAt: NOW + 22_000 } },
      [
        call({
          phase: 'ended',
          endedAt: NOW - 8000,
          endedBy: 'customer',
          cause: 'normal',
          parties: [party({ state: 'gone' }), self({ state: 'gone' })],
        }),
      ],
    ),
    press: 'telebar-after-call >> .chip:nth-child(3)',
  },
  'acw-noted': {
    state: deskState(
      {},
      {
        state: 'acw',
        since: NOW - 8000,
        acw: { callId: 'call-1', since: NOW - 8000, endsAt: NOW + 22_000 },
        wrapUp: {
          callId: 'call-1',
          reasonId: 'order',
          label: { en: 'Order', 'zh-CN': '订购' },
          notes: '再要 20 箱，周五前送到静安店。下次请先打手机。',
          agentNumber: '1001',
          at: NOW,
        },
      },
      [
        call({
          phase: 'ended',
          endedAt: NOW - 8000,
          endedBy: 'customer',
          cause: 'normal',
          parties: [party({ state: 'gone' }), self({ state: 'gone' })],
        }),
      ],
    ),
  },
  'acw-many': { state: withManyReasons(), press: 'textarea[name=notes]' },
  ended: {
    state: deskState({}, {}, [
      call({
        phase: 'ended',
        endedAt: NOW - 2000,
        endedBy: 'customer',
        cause: 'normal',
        parties: [party({ state: 'gone' }), self({ state: 'gone' })],
      }),
    ]),
  },
  'not-linked': {
    state: deskState({
      phone: { registration: 'lost', microphone: 'ready', absent: [], latencyMs: null, legs: [] },
    }),
  },
  'not-linked-told': {
    state: deskState({
      phone: { registration: 'lost', microphone: 'ready', absent: [], latencyMs: null, legs: [] },
    }),
    open: ({ shell }) => shell.notify('13800138000', 'error'),
  },
  'no-microphone': {
    state: deskState({
      phone: { registration: 'registered', microphone: 'refused', absent: [], latencyMs: 12, legs: [] },
    }),
  },
  reconnecting: { state: { ...talking, connection: 'reconnecting' } },
  'taken-over': { state: deskState({ connection: 'taken-over' }) },
  'conflict-device': {
    state: deskState(
      { failures: { signIn: failure('device-not-connected') } },
      { state: 'signed-out', groups: [membership({ signedInSince: null })] },
    ),
  },
  'conflict-used': {
    state: deskState(
      { failures: { signIn: failure('device-in-use', { by: { number: '1002', name: '陈静' } }) } },
      { state: 'signed-out', groups: [membership({ signedInSince: null })] },
    ),
  },
  'conflict-address': {
    state: deskState(
      {
        failures: {
          signIn: failure('device-address-differs', { agentAddress: '10.0.0.5', deviceAddress: '10.0.0.9' }),
        },
      },
      { state: 'signed-out', groups: [membership({ signedInSince: null })] },
    ),
  },
  'dial-failed': { state: deskState({ failures: { dial: failure('call-failed', { cause: 'busy' }) } }) },
  toasts: {
    state: deskState(),
    open: ({ shell }) => {
      shell.notify('13800138000', 'info');
      shell.notify('13800138000', 'success');
      shell.notify('13800138000', 'warning');
      shell.notify('13800138000', 'error');
    },
  },
  locked: { state: deskState({}, { locked: true }) },
  collapsed: { state: deskState(), collapsed: true },
  'collapsed-talking': { state: talking, collapsed: true },
  'collapsed-incoming': { state: deskState({}, { state: 'ringing' }, [offered()]), collapsed: true },
};

// Names in the language of the picture, so that both are seen with the lengths that are usual there.
const english: Readonly<Record<string, string>> = {
  客户服务: 'Customer service',
  售后支持: 'After-sales support',
  李伟: 'William Lee',
  王小明: 'Jonathan Whitfield',
};

/** The same view with English names. */
export function inEnglish<T>(value: T): T {
  if (value instanceof Set) return value;
  if (typeof value === 'string') return (english[value] ?? value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => inEnglish(item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, key === 'zh-CN' ? item : inEnglish(item)]),
  ) as T;
}
