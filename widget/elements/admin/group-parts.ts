import type { GroupInList } from '../../../server/contract/set-up.ts';
import { entriesOf, idsOf, textOf, type Choice, type FieldValue, type Part } from './kind.ts';
import { skillStepsFault } from './skill-steps.ts';

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

const ACW = {
  'after-answer': 'admin.acw.afterAnswer',
  'after-ring': 'admin.acw.afterRing',
  off: 'admin.acw.off',
} as const satisfies Record<GroupInList['acwMode'], string>;

const DIALLING = {
  free: 'admin.dialling.free',
  history: 'admin.dialling.history',
  off: 'admin.dialling.off',
} as const satisfies Record<GroupInList['dialling'], string>;

const RETURNS = {
  return: 'admin.transferReturn.return',
  queue: 'admin.transferReturn.queue',
  end: 'admin.transferReturn.end',
} as const satisfies Record<GroupInList['transferReturn'], string>;

/** The same in short. */
const RETURNED = {
  return: 'admin.sum.return',
  queue: 'admin.sum.queue',
  end: 'admin.sum.end',
} as const satisfies Record<GroupInList['transferReturn'], string>;

/** What is set, one beside the other. */
const line = (...facts: ReadonlyArray<string | false>): string =>
  facts.filter((one) => one !== false).join(' · ');

