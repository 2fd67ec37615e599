/** What a field of a team's own takes. */
export const FIELD_TYPES = ['text', 'multiline', 'number', 'date', 'choice', 'boolean'] as const;
export type FieldType = (typeof FIELD_TYPES)[number];
