import { html } from 'lit';
import { NumberPage, NumberSetUp } from '../../../server/contract/set-up.ts';
import './set-up-name.ts';
import { idsOf, textOf, type Kind, type Values } from './kind.ts';

const path = (number: string): string => `/set-up/numbers/${encodeURIComponent(number)}`;

export const numbers: Kind<NumberSetUp, NumberSetUp> = {
  section: 'numbers',
  path: '/set-up/numbers',
  page: NumberPage,
  searchable: true,
  idOf: ({ number }) => number,
  columns: [
    {
      key: 'number',
      label: 'admin.did',
      sort: 'number',
      shown: true,
      numeric: true,
      cell: ({ number }) => number,
    },
    {
      key: 'kind',
      label: 'admin.leadsTo',
      shown: true,
      cell: ({ target }, text) =>
        text.t(target.kind === 'group' ? 'admin.leadsTo.group' : 'admin.leadsTo.agent'),
    },
    {
      key: 'target',
      label: 'admin.target',
      shown: true,
      cell: ({ target }) =>
        target.kind === 'group'
          ? html`<telebar-set-up-name of="groups" .id=${target.groupId}></telebar-set-up-name>`
          : html`<telebar-set-up-name of="agents" .id=${target.agentId}></telebar-set-up-name>`,
    },
    {
      key: 'priority',
      label: 'admin.priority',
      numeric: true,
      cell: ({ priority }, text) => text.number(priority),
    },
  ],
  form: {
    nameOf: ({ number }) => number,
    versionOf: ({ version }) => version,
    read: (number) => ({ method: 'GET', path: path(number), schema: NumberSetUp }),
    parts: (row) => [
      {
        title: 'admin.part.number',
        fields: [
          {
            key: 'number',
            label: 'admin.did',
            hint: 'admin.did.hint',
            kind: 'text',
            max: 32,
            required: true,
            fixed: row !== null,
          },
          {
            key: 'leadsTo',
            label: 'admin.leadsTo',
            kind: 'choice',
            options: [
              { value: 'group', label: 'admin.leadsTo.group' },
              { value: 'agent', label: 'admin.leadsTo.agent' },
            ],
          },
          {
            key: 'groupId',
            path: 'target.groupId',
            label: 'admin.group',
            kind: 'pick',
            of: 'groups',
            several: false,
            required: true,
            when: ({ leadsTo }) => leadsTo === 'group',
          },
          {
            key: 'agentId',
            path: 'target.agentId',
            label: 'admin.agent',
            kind: 'pick',
            of: 'agents',
            several: false,
            required: true,
            when: ({ leadsTo }) => leadsTo === 'agent',
          },
          {
            key: 'priority',
            label: 'admin.priority',
            hint: 'admin.priority.hint',
            kind: 'number',
            min: 0,
            max: 10,
            required: true,
          },
        ],
      },
    ],
    valuesOf: (row) => ({
      number: row?.number ?? '',
      leadsTo: row?.target.kind ?? 'group',
      groupId: row?.target.kind === 'group' ? [row.target.groupId] : [],
      agentId: row?.target.kind === 'agent' ? [row.target.agentId] : [],
      priority: row?.priority ?? 0,
    }),
    create: (values) => ({
      method: 'PUT',
      path: path(textOf(values['number']).replace(/[\s().-]/g, '')),
      body: bodyOf(values),
      schema: NumberSetUp,
    }),
    change: ({ number }, _changed, values, version) => ({
      method: 'PUT',
      path: path(number),
      body: bodyOf(values),
      schema: NumberSetUp,
      version,
    }),
    remove: {
      label: 'admin.number.remove',
      sentence: 'admin.number.remove.sentence',
      request: ({ number }, version) => ({ method: 'DELETE', path: path(number), schema: null, version }),
    },
  },
};

function bodyOf({ leadsTo, groupId, agentId, priority }: Values): unknown {
  return {
    target:
      leadsTo === 'group'
        ? { kind: 'group', groupId: idsOf(groupId)[0] }
        : { kind: 'agent', agentId: idsOf(agentId)[0] },
    priority,
  };
}
