import type { EntitySchemaColumnOptions } from 'typeorm';

/**
 * PostgreSQL hands `bigint` over as text because it may be larger than a JavaScript integer; our times in ms and
 * durations never are.
 */
const wholeNumber = {
  to: (value: number | null | undefined) => value,
  from: (value: string | number | null) => (value === null ? null : Number(value)),
};

/** Id of at most 64 characters. */
export const id: EntitySchemaColumnOptions = { type: 'varchar', length: 64 };
export const primaryId: EntitySchemaColumnOptions = { ...id, primary: true };
export const text: EntitySchemaColumnOptions = { type: 'text' };
export const integer: EntitySchemaColumnOptions = { type: 'integer' };
export const flag: EntitySchemaColumnOptions = { type: 'boolean' };
/** Time (ms since the epoch) or duration in ms. */
export const milliseconds: EntitySchemaColumnOptions = { type: 'bigint', transformer: wholeNumber };
/** Any JSON value, kept as text so that both databases treat it alike. */
export const json: EntitySchemaColumnOptions = {
  type: 'text',
  transformer: {
    to: (value: unknown) => (value === undefined ? undefined : JSON.stringify(value)),
    from: (value: string | null) => (value === null ? null : (JSON.parse(value) as unknown)),
  },
};
export function nullable(column: EntitySchemaColumnOptions): EntitySchemaColumnOptions {
  return { ...column, nullable: true };
}
