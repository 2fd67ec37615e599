import { html } from 'lit';
import { ApiKeyMade, ApiKeyPage, ApiKeySetUp } from '../../../server/contract/api-keys.ts';
import { RIGHTS, type Right } from '../../../server/vocabulary/rights.ts';
import type { Kind, Values, Word } from './kind.ts';
import './set-up-name.ts';

const path = (id: string): string => `/set-up/api-keys/${encodeURIComponent(id)}`;

const NAMES = {
  'use-desk': 'admin.right.useDesk',
  'control-calls': 'admin.right.controlCalls',
  'read-calls': 'admin.right.readCalls',
  'read-reports': 'admin.right.readReports',
  'watch-queues': 'admin.right.watchQueues',
  'watch-agents': 'admin.right.watchAgents',
  supervise: 'admin.right.supervise',
  'use-contacts': 'admin.right.useContacts',
  'read-customers': 'admin.right.readCustomers',
  'write-customers': 'admin.right.writeCustomers',
  'read-audit': 'admin.right.readAudit',
  'change-set-up': 'admin.right.changeSetUp',
} as const satisfies Record<Right, Word>;

/** A person's own: a key has them only to give them to people whom it makes. */
const LAST: readonly Right[] = ['use-desk', 'control-calls', 'supervise', 'watch-agents'];
const ORDERED = RIGHTS.toSorted((a, b) => LAST.indexOf(a) - LAST.indexOf(b));

export const keys: Kind<ApiKeySetUp, ApiKeySetUp> = {
  section: 'keys',
  path: '/set-up/api-keys',
  page: ApiKeyPage,
  searchable: true,
  idOf: ({ id }) => id,
  columns: [
    { key: 'name', label: 'admin.name', sort: 'name', shown: true, cell: ({ name }) => name },
    {
      key: 'prefix',
      label: 'admin.key.prefix',
      shown: true,
      numeric: true,
      cell: ({ prefix }) => `${prefix}…`,
    },
    {
      key: 'rights',
      label: 'admin.key.rights',
      shown: true,
      cell: ({ rights }, text) =>
        rights.map((right) => text.t(NAMES[right])).join(text.t('admin.listSeparator')),
    },
    {
      key: 'expires',
      label: 'admin.key.expires',
      shown: true,
      numeric: true,
      cell: ({ expiresAt }, text) =>
        expiresAt === null ? text.t('admin.key.endless') : text.moment(expiresAt, Date.now()),
    },
    {
      key: 'used',
      label: 'admin.key.used',
      shown: true,
      numeric: true,
      cell: ({ lastUsedAt }, text) =>
        lastUsedAt === null ? text.t('admin.key.unused') : text.moment(lastUsedAt, Date.now()),
    },
    {
      key: 'madeBy',
      label: 'admin.key.madeBy',
      cell: ({ madeBy }) => html`<telebar-set-up-name of="agents" .id=${madeBy}></telebar-set-up-name>`,
    },
    {
      key: 'made',
      label: 'admin.key.made',
      sort: 'createdAt',
      numeric: true,
      cell: ({ createdAt }, text) => text.moment(createdAt, Date.now()),
    },
  ],
  form: {
    nameOf: ({ name, prefix }) => `${name} · ${prefix}…`,
    versionOf: ({ version }) => version,
    read: (id) => ({ method: 'GET', path: path(id), schema: ApiKeySetUp }),
    parts: () => [
      {
        title: 'admin.part.key',
        fields: [
          {
            key: 'name',
            label: 'admin.name',
            hint: 'admin.key.name.hint',
            kind: 'text',
            max: 100,
            required: true,
          },
          {
            key: 'rights',
            label: 'admin.key.rights',
            hint: 'admin.key.rights.hint',
            kind: 'choices',
            options: ORDERED.map((value) => ({ value, label: NAMES[value] })),
            required: true,
          },
          { key: 'expiresAt', label: 'admin.key.expires', hint: 'admin.never', kind: 'date' },
        ],
      },
    ],
    valuesOf: (row) => ({
      name: row?.name ?? '',
      rights: row?.rights ?? [],
      expiresAt: row?.expiresAt ?? null,
    }),
    create: (values) => ({ method: 'POST', path: '/set-up/api-keys', body: values, schema: ApiKeyMade }),
    change: ({ id }, changed: Values, _values, version) => ({
      method: 'PATCH',
      path: path(id),
      body: changed,
      schema: ApiKeySetUp,
      version,
    }),
    told: (saved) =>
      'secret' in saved
        ? { label: 'admin.key.secret', hint: 'admin.key.secret.hint', text: String(saved.secret) }
        : null,
    remove: {
      label: 'admin.key.revoke',
      sentence: 'admin.key.revoke.sentence',
      request: ({ id }, version) => ({ method: 'DELETE', path: path(id), schema: null, version }),
    },
  },
};
