import { Effects } from '../../../server/contract/people.ts';
import { TeamSetUp } from '../../../server/contract/set-up.ts';
import type { Sheet, Values } from './kind.ts';

const PATH = '/set-up/team';

/** What holds for the whole team. There is one of it, without a list. */
export const team: Sheet<TeamSetUp, TeamSetUp> = {
  section: 'team',
  idOf: () => 'team',
  form: {
    nameOf: (_row, text) => text.t('admin.team'),
    versionOf: ({ version }) => version,
    read: () => ({ method: 'GET', path: PATH, schema: TeamSetUp }),
    parts: () => [
      {
        title: 'admin.part.team',
        fields: [
          { key: 'name', label: 'admin.first.team', kind: 'text', max: 100, required: true },
          {
            key: 'slug',
            label: 'admin.first.slug',
            hint: 'admin.team.slug.hint',
            kind: 'text',
            max: 100,
            fixed: true,
          },
          {
            key: 'locale',
            label: 'admin.first.language',
            hint: 'admin.team.locale.hint',
            kind: 'choice',
            options: [
              { value: 'zh-CN', label: 'admin.team.locale.zh' },
              { value: 'en', label: 'admin.team.locale.en' },
            ],
          },
          {
            key: 'timeZone',
            label: 'admin.first.timeZone',
            hint: 'admin.team.timeZone.hint',
            kind: 'text',
            max: 64,
            proposals: timeZones(),
            required: true,
          },
        ],
      },
      {
        title: 'admin.part.monitoring',
        fields: [
          {
            key: 'monitorNotice',
            label: 'admin.team.notice',
            hint: 'admin.team.notice.hint',
            kind: 'radios',
            options: [
              { value: 'none', label: 'admin.team.notice.none', hint: 'admin.team.notice.none.hint' },
              { value: 'shown', label: 'admin.team.notice.shown', hint: 'admin.team.notice.shown.hint' },
              { value: 'tone', label: 'admin.team.notice.tone', hint: 'admin.team.notice.tone.hint' },
            ],
          },
        ],
      },
      {
        title: 'admin.part.outside',
        fields: [
          {
            key: 'outsidePhones',
            label: 'admin.team.outside',
            hint: 'admin.team.outside.hint',
            kind: 'radios',
            options: [
              { value: 'off', label: 'admin.team.outside.off', hint: 'admin.team.outside.off.hint' },
              {
                value: 'assigned',
                label: 'admin.team.outside.assigned',
                hint: 'admin.team.outside.assigned.hint',
              },
              { value: 'own', label: 'admin.team.outside.own', hint: 'admin.team.outside.own.hint' },
            ],
          },
          {
            key: 'outsideConfirm',
            label: 'admin.team.confirm',
            hint: 'admin.team.confirm.hint',
            kind: 'radios',
            options: [
              {
                value: 'queue-calls',
                label: 'admin.team.confirm.queueCalls',
                hint: 'admin.team.confirm.queueCalls.hint',
              },
              { value: 'always', label: 'admin.team.confirm.always', hint: 'admin.team.confirm.always.hint' },
              { value: 'never', label: 'admin.team.confirm.never', hint: 'admin.team.confirm.never.hint' },
            ],
            when: ({ outsidePhones }) => outsidePhones !== 'off',
          },
        ],
      },
      {
        title: 'admin.part.line',
        fields: [
          {
            key: 'priorityPointMs',
            label: 'admin.team.priorityPoint',
            hint: 'admin.team.priorityPoint.hint',
            kind: 'seconds',
            min: 1,
            max: 3_600,
            required: true,
          },
        ],
      },
    ],
    valuesOf: (row) => ({
      name: row?.name ?? '',
      slug: row?.slug ?? '',
      locale: row?.locale ?? 'zh-CN',
      timeZone: row?.timeZone ?? '',
      monitorNotice: row?.monitorNotice ?? 'shown',
      outsidePhones: row?.outsidePhones ?? 'assigned',
      outsideConfirm: row?.outsideConfirm ?? 'queue-calls',
      priorityPointMs: row?.priorityPointMs ?? 60_000,
    }),
    effects: () => ({ method: 'GET', path: `${PATH}/effects`, schema: Effects }),
    create: (values) => ({ method: 'PATCH', path: PATH, body: bodyOf(values), schema: TeamSetUp }),
    change: (_row, changed, _values, version) => ({
      method: 'PATCH',
      path: PATH,
      body: bodyOf(changed),
      schema: TeamSetUp,
      version,
    }),
    remove: null,
  },
};

function bodyOf({ slug: _slug, ...values }: Values): unknown {
  return values;
}

/** Names that the browser knows; an old one knows none, and they are typed. */
function timeZones(): readonly string[] {
  return 'supportedValuesOf' in Intl ? Intl.supportedValuesOf('timeZone') : [];
}
