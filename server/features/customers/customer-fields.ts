import { DomainError } from '../../core/kernel/domain-error.ts';
import type { CustomerRow } from './customers-store.ts';
import type { CustomerField } from '../../core/model/set-up.ts';

type Field = Pick<CustomerField, 'key' | 'type' | 'required' | 'readOnly' | 'options'>;
type Values = CustomerRow['fields'];
type Value = Values[string];

interface FieldError {
  path: string;
  message: string;
}

/**
 * Puts new values over those that are there and checks them against the team's own fields.
 * @param stored what the card has now; null when it is being made, so that required fields must be there
 * @throws DomainError `invalid-request` with `errors` for each field
 */
export function mergeFields(fields: readonly Field[], stored: Values | null, changes: Values): Values {
  const found: FieldError[] = [];
  const merged: Values = { ...stored };
  const known = new Map(fields.map((field) => [field.key, field]));
  for (const [key, value] of Object.entries(changes)) {
    // As it was: also of a field or an option that is there no more.
    if (stored !== null && key in stored && value === stored[key]) continue;
    const field = known.get(key);
    if (field === undefined) {
      found.push({ path: `fields.${key}`, message: 'The team has no such field' });
      continue;
    }
    const checked = check(field, value);
    if ('message' in checked) found.push({ path: `fields.${key}`, message: checked.message });
    else if (field.readOnly && checked.value !== (stored?.[key] ?? null)) {
      found.push({ path: `fields.${key}`, message: 'This field cannot be changed here' });
    } else merged[key] = checked.value;
  }
  for (const field of fields) {
    const judged = stored === null || field.key in changes;
    // Nobody at a desk could fill a required field that is read-only.
    if (judged && field.required && !field.readOnly && isEmpty(merged[field.key])) {
      found.push({ path: `fields.${field.key}`, message: 'This field is required' });
    }
  }
  if (found.length > 0) {
    const unique = found.filter((error, n) => found.findIndex((other) => other.path === error.path) === n);
    throw new DomainError('invalid-request', 'Some fields are not filled in correctly.', { errors: unique });
  }
  return merged;
}

function isEmpty(value: Value | undefined): boolean {
  return value === undefined || value === null || value === '';
}

function check(field: Field, value: Value): { value: Value } | { message: string } {
  if (isEmpty(value)) return { value: null };
  switch (field.type) {
    case 'text':
    case 'multiline':
      return typeof value === 'string' ? { value } : { message: 'Must be text' };
    case 'number':
      return typeof value === 'number' && Number.isFinite(value)
        ? { value }
        : { message: 'Must be a number' };
    case 'boolean':
      return typeof value === 'boolean' ? { value } : { message: 'Must be true or false' };
    case 'date':
      return isDate(value) ? { value } : { message: 'Must be a date, as in 2026-11-20' };
    case 'choice': {
      // Kept by its value, so that all its names mean one choice; its value goes before what another is called.
      const option =
        field.options.find((one) => one.value === value) ??
        field.options.find((one) => one.en === value || one['zh-CN'] === value);
      return option ? { value: option.value } : { message: 'Must be one of the choices' };
    }
    default:
      return field.type satisfies never;
  }
}

function isDate(value: Value): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const time = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}
