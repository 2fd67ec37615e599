import * as z from 'zod/mini';
import { PasskeyAnswer } from './passkeys.ts';
import { Code } from './second-factor.ts';

// What people prove themselves with. Pages only send it: none of it is loaded with them.

const Password = z.string().check(z.minLength(1), z.maxLength(200));
/** One that is chosen from now on. */
export const NewPassword = z.string().check(z.minLength(8), z.maxLength(200));

/** What a page brings back from the provider of its team. */
const SignOnLogin = z.object({
  /** Of POST /single-sign-on. */
  secret: z.string().check(z.minLength(1), z.maxLength(100)),
  /** The query with which the provider has led back, without its question mark. */
  response: z.string().check(z.minLength(1), z.maxLength(8192)),
  /** Of the second factor, where one is asked for as well (`code-required`). */
  code: z.optional(Code),
  /** In place of the code. */
  passkey: z.optional(PasskeyAnswer),
});
export type SignOnLogin = z.infer<typeof SignOnLogin>;

/**
 * POST /sessions. With a token: one that the host's back end has signed (HS256, claims team, sub, iat, exp, jti). `newPassword` takes the
 * place of the password: of one that somebody else has made it has to (`password-must-change`).
 */
export const LoginRequest = z.union([
  z.object({
    team: z.string().check(z.trim(), z.minLength(1), z.maxLength(64)),
    username: z.string().check(z.trim(), z.minLength(1), z.maxLength(64)),
    password: Password,
    newPassword: z.optional(NewPassword),
    /** Of the second factor, where there is one (`code-required`). */
    code: z.optional(Code),
    /** In place of the code, on pages of this server. */
    passkey: z.optional(PasskeyAnswer),
  }),
  z.object({ token: z.string().check(z.minLength(1), z.maxLength(4096)) }),
  z.object({ singleSignOn: SignOnLogin }),
  z.object({ passkey: PasskeyAnswer }),
]);
export type LoginRequest = z.infer<typeof LoginRequest>;

/** POST /sessions/end */
export const EndRequest = z.object({ ticket: z.string().check(z.minLength(1), z.maxLength(2048)) });
export type EndRequest = z.infer<typeof EndRequest>;

/** What who has a session proves again that they are there with. */
export const PasswordProof = z.object({ password: Password });

/** POST /sessions/current/unlock. `newPassword` takes the place of a password that somebody else has made. */
export const UnlockRequest = z.object({
  password: Password,
  newPassword: z.optional(NewPassword),
  /** Of the second factor, where there is one, beside `newPassword` (`code-required`). */
  code: z.optional(Code),
});
export type UnlockRequest = z.infer<typeof UnlockRequest>;

/** What takes the place of a password that somebody else has made. */
export interface PasswordRenewal {
  password: string;
  newPassword: string;
  code: string | undefined;
}

/** POST /sessions/current/password */
export const ChangePasswordRequest = z.object({ password: Password, newPassword: NewPassword });
export type ChangePasswordRequest = z.infer<typeof ChangePasswordRequest>;