/** As it stands in the field, also while it is being typed. */
const secondsOf = (value: FieldValue | undefined): string | number =>
  typeof value === 'number' ? value / 1000 : textOf(value);

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
    ],
  },
  {
    title: 'admin.part.people',
    fold: true,
    summary: ({ members, leaders }, text) =>
      text.t('admin.sum.people', { members: entriesOf(members).length, leaders: idsOf(leaders).length }),
    fields: [
      { key: 'members', label: 'admin.members', kind: 'belonging', of: 'agents' },
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
    title: 'admin.part.choosing',
    fold: true,
    summary: ({ strategy, ringMs, isSticky }, text) =>
      line(
        text.t(STRATEGIES[strategy as GroupInList['strategy']]),
        text.t('admin.sum.ring', { seconds: secondsOf(ringMs) }),
        isSticky === true && text.t('admin.sum.sticky'),
      ),
    fields: [
      { key: 'strategy', label: 'admin.strategy', kind: 'choice', options: options(STRATEGIES) },
      {
        key: 'skillSteps',
        label: 'admin.skillSteps',
        hint: 'admin.skillSteps.hint',
        kind: 'steps',
        wrong: skillStepsFault,
        when: ({ strategy }) => strategy === 'skill-level',
      },
      { key: 'isSticky', label: 'admin.sticky', hint: 'admin.sticky.hint', kind: 'switch' },
      {
        key: 'stickyDays',
        path: 'sticky.days',
        label: 'admin.sticky.days',
        kind: 'number',
        min: 1,
        max: 365,
        required: true,
        when: ({ isSticky }) => isSticky === true,
      },
      {
        key: 'stickyWaitMs',
        path: 'sticky.waitMs',
        label: 'admin.sticky.wait',
        hint: 'admin.sticky.wait.hint',
        kind: 'seconds',
        min: 1,
        max: 600,
        required: true,
        when: ({ isSticky }) => isSticky === true,
      },
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
        key: 'pauseAfterMissed',
        label: 'admin.pauseAfterMissed',
        hint: 'admin.pauseAfterMissed.hint',
        kind: 'number',
        min: 1,
        max: 20,
      },
    ],
  },
  {
    title: 'admin.part.line',
    fold: true,
    summary: ({ announces, announceEveryMs, maxLength, maxWaitMs }, text) =>
      line(
        announces === true
          ? text.t('admin.sum.announce', { seconds: secondsOf(announceEveryMs) })
          : text.t('admin.sum.music'),
        maxLength !== null && text.t('admin.sum.length', { count: Number(maxLength) }),
        maxWaitMs !== null && text.t('admin.sum.wait', { seconds: secondsOf(maxWaitMs) }),
      ),
    fields: [
      { key: 'announces', label: 'admin.announce', hint: 'admin.announce.hint', kind: 'switch' },
      {
        key: 'announcePosition',
        path: 'announcements.position',
        label: 'admin.announce.position',
        kind: 'switch',
        when: ({ announces }) => announces === true,
      },
      {
        key: 'announceWait',
        path: 'announcements.estimatedWait',
        label: 'admin.announce.wait',
        hint: 'admin.announce.wait.hint',
        kind: 'switch',
        when: ({ announces }) => announces === true,
        wrong: (value, { announcePosition }) =>
          value === true || announcePosition === true ? null : 'admin.announce.nothing',
      },
      {
        key: 'announceEveryMs',
        path: 'announcements.everyMs',
        label: 'admin.announce.every',
        kind: 'seconds',
        min: 10,
        max: 600,
        required: true,
        when: ({ announces }) => announces === true,
      },
      {
        key: 'sounds',
        label: 'admin.sounds',
        hint: 'admin.sounds.hint',
        kind: 'text',
        max: 64,
        when: ({ announces }) => announces === true,
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
        hint: 'admin.maxWait.hint',
        kind: 'seconds',
        min: 1,
        max: 86_400,
      },
    ],
  },
  {
    title: 'admin.part.overflow',
    fold: true,
    summary: ({ overflowTo, overflowAfterMs }, text) =>
      overflowTo === 'none'
        ? text.t('admin.sum.noOverflow')
        : line(
            text.t(OVERFLOW[overflowTo as keyof typeof OVERFLOW]),
            overflowAfterMs !== null && text.t('admin.sum.after', { seconds: secondsOf(overflowAfterMs) }),
          ),
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
        key: 'overflowGroup',
        label: 'admin.chain',
        kind: 'chain',
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
    title: 'admin.serviceLevel',
    fold: true,
    summary: ({ percent, withinMs }, text) =>
      text.t('admin.serviceLevel.value', { percent: Number(percent), seconds: secondsOf(withinMs) }),
    fields: [
      {
        key: 'percent',
        path: 'serviceLevel.percent',
        label: 'admin.servicePercent',
        hint: 'admin.servicePercent.hint',
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
      {
        key: 'shortAbandonMs',
        path: 'serviceLevel.shortAbandonMs',
        label: 'admin.shortAbandon',
        hint: 'admin.shortAbandon.hint',
        kind: 'seconds',
        min: 0,
        max: 60,
        required: true,
      },
    ],
  },
  {
    title: 'admin.acw',
    fold: true,
    summary: ({ acwMode, acwLimitMs }, text) =>
      line(
        text.t(ACW[acwMode as keyof typeof ACW]),
        acwMode !== 'off' &&
          acwLimitMs !== null &&
          text.t('admin.sum.atMost', { seconds: secondsOf(acwLimitMs) }),
      ),
    fields: [
      { key: 'acwMode', label: 'admin.acw', kind: 'choice', options: options(ACW) },
      {
        key: 'acwLimitMs',
        label: 'admin.acwLimit',
        hint: 'admin.noLimit',
        kind: 'seconds',
        min: 1,
        max: 3_600,
        when: ({ acwMode }) => acwMode !== 'off',
      },
    ],
  },
  {
    title: 'admin.part.calls',
    fold: true,
    summary: ({ dialling, callerId }, text) =>
      line(
        text.t(DIALLING[dialling as keyof typeof DIALLING]),
        callerId !== '' && text.t('admin.sum.callerId', { number: textOf(callerId) }),
      ),
    fields: [
      {
        key: 'dialling',
        label: 'admin.dialling',
        kind: 'choice',
        options: options(DIALLING),
      },
      { key: 'callerId', label: 'admin.callerId', hint: 'admin.callerId.hint', kind: 'text', max: 32 },
    ],
  },
  {
    title: 'admin.part.transfers',
    fold: true,
    summary: ({ transferReturn }, text) => text.t(RETURNED[transferReturn as keyof typeof RETURNED]),
    fields: [
      { key: 'transferOutside', label: 'admin.transferOutside', kind: 'switch' },
      {
        key: 'transferReturn',
        label: 'admin.transferReturn',
        kind: 'choice',
        options: options(RETURNS),
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
