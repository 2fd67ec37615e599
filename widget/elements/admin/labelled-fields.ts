import type { Column, Field, Word } from './kind.ts';

/** A name in each language. */
export const LABEL_FIELDS: readonly Field[] = [
  { key: 'zh', path: 'label.zh-CN', label: 'admin.reason.zh', kind: 'text', max: 100, required: true },
  { key: 'en', path: 'label.en', label: 'admin.reason.en', kind: 'text', max: 100, required: true },
];

/** Which of them comes first. */
export function positionField(hint: Word = 'admin.position.hint'): Field {
  return {
    key: 'position',
    label: 'admin.position',
    hint,
    kind: 'number',
    min: 0,
    max: 10_000,
    required: true,
  };
}

/** @param shown whether before anybody has chosen columns */
export function positionColumn(shown = true): Column<{ readonly position: number }> {
  return {
    key: 'position',
    label: 'admin.position',
    sort: 'position',
    shown,
    numeric: true,
    cell: ({ position }, text) => text.number(position),
  };
}
