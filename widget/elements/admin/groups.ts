import { Effects } from '../../../server/contract/people.ts';
import { type GroupInList, GroupPage, GroupSetUp } from '../../../server/contract/set-up.ts';
import { GROUP_PARTS, STRATEGIES } from './group-parts.ts';
import { entriesOf, idsOf, textOf, type Kind, type Part, type Values } from './kind.ts';

const part = encodeURIComponent;

export const groups: Kind<GroupInList, GroupSetUp> = {
  section: 'groups',
  path: '/set-up/groups',
  page: GroupPage,
  searchable: true,
  idOf: ({ id }) => id,
  columns: [
    { key: 'name', label: 'admin.name', sort: 'name', shown: true, cell: ({ name }) => name },
    {
      key: 'number',
      label: 'admin.number',
      sort: 'number',
      shown: true,
      numeric: true,
      cell: ({ number }) => number,
    },
    {
      key: 'members',
      label: 'admin.members',
      shown: true,
      numeric: true,
      cell: ({ memberCount }, text) => text.number(memberCount),
    },
    {
      key: 'leaders',
      label: 'admin.leaders',
      numeric: true,
      cell: ({ leaderCount }, text) => text.number(leaderCount),
    },
    {
      key: 'strategy',
      label: 'admin.strategy',
      shown: true,
      cell: ({ strategy }, text) => text.t(STRATEGIES[strategy]),
    },
    {
      key: 'ring',
      label: 'admin.ring',
      shown: true,
      numeric: true,
      cell: ({ ringMs }, text) => text.t('admin.seconds', { seconds: ringMs / 1000 }),
    },
    {
      key: 'service',
      label: 'admin.serviceLevel',
      cell: ({ serviceLevel: { percent, withinMs } }, text) =>
        text.t('admin.serviceLevel.value', { percent, seconds: withinMs / 1000 }),
    },
  ],
  form: {
    nameOf: ({ name, number }) => `${name} · ${number}`,
    versionOf: ({ version }) => version,
    // A new one has nobody yet: who is in it is asked at once.
    parts: (row) => (row === null ? GROUP_PARTS.map(unfoldedPeople) : GROUP_PARTS),
    valuesOf: (row) => ({
      name: row?.name ?? '',
      number: row?.number ?? '',
      members:
        row?.members.map(({ agentId, level, static: always }) => ({ id: agentId, level, static: always })) ??
        [],
      leaders: row?.leaders ?? [],
      strategy: row?.strategy ?? 'longest-idle',
      priority: row?.priority ?? 0,
      whenNobody: row?.whenNobody ?? 'wait',
      whenPaused: row?.whenPaused ?? 'wait',
      whenBusy: row?.whenBusy ?? 'wait',
      ...overflowOf(row?.overflow ?? null),
      skillSteps: row?.skillSteps.map(({ afterMs, level }) => ({ afterMs, level })) ?? [],
      ...stickyOf(row?.sticky ?? null),
      ...announcementsOf(row?.announcements ?? null),
      sounds: row?.sounds ?? '',
      ringMs: row?.ringMs ?? 20_000,
      retryMs: row?.retryMs ?? 5_000,
      maxLength: row?.maxLength ?? null,
      maxWaitMs: row?.maxWaitMs ?? null,
      pauseAfterMissed: row?.pauseAfterMissed ?? null,
      percent: row?.serviceLevel.percent ?? 80,
      withinMs: row?.serviceLevel.withinMs ?? 20_000,
      shortAbandonMs: row?.serviceLevel.shortAbandonMs ?? 0,
      acwMode: row?.acwMode ?? 'after-answer',
      acwLimitMs: row?.acwLimitMs ?? null,
      dialling: row?.dialling ?? 'free',
      callerId: row?.callerId ?? '',
      transferOutside: row?.transferOutside ?? false,
      transferReturn: row?.transferReturn ?? 'return',
      lastAgent: row?.lastAgent ?? 'end',
      talkOnMs: row?.talkOnMs ?? 1_800_000,
    }),
    read: (id) => ({ method: 'GET', path: `/set-up/groups/${part(id)}`, schema: GroupSetUp }),
    effects: (id) => ({ method: 'GET', path: `/set-up/groups/${part(id)}/effects`, schema: Effects }),
    create: (values) => ({
      method: 'POST',
      path: '/set-up/groups',
      body: bodyOf(values, values),
      schema: GroupSetUp,
    }),
    change: (row, changed, values, version) => ({
      method: 'PATCH',
      path: `/set-up/groups/${part(row.id)}`,
      body: bodyOf(changed, values),
      schema: GroupSetUp,
      version,
    }),
    remove: {
      label: 'admin.close',
      sentence: 'admin.close.sentence',
      heirs: 'groups',
      request: (row, version, heir) => ({
        method: 'POST',
        path: `/set-up/groups/${part(row.id)}/close`,
        body: { successorId: heir ?? null },
        schema: GroupSetUp,
        version,
      }),
    },
  },
};

