import * as z from 'zod/mini';
import { DomainError } from '../core/kernel/domain-error.ts';

// The small edition of zod brings no sentences of its own.
z.config(z.locales.en());

export type Schema = z.ZodMiniType;

/**
 * A parser for one part of a request.
 * @param part where the value comes from: `body`, `query` or `path`; prefixes the names of wrong fields
 * @throws DomainError `invalid-request` with `errors`
 */
export function validate<T extends Schema>(part: 'body' | 'query' | 'path', schema: T) {
  return (value: unknown): z.output<T> => {
    const parsed = schema.safeParse(value);
    const unstorable = pathOfNul(parsed.data ?? null);
    if (parsed.success && unstorable === null) return parsed.data;
    const issues = parsed.error?.issues ?? [
      { path: unstorable ?? [], message: 'Must not contain the character U+0000' },
    ];
    throw new DomainError('invalid-request', `The ${part} of the request is not as documented.`, {
      errors: issues.map(({ path, message }) => ({
        path: [part === 'body' ? '' : part, ...path.map(String)].filter(Boolean).join('.'),
        message,
      })),
    });
  };
}

/** Where a text has the one character that PostgreSQL cannot keep in any; null: nowhere. */
function pathOfNul(value: unknown): string[] | null {
  if (typeof value === 'string') return value.includes('\0') ? [] : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const below = pathOfNul(key) ?? pathOfNul(inner);
    if (below !== null) return [key.replaceAll('\0', ''), ...below];
  }
  return null;
}
