import * as z from 'zod/mini';
import { DomainError } from '../core/domain-error.ts';

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
    if (parsed.success) return parsed.data;
    throw new DomainError('invalid-request', `The ${part} of the request is not as documented.`, {
      errors: parsed.error.issues.map(({ path, message }) => ({
        path: [part === 'body' ? '' : part, ...path.map(String)].filter(Boolean).join('.'),
        message,
      })),
    });
  };
}
