import { ReasonPage, ReasonSetUp } from '../../../server/contract/set-up.ts';
import { REASON_COLOURS, type ReasonColour } from '../../../server/vocabulary/reason-colours.ts';
import type { ReasonKind } from '../../../server/vocabulary/reason-kinds.ts';
import { RESULT_MARKS, type ResultMark } from '../../../server/vocabulary/result-marks.ts';
import { reasonPath } from './set-up-reason.ts';
import { textOf, type Field, type Kind, type Values, type Word } from './kind.ts';
import { LABEL_FIELDS, positionColumn, positionField } from './labelled-fields.ts';
import { requestsOf } from './set-up-requests.ts';

const requests = requestsOf('/set-up/reasons', ReasonSetUp);
const KINDS = {
  pause: 'admin.reason.pause',
  'wrap-up': 'admin.reason.wrapUp',
  result: 'admin.reason.result',
} as const;
const COLOURS: Readonly<Record<ReasonColour, Word>> = {
  red: 'admin.colour.red',
  orange: 'admin.colour.orange',
  green: 'admin.colour.green',
  cyan: 'admin.colour.cyan',
  blue: 'admin.colour.blue',
  violet: 'admin.colour.violet',
  grey: 'admin.colour.grey',
};

const MARKS: Readonly<Record<ResultMark, Word>> = {
  connected: 'admin.mark.connected',
  valid: 'admin.mark.valid',
  success: 'admin.mark.success',
};

/** Where it stands, among those of the same kind. */
function placeOf(of: ReasonKind, row: ReasonSetUp | null): Field {
  return {
    key: `parent-${of}`,
    path: 'parentId',
    label: 'admin.reason.parent',
    hint: 'admin.reason.parent.hint',
    kind: 'reason',
    of,
    except: row?.id ?? null,
    when: ({ kind }) => kind === of,
  };
}

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
      cell: (reason, text) => reasonPath(reason, text),
    },
    { key: 'kind', label: 'admin.reason.kind', shown: true, cell: ({ kind }, text) => text.t(KINDS[kind]) },
    {
      key: 'colour',
      label: 'admin.reason.colour',
      cell: ({ colour }, text) => (colour === null ? '' : text.t(COLOURS[colour])),
    },
    {
      key: 'paid',
      label: 'admin.reason.paid',
      shown: true,
      cell: ({ paid }, text) => (paid ? text.t('admin.yes') : ''),
    },
    {
      key: 'limit',
      label: 'admin.reason.limit',
      shown: true,
      numeric: true,
      cell: ({ limitMs }, text) =>
        limitMs === null ? '' : text.t('admin.unit.minutes', { count: limitMs / 60_000 }),
    },
    positionColumn(),
  ],
  form: {
    nameOf: ({ label }, text) => text.label(label),
    versionOf: ({ version }) => version,
    read: requests.read,
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
          ...LABEL_FIELDS,
          placeOf('pause', row),
          placeOf('wrap-up', row),
          placeOf('result', row),
          {
            key: 'marks',
            label: 'admin.reason.marks',
            kind: 'choices',
            options: RESULT_MARKS.map((value) => ({ value, label: MARKS[value] })),
            when: ({ kind }) => kind === 'result',
          },
          {
            key: 'colour',
            label: 'admin.reason.colour',
            kind: 'choice',
            when: isPause,
            options: [
              { value: '', label: 'admin.colour.none' },
              ...REASON_COLOURS.map((value) => ({ value, label: COLOURS[value] })),
            ],
          },
          {
            key: 'paid',
            label: 'admin.reason.paid',
            hint: 'admin.reason.paid.hint',
            kind: 'switch',
            when: isPause,
          },
          {
            key: 'limitMs',
            label: 'admin.reason.limit',
            hint: 'admin.reason.limit.hint',
            kind: 'seconds',
            min: 60,
            max: 86_400,
            when: isPause,
          },
          positionField(),
        ],
      },
    ],
    valuesOf: (row) => ({
      kind: row?.kind ?? 'pause',
      zh: row?.label['zh-CN'] ?? '',
      en: row?.label.en ?? '',
      'parent-pause': row?.parentId ?? null,
      'parent-wrap-up': row?.parentId ?? null,
      'parent-result': row?.parentId ?? null,
      marks: row?.marks ?? [],
      colour: row?.colour ?? '',
      paid: row?.paid ?? false,
      limitMs: row?.limitMs ?? null,
      position: row?.position ?? 10,
    }),
    effects: requests.effects,
    create: (values) => requests.create({ kind: values['kind'], ...bodyOf(values) }),
    change: ({ id }, _changed, values, version) => requests.change(id, bodyOf(values), version),
    remove: {
      label: 'admin.reason.remove',
      sentence: 'admin.reason.remove.sentence',
      request: ({ id }, version) => requests.remove(id, version),
    },
  },
};

const isPause = ({ kind }: Values): boolean => kind === 'pause';

function bodyOf({ zh, en, marks, colour, paid, limitMs, position, ...values }: Values) {
  return {
    label: { en, 'zh-CN': zh },
    parentId: values[`parent-${textOf(values['kind'])}`] ?? null,
    colour: colour === '' ? null : colour,
    ...(isPause(values) ? { paid, limitMs } : {}),
    ...(values['kind'] === 'result' ? { marks } : {}),
    position,
  };
}
