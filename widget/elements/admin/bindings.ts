import { BindingPage, BindingSetUp, isPopTemplate } from '../../../server/contract/app-bindings.ts';
import {
  POP_DIRECTIONS,
  POP_MODES,
  type PopDirection,
  type PopMode,
} from '../../../server/vocabulary/pop-apps.ts';
import { idsOf, textOf, type Kind, type Values, type Word } from './kind.ts';
import { positionColumn, positionField } from './labelled-fields.ts';
import { requestsOf } from './set-up-requests.ts';

const requests = requestsOf('/set-up/app-bindings', BindingSetUp);

const DIRECTIONS: Readonly<Record<PopDirection, Word>> = {
  queue: 'admin.binding.queue',
  direct: 'admin.binding.direct',
  outbound: 'admin.binding.outbound',
};
const MODES: Readonly<Record<PopMode, Word>> = {
  panel: 'admin.binding.panel',
  event: 'admin.binding.event',
  url: 'admin.binding.url',
};

export const bindings: Kind<BindingSetUp, BindingSetUp> = {
  section: 'bindings',
  path: '/set-up/app-bindings',
  page: BindingPage,
  searchable: true,
  idOf: ({ id }) => id,
  columns: [
    positionColumn(),
    { key: 'name', label: 'admin.name', sort: 'name', shown: true, cell: ({ name }) => name },
    {
      key: 'directions',
      label: 'admin.binding.directions',
      shown: true,
      cell: ({ directions }, text) =>
        directions.length === 0
          ? text.t('admin.binding.all')
          : directions.map((each) => text.t(DIRECTIONS[each])).join(text.t('admin.listSeparator')),
    },
    {
      key: 'dids',
      label: 'admin.binding.dids',
      cell: ({ dids }, text) => dids.join(text.t('admin.listSeparator')),
    },
    { key: 'mode', label: 'admin.binding.mode', shown: true, cell: ({ mode }, text) => text.t(MODES[mode]) },
    {
      key: 'when',
      label: 'admin.binding.when',
      shown: true,
      cell: ({ onAnswer }, text) => text.t(onAnswer ? 'admin.binding.answered' : 'admin.binding.ringing'),
    },
  ],
  form: {
    nameOf: ({ name }) => name,
    versionOf: ({ version }) => version,
    read: requests.read,
    parts: () => [
      {
        title: 'admin.part.binding',
        fields: [
          { key: 'name', label: 'admin.name', kind: 'text', max: 100, required: true },
          {
            key: 'directions',
            label: 'admin.binding.directions',
            hint: 'admin.binding.directions.hint',
            kind: 'choices',
            options: POP_DIRECTIONS.map((value) => ({ value, label: DIRECTIONS[value] })),
          },
          {
            key: 'dids',
            label: 'admin.binding.dids',
            hint: 'admin.binding.dids.hint',
            kind: 'lines',
            max: 8_000,
          },
          {
            key: 'groupIds',
            label: 'admin.link.groups',
            hint: 'admin.binding.groups.hint',
            kind: 'pick',
            of: 'groups',
            several: true,
          },
          {
            key: 'mode',
            label: 'admin.binding.mode',
            kind: 'radios',
            options: POP_MODES.map((value) => ({ value, label: MODES[value] })),
          },
          {
            key: 'url',
            label: 'admin.link.url',
            hint: 'admin.binding.url.hint',
            kind: 'text',
            max: 2_000,
            required: true,
            wrong: (value) => (isPopTemplate(textOf(value).trim()) ? null : 'admin.link.url.wrong'),
            when: ({ mode }) => mode === 'url',
          },
          {
            key: 'onAnswer',
            label: 'admin.binding.onAnswer',
            hint: 'admin.binding.onAnswer.hint',
            kind: 'switch',
          },
          positionField('admin.binding.position.hint'),
        ],
      },
    ],
    valuesOf: (row) => ({
      name: row?.name ?? '',
      directions: row?.directions ?? [],
      dids: row?.dids ?? [],
      groupIds: row?.groupIds ?? [],
      mode: row?.mode ?? 'panel',
      url: row?.url ?? '',
      onAnswer: row?.onAnswer ?? false,
      position: row?.position ?? 10,
    }),
    effects: requests.effects,
    create: (values) => requests.create(bodyOf(values)),
    change: ({ id }, _changed, values, version) => requests.change(id, bodyOf(values), version),
    remove: {
      label: 'admin.binding.remove',
      sentence: 'admin.binding.remove.sentence',
      request: ({ id }, version) => requests.remove(id, version),
    },
  },
};

function bodyOf({ url, directions, ...values }: Values) {
  return { ...values, directions: idsOf(directions), url: values['mode'] === 'url' ? url : '' };
}
