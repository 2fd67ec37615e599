import * as z from 'zod/mini';
import { Id, Timestamp, atMost, lineOfText } from './wire.ts';

// Passkeys (WebAuthn), on pages of this server itself.

const Encoded = (most: number) => z.string().check(z.minLength(1), atMost(most), z.regex(/^[\w-]+$/));
const CREDENTIAL = { id: Encoded(1400), rawId: Encoded(1400), type: z.literal('public-key') };

/** What the browser makes of the question of POST /passkeys/options (AuthenticationResponseJSON). */
export const PasskeyAnswer = z.object({
  ...CREDENTIAL,
  response: z.object({
    clientDataJSON: Encoded(8192),
    authenticatorData: Encoded(8192),
    signature: Encoded(8192),
    userHandle: z.optional(Encoded(200)),
  }),
});
export type PasskeyAnswer = z.infer<typeof PasskeyAnswer>;

/** 200 of both questions: as the browser's API takes it (`publicKey`, in JSON). */
export const PasskeyOptions = z.object({ options: z.looseObject({ challenge: z.string() }) });

export const Passkey = z.object({
  id: Id,
  name: z.string(),
  createdAt: Timestamp,
  lastUsedAt: z.nullable(Timestamp),
});
export type Passkey = z.infer<typeof Passkey>;

/** GET /sessions/current/passkeys */
export const Passkeys = z.object({
  /** For which pages they are: under another address there are none. */
  origin: z.string(),
  items: z.array(Passkey),
});
export type Passkeys = z.infer<typeof Passkeys>;

/** POST /sessions/current/passkeys */
export const NewPasskey = z.object({
  /** As its owner calls it. */
  name: lineOfText(60, 1),
  /** What the browser makes of the question (RegistrationResponseJSON). */
  answer: z.object({
    ...CREDENTIAL,
    response: z.object({
      clientDataJSON: Encoded(8192),
      attestationObject: Encoded(32_768),
      transports: z.optional(z.array(z.string().check(z.maxLength(20))).check(z.maxLength(10))),
    }),
  }),
});
export type NewPasskey = z.infer<typeof NewPasskey>;
