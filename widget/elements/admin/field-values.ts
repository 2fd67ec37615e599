import type { CommandError } from '../../live/command-error.ts';
import { idsOf, textOf, type Field, type FieldValue, type Part, type Values, type Words } from './kind.ts';

export function isNumber(one: Field): one is Extract<Field, { kind: 'seconds' | 'number' }> {
  return one.kind === 'seconds' || one.kind === 'number';
}

/** The day of a moment, as a field for dates has it: by the clock of who looks. */
function dayOf(moment: number): string {
  const day = new Date(moment);
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
}

/** As it stands in the field. */
export function shown(one: Field, value: FieldValue): string {
  if (value === null) return '';
  if (one.kind === 'date') return dayOf(Number(value));
  if (Array.isArray(value)) return value.join('\n');
  return one.kind === 'seconds' && typeof value === 'number' ? String(value / 1000) : textOf(value);
}

/** Digits of any width; what is no number stays as it was typed, for the fault that names it. */
export function read(one: Field, typed: string): FieldValue {
  if (one.kind === 'date') return typed === '' ? null : new Date(`${typed}T23:59:59.999`).getTime();
  if (one.kind === 'lines') {
    return typed
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  }
  if (!isNumber(one)) return one.kind === 'digits' ? typed.normalize('NFKC') : typed;
  const text = typed.normalize('NFKC').trim();
  if (text === '') return null;
  const value = Number(text);
  if (!Number.isFinite(value)) return typed;
  return one.kind === 'seconds' ? Math.round(value * 1000) : value;
}

function isWithin(
  { kind, min, max }: Extract<Field, { kind: 'seconds' | 'number' }>,
  value: FieldValue | undefined,
): boolean {
  if (typeof value !== 'number') return false;
  const unit = kind === 'seconds' ? 1000 : 1;
  return value >= min * unit && value <= max * unit && (kind === 'seconds' || Number.isInteger(value));
}

export function isSame(one: FieldValue | undefined, other: FieldValue | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What has been typed in fields that are shown: what the others hide is not asked for, and stays as it was. */
export function shownOf(parts: readonly Part[], began: Values, typed: Values): Values {
  const values = { ...began, ...typed };
  const hidden = parts
    .flatMap(({ fields }) => fields)
    .filter(({ when }) => when?.(values) === false)
    .map(({ key }) => key);
  return Object.fromEntries(Object.entries(typed).filter(([key]) => !hidden.includes(key)));
}

/** What is lacking, or out of its bounds, in the fields that are shown. */
export function typedFaults(parts: readonly Part[], values: Values, text: Words): Map<string, string> {
  const faults = new Map<string, string>();
  for (const one of parts.flatMap(({ fields }) => fields)) {
    if (one.when?.(values) === false) continue;
    const value = values[one.key];
    const isEmpty =
      value === '' ||
      value === null ||
      ((one.kind === 'pick' || one.kind === 'choices') && idsOf(value).length === 0);
    if (isEmpty && one.required === true) faults.set(one.key, text.t('admin.required'));
    else if (isNumber(one) && value !== null && !isWithin(one, value))
      faults.set(one.key, text.t('admin.between', { min: one.min, max: one.max }));
    else {
      const wrong = one.wrong?.(value, values) ?? null;
      if (wrong !== null) faults.set(one.key, text.t(wrong));
    }
  }
  return faults;
}

/** Where the server has found something wrong (`errors` of its problem document). */
export function refusedPaths({ details }: CommandError): string[] {
  const { errors } = details;
  return Array.isArray(errors) ? errors.map(({ path }: { path?: unknown }) => String(path)) : [];
}

/** What the server says of single fields (`errors` of its problem document). */
export function faultsOf(error: CommandError, fields: readonly Field[], wrong: string): Map<string, string> {
  const faults = new Map<string, string>();
  for (const path of refusedPaths(error)) {
    const one = fields.find(({ key, path: named = key }) => path === named || path.startsWith(`${named}.`));
    if (one !== undefined) faults.set(one.key, wrong);
  }
  return faults;
}
