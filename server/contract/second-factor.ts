import * as z from 'zod/mini';
import { atMost } from './wire.ts';

/** Six digits of the app, or one of the codes for emergencies. */
export const Code = z.string().check(z.trim(), z.minLength(6), atMost(32));

/** GET /sessions/current/second-factor */
export const SecondFactorState = z.object({
  /** Whether a login with the password asks for a code. */
  active: z.boolean(),
  /** Codes for emergencies that are left. */
  recoveryCodes: z.number(),
});
export type SecondFactorState = z.infer<typeof SecondFactorState>;

/** POST /sessions/current/second-factor: told this once. */
export const SecondFactorBegun = z.object({
  /** As an app takes it when it is typed (base32). */
  key: z.string(),
  /** otpauth://totp/… */
  uri: z.string(),
});
export type SecondFactorBegun = z.infer<typeof SecondFactorBegun>;

/** POST /sessions/current/second-factor/confirm */
export const ConfirmSecondFactor = z.object({ code: Code });
/** POST /sessions/current/second-factor/remove */
export const RemoveSecondFactor = z.object({
  password: z.string().check(z.minLength(1), z.maxLength(200)),
  code: Code,
});
/** Told this once; each is good once, in place of a code of the app. */
export const RecoveryCodes = z.object({ codes: z.array(z.string()) });
