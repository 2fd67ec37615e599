import * as z from 'zod/mini';
import { REFUSAL_CODES } from '../vocabulary/refusal-codes.ts';

/** Every way in which a request can fail: the refusals of the whole house. */
export const ProblemCode = z.enum(REFUSAL_CODES);
export type ProblemCode = z.infer<typeof ProblemCode>;

/** application/problem+json (RFC 9457) with `code` as the extension that clients act on. */
export const Problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: ProblemCode,
  detail: z.string(),
  /** Correlation id, also in the server's log. */
  instance: z.string(),
  retryable: z.boolean(),
  retryAfterMs: z.optional(z.number()),
  errors: z.optional(z.array(z.object({ path: z.string(), message: z.string() }))),
});
export type Problem = z.infer<typeof Problem>;
