import * as z from 'zod/mini';
import { NewPassword } from './login.ts';
import { Locale, atMost } from './wire.ts';

/** POST /password-resets. The answer is the same whether somebody has that address or not. */
export const PasswordResetRequest = z.object({
  team: z.string().check(z.trim(), z.minLength(1), z.maxLength(64)),
  email: z.string().check(z.trim(), z.minLength(3), atMost(254)),
  /** Of the mail. */
  locale: z._default(Locale, 'en'),
});
export type PasswordResetRequest = z.infer<typeof PasswordResetRequest>;

/** POST /password-resets/complete, with the token of the link; once, within half an hour. */
export const PasswordResetCompletion = z.object({
  token: z.string().check(z.minLength(1), z.maxLength(200)),
  newPassword: NewPassword,
});
export type PasswordResetCompletion = z.infer<typeof PasswordResetCompletion>;
