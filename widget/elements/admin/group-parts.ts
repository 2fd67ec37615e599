import type { GroupInList } from '../../../server/contract/set-up.ts';
import type { Choice, Part } from './kind.ts';

export const STRATEGIES = {
  'longest-idle': 'admin.strategy.longestIdle',
  'least-calls': 'admin.strategy.leastCalls',
  'round-robin': 'admin.strategy.roundRobin',
  'ring-all': 'admin.strategy.ringAll',
  'skill-level': 'admin.strategy.skillLevel',
} as const satisfies Record<GroupInList['strategy'], string>;

const ABSENCE = {
  wait: 'admin.absence.wait',
  overflow: 'admin.absence.overflow',
  end: 'admin.absence.end',
} as const satisfies Record<GroupInList['whenBusy'], string>;

const OVERFLOW = {
  none: 'admin.overflow.none',
  group: 'admin.overflow.group',
  agent: 'admin.overflow.agent',
  number: 'admin.overflow.number',
  end: 'admin.overflow.end',
} as const;

const options = (labels: Readonly<Record<string, Choice['label']>>): Choice[] =>
  Object.entries(labels).map(([value, label]) => ({ value, label }));

/** What is set of a group. */
export const GROUP_PARTS: readonly Part[] = [
  {
    title: 'admin.part.group',
    fields: [
      { key: 'name', label: 'admin.name', kind: 'text', max: 100, required: true },
      {
        key: 'number',
        label: 'admin.number',
        hint: 'admin.number.groupHint',
        kind: 'digits',
        max: 16,
        required: true,
      },
      { key: 'members', label: 'admin.members', kind: 'pick', of: 'agents', several: true },
      {
        key: 'leaders',
        label: 'admin.leaders',
        hint: 'admin.leaders.hint',
        kind: 'pick',
        of: 'agents',
        several: true,
      },
    ],
  },
  {
    title: 'admin.part.line',
    fields: [
      { key: 'strategy', label: 'admin.strategy', kind: 'choice', options: options(STRATEGIES) },
      {
        key: 'priority',
        label: 'admin.priority',
        hint: 'admin.priority.groupHint',
        kind: 'number',
        min: 0,
        max: 10,
        required: true,
      },
      {
        key: 'ringMs',
        label: 'admin.ring',
        hint: 'admin.ring.hint',
        kind: 'seconds',
        min: 3,
        max: 120,
        required: true,
      },
      {
        key: 'retryMs',
        label: 'admin.retry',
        hint: 'admin.retry.hint',
        kind: 'seconds',
        min: 0,
        max: 600,
        required: true,
      },
      {
        key: 'maxLength',
        label: 'admin.maxLength',
        hint: 'admin.noLimit',
        kind: 'number',
        min: 1,
        max: 100_000,
      },
      {
        key: 'maxWaitMs',
        label: 'admin.maxWait',
        hint: 'admin.noLimit',
        kind: 'seconds',
        min: 1,
        max: 86_400,
      },
      {
        key: 'pauseAfterMissed',
        label: 'admin.pauseAfterMissed',
        hint: 'admin.never',
        kind: 'number',
        min: 1,
        max: 20,
      },
      {
        key: 'percent',
        path: 'serviceLevel.percent',
        label: 'admin.servicePercent',
        kind: 'number',
        min: 1,
        max: 100,
        required: true,
      },
      {
        key: 'withinMs',
        path: 'serviceLevel.withinMs',
        label: 'admin.serviceWithin',
        kind: 'seconds',
        min: 1,
        max: 3_600,
        required: true,
      },
    ],
  },
  {
    title: 'admin.part.overflow',
    fields: [
      { key: 'whenNobody', label: 'admin.whenNobody', kind: 'choice', options: options(ABSENCE) },
      { key: 'whenPaused', label: 'admin.whenPaused', kind: 'choice', options: options(ABSENCE) },
      { key: 'whenBusy', label: 'admin.whenBusy', kind: 'choice', options: options(ABSENCE) },
      {
        key: 'overflowTo',
        path: 'overflow',
        label: 'admin.overflow',
        kind: 'choice',
        options: options(OVERFLOW),
      },
      {
        key: 'overflowGroup',
        path: 'overflow.to.groupId',
        label: 'admin.group',
        kind: 'pick',
        of: 'groups',
        several: false,
        required: true,
        when: ({ overflowTo }) => overflowTo === 'group',
      },
      {
        key: 'overflowAgent',
        path: 'overflow.to.agentId',
        label: 'admin.agent',
        kind: 'pick',
        of: 'agents',
        several: false,
        required: true,
        when: ({ overflowTo }) => overflowTo === 'agent',
      },
      {
        key: 'overflowNumber',
        path: 'overflow.to.number',
        label: 'admin.overflow.numberOutside',
        hint: 'admin.overflow.number.hint',
        kind: 'text',
        max: 32,
        required: true,
        when: ({ overflowTo }) => overflowTo === 'number',
      },
      {
        key: 'overflowAfterMs',
        path: 'overflow.afterMs',
        label: 'admin.overflow.after',
        hint: 'admin.overflow.after.hint',
        kind: 'seconds',
        min: 1,
        max: 86_400,
        when: ({ overflowTo }) => overflowTo !== 'none',
      },
    ],
  },
  {
    title: 'admin.part.calls',
    fields: [
      {
        key: 'acwMode',
        label: 'admin.acw',
        kind: 'choice',
        options: options({
          'after-answer': 'admin.acw.afterAnswer',
          'after-ring': 'admin.acw.afterRing',
          off: 'admin.acw.off',
        }),
      },
      {
        key: 'acwLimitMs',
        label: 'admin.acwLimit',
        hint: 'admin.noLimit',
        kind: 'seconds',
        min: 1,
        max: 3_600,
        when: ({ acwMode }) => acwMode !== 'off',
      },
      {
        key: 'dialling',
        label: 'admin.dialling',
        kind: 'choice',
        options: options({
          free: 'admin.dialling.free',
          history: 'admin.dialling.history',
          off: 'admin.dialling.off',
        }),
      },
      { key: 'callerId', label: 'admin.callerId', hint: 'admin.callerId.hint', kind: 'text', max: 32 },
      { key: 'transferOutside', label: 'admin.transferOutside', kind: 'switch' },
      {
        key: 'transferReturn',
        label: 'admin.transferReturn',
        kind: 'choice',
        options: options({
          return: 'admin.transferReturn.return',
          queue: 'admin.transferReturn.queue',
          end: 'admin.transferReturn.end',
        }),
      },
      {
        key: 'lastAgent',
        label: 'admin.lastAgent',
        kind: 'choice',
        options: options({ end: 'admin.lastAgent.end', 'talk-on': 'admin.lastAgent.talkOn' }),
      },
      {
        key: 'talkOnMs',
        label: 'admin.talkOn',
        hint: 'admin.talkOn.hint',
        kind: 'seconds',
        min: 60,
        max: 14_400,
        required: true,
        when: ({ lastAgent, transferOutside }) => lastAgent === 'talk-on' || transferOutside === true,
      },
    ],
  },
];
