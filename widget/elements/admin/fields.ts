import { FieldPage, FieldSetUp } from '../../../server/contract/customer-fields.ts';
import { FIELD_TYPES, type FieldType } from '../../../server/vocabulary/field-types.ts';
import { entriesOf, type Kind, type Values, type Word } from './kind.ts';
import { LABEL_FIELDS, positionColumn, positionField } from './labelled-fields.ts';
import { requestsOf } from './set-up-requests.ts';
import { optionsFault } from './set-up-options.ts';

const requests = requestsOf('/set-up/customer-fields', FieldSetUp);

const TYPES: Readonly<Record<FieldType, Word>> = {
  text: 'admin.fieldType.text',
  multiline: 'admin.fieldType.multiline',
  number: 'admin.fieldType.number',
  date: 'admin.fieldType.date',
  choice: 'admin.fieldType.choice',
  boolean: 'admin.fieldType.boolean',
};

const isChoice = ({ type }: Values): boolean => type === 'choice';

export const fields: Kind<FieldSetUp, FieldSetUp> = {
  section: 'fields',
  path: '/set-up/customer-fields',
  page: FieldPage,
  searchable: true,
  idOf: ({ id }) => id,
  columns: [
    {
      key: 'label',
      label: 'admin.field',
      sort: 'label',
      shown: true,
      cell: ({ label }, text) => text.label(label),
    },
    { key: 'type', label: 'admin.field.type', shown: true, cell: ({ type }, text) => text.t(TYPES[type]) },
    {
      key: 'required',
      label: 'admin.field.required',
      shown: true,
      cell: ({ required }, text) => (required ? text.t('admin.yes') : ''),
    },
    {
      key: 'readOnly',
      label: 'admin.field.readOnly',
      shown: true,
      cell: ({ readOnly }, text) => (readOnly ? text.t('admin.yes') : ''),
    },
    { key: 'key', label: 'admin.field.key', cell: ({ key }) => key },
    positionColumn(),
  ],
  form: {
    nameOf: ({ label }, text) => text.label(label),
    versionOf: ({ version }) => version,
    read: requests.read,
    parts: (row) => [
      {
        title: 'admin.part.field',
        fields: [
          ...LABEL_FIELDS,
          {
            key: 'type',
            label: 'admin.field.type',
            hint: 'admin.field.type.hint',
            kind: 'choice',
            options: FIELD_TYPES.map((value) => ({ value, label: TYPES[value] })),
            fixed: row !== null,
          },
          {
            key: 'options',
            label: 'admin.field.options',
            hint: 'admin.field.options.hint',
            kind: 'options',
            wrong: optionsFault,
            when: isChoice,
          },
          {
            key: 'required',
            label: 'admin.field.required',
            hint: 'admin.field.required.hint',
            kind: 'switch',
          },
          {
            key: 'readOnly',
            label: 'admin.field.readOnly',
            hint: 'admin.field.readOnly.hint',
            kind: 'switch',
          },
          {
            key: 'key',
            label: 'admin.field.key',
            hint: 'admin.field.key.hint',
            kind: 'text',
            max: 40,
            fixed: row !== null,
          },
          positionField(),
        ],
      },
    ],
    valuesOf: (row) => ({
      zh: row?.label['zh-CN'] ?? '',
      en: row?.label.en ?? '',
      type: row?.type ?? 'text',
      options: (row?.options ?? []).map(({ value, en, 'zh-CN': zh }) => ({ value, zh, en })),
      required: row?.required ?? false,
      readOnly: row?.readOnly ?? false,
      key: row?.key ?? '',
      position: row?.position ?? 10,
    }),
    effects: requests.effects,
    create: (values) =>
      requests.create({
        ...bodyOf(values),
        type: values['type'],
        ...(values['key'] === '' ? {} : { key: values['key'] }),
      }),
    change: ({ id }, _changed, values, version) => requests.change(id, bodyOf(values), version),
    remove: {
      label: 'admin.field.remove',
      sentence: 'admin.field.remove.sentence',
      request: ({ id }, version) => requests.remove(id, version),
    },
  },
};

function bodyOf(values: Values) {
  const { zh, en, required, readOnly, position } = values;
  const options = entriesOf(values['options']).map(({ value, en: name, zh: chinese }) => ({
    ...(value === undefined ? {} : { value }),
    ...{ en: name, 'zh-CN': chinese },
  }));
  return {
    label: { en, 'zh-CN': zh },
    ...(isChoice(values) ? { options } : {}),
    ...{ required, readOnly, position },
  };
}
