import { LinkPage, LinkSetUp, isLinkTemplate } from '../../../server/contract/work-links.ts';
import { textOf, type Kind, type Values } from './kind.ts';
import { LABEL_FIELDS, positionColumn, positionField } from './labelled-fields.ts';
import { requestsOf } from './set-up-requests.ts';

const requests = requestsOf('/set-up/work-links', LinkSetUp);

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
    positionColumn(false),
  ],
  form: {
    nameOf: ({ label }, text) => text.label(label),
    versionOf: ({ version }) => version,
    read: requests.read,
    parts: () => [
      {
        title: 'admin.part.link',
        fields: [
          ...LABEL_FIELDS,
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
          positionField(),
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
    effects: requests.effects,
    create: (values) => requests.create(bodyOf(values)),
    change: ({ id }, _changed, values, version) => requests.change(id, bodyOf(values), version),
    remove: {
      label: 'admin.link.remove',
      sentence: 'admin.link.remove.sentence',
      request: ({ id }, version) => requests.remove(id, version),
    },
  },
};

function bodyOf({ zh, en, url, groupIds, position }: Values) {
  return { label: { en, 'zh-CN': zh }, url, groupIds, position };
}
