import type { JobKind } from '../../core/ports/jobs.ts';
import { PasswordResetRequest } from '../../contract/password-reset.ts';

/** Looks for who has the address, and sends each a link of their own, made only then. */
export const resetMail: JobKind<PasswordResetRequest> = {
  name: 'password-reset-mail',
  payload: PasswordResetRequest,
  attempts: 5,
};