/** What several fields say of one thing goes together, whichever of them was changed. */
function bodyOf(changed: Values, values: Values): unknown {
  const body: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(changed)) {
    const whole = WHOLE[key];
    if (whole === undefined) body[key] = value;
    else body[whole] = MADE[whole](values);
  }
  return body;
}

/** What of the body each field is a part of, where that is not the value of the field itself. */
const WHOLE: Readonly<Record<string, keyof typeof MADE>> = {
  ...partsOf('members', 'members'),
  ...partsOf('callerId', 'callerId'),
  ...partsOf('sounds', 'sounds'),
  ...partsOf('overflow', 'overflowTo', 'overflowGroup', 'overflowAgent', 'overflowNumber', 'overflowAfterMs'),
  ...partsOf('sticky', 'isSticky', 'stickyDays', 'stickyWaitMs'),
  ...partsOf('announcements', 'announces', 'announceEveryMs', 'announcePosition', 'announceWait'),
  ...partsOf('serviceLevel', 'percent', 'withinMs', 'shortAbandonMs'),
};

const MADE = {
  members: ({ members }) => entriesOf(members).map(({ id, ...entry }) => ({ agentId: id, ...entry })),
  callerId: ({ callerId }) => (callerId === '' ? null : callerId),
  sounds: ({ sounds }) => (sounds === '' ? null : sounds),
  overflow: overflowFrom,
  sticky: ({ isSticky, stickyDays, stickyWaitMs }) =>
    isSticky === true ? { days: stickyDays, waitMs: stickyWaitMs } : null,
  announcements: ({ announces, announceEveryMs, announcePosition, announceWait }) =>
    announces === true
      ? { everyMs: announceEveryMs, position: announcePosition, estimatedWait: announceWait }
      : null,
  serviceLevel: ({ percent, withinMs, shortAbandonMs }) => ({ percent, withinMs, shortAbandonMs }),
} satisfies Record<string, (values: Values) => unknown>;

function partsOf<K extends string>(whole: K, ...keys: readonly string[]): Record<string, K> {
  return Object.fromEntries(keys.map((key) => [key, whole]));
}

function stickyOf(sticky: GroupInList['sticky']): Values {
  return {
    isSticky: sticky !== null,
    stickyDays: sticky?.days ?? 30,
    stickyWaitMs: sticky?.waitMs ?? 20_000,
  };
}

function announcementsOf(announcements: GroupInList['announcements']): Values {
  return {
    announces: announcements !== null,
    announceEveryMs: announcements?.everyMs ?? 30_000,
    announcePosition: announcements?.position ?? true,
    announceWait: announcements?.estimatedWait ?? true,
  };
}

type Overflow = GroupInList['overflow'];

function overflowOf(overflow: Overflow): Values {
  const to = overflow?.to;
  return {
    overflowTo: to?.kind ?? 'none',
    overflowGroup: to?.kind === 'group' ? [to.groupId] : [],
    overflowAgent: to?.kind === 'agent' ? [to.agentId] : [],
    overflowNumber: to?.kind === 'number' ? to.number : '',
    overflowAfterMs: overflow?.afterMs ?? null,
  };
}

function overflowFrom(values: Values): unknown {
  const kind = values['overflowTo'];
  if (kind === 'none') return null;
  const to = {
    group: { groupId: idsOf(values['overflowGroup'])[0] },
    agent: { agentId: idsOf(values['overflowAgent'])[0] },
    number: { number: values['overflowNumber'] },
  }[textOf(kind)];
  return { afterMs: values['overflowAfterMs'], to: { kind, ...to } };
}

const unfoldedPeople = (part: Part): Part =>
  part.title === 'admin.part.people' ? { ...part, fold: false } : part;
