import type { Customer, CustomerInput, CustomerPatch } from '../../../server/contract/customer.ts';
import type { CustomField } from '../../../server/contract/session.ts';

type FieldValue = string | number | boolean | null;
export type StandardKey = 'name' | 'company' | 'email' | 'address' | 'note';
export const STANDARD_KEYS: readonly StandardKey[] = ['name', 'company', 'email', 'address', 'note'];

/** What the agent has changed and the server has not taken yet. */
export interface CustomerDraft extends Partial<Record<StandardKey, string>> {
  readonly numbers?: readonly string[];
  readonly fields?: Readonly<Record<string, FieldValue>>;
}

export const EMPTY_DRAFT: CustomerDraft = {};

export function isEmpty(draft: CustomerDraft): boolean {
  return Object.keys(draft).length === 0;
}

export function standardValue(customer: Customer | null, draft: CustomerDraft, key: StandardKey): string {
  return draft[key] ?? customer?.[key] ?? '';
}

/** A new customer starts with the number of the call. */
export function numbersValue(
  customer: Customer | null,
  draft: CustomerDraft,
  called: string,
): readonly string[] {
  return draft.numbers ?? customer?.numbers ?? (called === '' ? [] : [called]);
}

export function fieldValue(customer: Customer | null, draft: CustomerDraft, key: string): FieldValue {
  const changed = draft.fields?.[key];
  return changed !== undefined ? changed : (customer?.fields[key] ?? null);
}

export function withField(draft: CustomerDraft, key: string, value: FieldValue): CustomerDraft {
  return { ...draft, fields: { ...draft.fields, [key]: value } };
}

/** Keys of required fields that have no value; a name is needed only where there is no number. */
export function missingKeys(
  customer: Customer | null,
  draft: CustomerDraft,
  fields: readonly CustomField[],
  called: string,
): ReadonlySet<string> {
  const missing = new Set<string>();
  const numbered = numbersValue(customer, draft, called).some((number) => number.trim() !== '');
  if (!numbered && standardValue(customer, draft, 'name').trim() === '') missing.add('name');
  for (const field of fields) {
    const value = fieldValue(customer, draft, field.key);
    if (field.required && !field.readOnly && (value === null || value === '')) missing.add(field.key);
  }
  return missing;
}

export function toInput(draft: CustomerDraft, called: string): CustomerInput {
  const { numbers: _numbers, fields, ...texts } = draft;
  return {
    ...texts,
    name: (draft.name ?? '').trim(),
    numbers: numbersValue(null, draft, called).filter((number) => number.trim() !== ''),
    ...(fields === undefined ? {} : { fields: { ...fields } }),
  };
}

/** `version`: the one that the changes were made on, or the newer one to overwrite. */
export function toPatch(draft: CustomerDraft, version: number): CustomerPatch {
  const { numbers, fields, ...texts } = draft;
  return {
    ...texts,
    ...(numbers === undefined ? {} : { numbers: numbers.filter((number) => number.trim() !== '') }),
    ...(fields === undefined ? {} : { fields: { ...fields } }),
    version,
  };
}
