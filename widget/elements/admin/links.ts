import { Effects } from '../../../server/contract/people.ts';
import { LinkPage, LinkSetUp, isLinkTemplate } from '../../../server/contract/work-links.ts';
import { textOf, type Kind, type Values } from './kind.ts';

const path = (id: string): string => `/set-up/work-links/${encodeURIComponent(id)}`;

export const links: Kind<LinkSetUp, LinkSetUp> = {
  section: 'links',
  path: '/set-up/work-links',
  page: LinkPage,
  searchable: true,
  idOf: ({ id }) => id,
  columns: [
    {
      key: 'label',
      label: 'admin.name',
      sort: 'label',
      shown: true,
      cell: ({ label }, text) => text.label(label),
    },
    { key: 'url', label: 'admin.link.url', shown: true, cell: ({ url }) => url },
    {
      key: 'groups',
      label: 'admin.link.groups',
      shown: true,
      numeric: true,
      cell: ({ groupIds }, text) =>
        groupIds.length === 0 ? text.t('admin.link.everybody') : text.number(groupIds.length),
    },
    {
      key: 'position',
      label: 'admin.position',
      sort: 'position',
      numeric: true,
      cell: ({ position }, text) => text.number(position),
    },
  ],
  form: {
    nameOf: ({ label }, text) => text.label(label),
    versionOf: ({ version }) => version,
    read: (id) => ({ method: 'GET', path: path(id), schema: LinkSetUp }),
    parts: () => [
      {
        title: 'admin.part.link',
        fields: [
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
            key: 'url',
            label: 'admin.link.url',
            hint: 'admin.link.url.hint',
            kind: 'text',
            max: 2_000,
            required: true,
            wrong: (value) => (isLinkTemplate(textOf(value).trim()) ? null : 'admin.link.url.wrong'),
          },
          {
            key: 'groupIds',
            label: 'admin.link.groups',
            hint: 'admin.link.groups.hint',
            kind: 'pick',
            of: 'groups',
            several: true,
          },
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
      zh: row?.label['zh-CN'] ?? '',
      en: row?.label.en ?? '',
      url: row?.url ?? 'https://',
      groupIds: row?.groupIds ?? [],
      position: row?.position ?? 10,
    }),
    effects: (id) => ({ method: 'GET', path: `${path(id)}/effects`, schema: Effects }),
    create: (values) => ({
      method: 'POST',
      path: '/set-up/work-links',
      body: bodyOf(values),
      schema: LinkSetUp,
    }),
    change: ({ id }, _changed, values, version) => ({
      method: 'PATCH',
      path: path(id),
      body: bodyOf(values),
      schema: LinkSetUp,
      version,
    }),
    remove: {
      label: 'admin.link.remove',
      sentence: 'admin.link.remove.sentence',
      request: ({ id }, version) => ({ method: 'DELETE', path: path(id), schema: null, version }),
    },
  },
};

function bodyOf({ zh, en, url, groupIds, position }: Values) {
  return { label: { en, 'zh-CN': zh }, url, groupIds, position };
}
