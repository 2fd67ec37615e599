import { html } from 'lit';
import { Effects, PhoneCredential, PhonePage, PhoneSetUp } from '../../../server/contract/people.ts';
import type { Kind } from './kind.ts';
import './phone-credential.ts';

const path = (id: string): string => `/set-up/phones/${encodeURIComponent(id)}`;

/** Desk phones. What one registers with is told when it is made, and when it gets another password. */
export const phones: Kind<PhoneSetUp, PhoneSetUp> = {
  section: 'phones',
  path: '/set-up/phones',
  page: PhonePage,
  searchable: true,
  idOf: ({ id }) => id,
  columns: [
    { key: 'name', label: 'admin.name', sort: 'name', shown: true, cell: ({ name }) => name },
    {
      key: 'username',
      label: 'admin.phone.username',
      sort: 'username',
      shown: true,
      numeric: true,
      cell: ({ username }) => username,
    },
  ],
  form: {
    nameOf: ({ name }) => name,
    versionOf: ({ version }) => version,
    read: (id) => ({ method: 'GET', path: path(id), schema: PhoneSetUp }),
    effects: (id) => ({ method: 'GET', path: `${path(id)}/effects`, schema: Effects }),
    parts: (row) => [
      {
        title: 'admin.part.phone',
        fields: [
          {
            key: 'name',
            label: 'admin.name',
            hint: row === null ? 'admin.phone.name.new' : 'admin.phone.name.hint',
            kind: 'text',
            max: 100,
            required: true,
          },
          ...(row === null
            ? []
            : [
                {
                  key: 'username',
                  label: 'admin.phone.username',
                  kind: 'text',
                  max: 64,
                  fixed: true,
                } as const,
              ]),
        ],
      },
    ],
    valuesOf: (row) => ({ name: row?.name ?? '', username: row?.username ?? '' }),
    create: ({ name }) => ({
      method: 'POST',
      path: '/set-up/phones',
      body: { name },
      schema: PhoneCredential,
    }),
    change: ({ id }, _changed, { name }, version) => ({
      method: 'PATCH',
      path: path(id),
      body: { name },
      schema: PhoneSetUp,
      version,
    }),
    told: (saved) => {
      if (!('credential' in saved)) return null;
      const phone = saved as PhoneCredential;
      return {
        hint: 'admin.phone.told',
        show: () => html`<telebar-phone-credential .phone=${phone}></telebar-phone-credential>`,
      };
    },
    renew: {
      title: 'admin.phone.line.password',
      label: 'admin.phone.renew',
      sentence: 'admin.phone.renew.sentence',
      request: ({ id }, version) => ({
        method: 'POST',
        path: `${path(id)}/credential`,
        body: {},
        schema: PhoneCredential,
        version,
      }),
    },
    remove: {
      label: 'admin.phone.remove',
      sentence: 'admin.phone.remove.sentence',
      request: ({ id }, version) => ({ method: 'DELETE', path: path(id), schema: null, version }),
    },
  },
};
