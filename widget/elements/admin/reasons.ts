import { ReasonPage, ReasonSetUp } from '../../../server/contract/set-up.ts';
import type { Kind, Values } from './kind.ts';

const path = (id: string): string => `/set-up/reasons/${encodeURIComponent(id)}`;
const KINDS = { pause: 'admin.reason.pause', 'wrap-up': 'admin.reason.wrapUp' } as const;

export const reasons: Kind<ReasonSetUp, ReasonSetUp> = {
  section: 'reasons',
  path: '/set-up/reasons',
  page: ReasonPage,
  searchable: true,
  idOf: ({ id }) => id,
  columns: [
    {
      key: 'label',
      label: 'admin.reason',
      sort: 'label',
      shown: true,
      cell: ({ label }, text) => text.label(label),
    },
    { key: 'kind', label: 'admin.reason.kind', shown: true, cell: ({ kind }, text) => text.t(KINDS[kind]) },
    {
      key: 'position',
      label: 'admin.position',
      sort: 'position',
      shown: true,
      numeric: true,
      cell: ({ position }, text) => text.number(position),
    },
  ],
  form: {
    nameOf: ({ label }, text) => text.label(label),
    versionOf: ({ version }) => version,
    read: (id) => ({ method: 'GET', path: path(id), schema: ReasonSetUp }),
    parts: (row) => [
      {
        title: 'admin.part.reason',
        fields: [
          {
            key: 'kind',
            label: 'admin.reason.kind',
            kind: 'choice',
            options: Object.entries(KINDS).map(([value, label]) => ({ value, label })),
            fixed: row !== null,
          },
          {
            key: 'zh',
            path: 'label.zh-CN',
            label: 'admin.reason.zh',
            kind: 'text',
            max: 100,
            required: true,
          },
          { key: 'en', path: 'label.en', label: 'admin.reason.en', kind: 'text', max: 100, required: true },
          {
            key: 'position',
            label: 'admin.position',
            hint: 'admin.position.hint',
            kind: 'number',
            min: 0,
            max: 10_000,
            required: true,
          },
        ],
      },
    ],
    valuesOf: (row) => ({
      kind: row?.kind ?? 'pause',
      zh: row?.label['zh-CN'] ?? '',
      en: row?.label.en ?? '',
      position: row?.position ?? 10,
    }),
    create: ({ kind, ...values }) => ({
      method: 'POST',
      path: '/set-up/reasons',
      body: { kind, ...bodyOf(values) },
      schema: ReasonSetUp,
    }),
    change: ({ id }, _changed, { kind: _kind, ...values }, version) => ({
      method: 'PATCH',
      path: path(id),
      body: bodyOf(values),
      schema: ReasonSetUp,
      version,
    }),
    remove: {
      label: 'admin.reason.remove',
      sentence: 'admin.reason.remove.sentence',
      request: ({ id }, version) => ({ method: 'DELETE', path: path(id), schema: null, version }),
    },
  },
};

function bodyOf({ zh, en, position }: Values) {
  return { label: { en, 'zh-CN': zh }, position };
}
