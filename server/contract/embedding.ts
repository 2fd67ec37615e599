import * as z from 'zod/mini';
import { Timestamp, atMost } from './wire.ts';
import { NewSecretRequest } from './webhooks.ts';

// Which pages of others may use a team, and the secret with which their back end signs who somebody is.

/** An exact origin as in `https://crm.example`, or one with any port as in `http://localhost:*`. */
const Origin = z.string().check(
  z.trim(),
  atMost(300),
  z.refine(isOriginPattern, 'Must be an origin, as in https://crm.example or http://localhost:*'),
  z.overwrite((text) => text.toLowerCase()),
);

/** Nothing but these is a pattern, so that no list can be opened by accident. */
export function isOriginPattern(text: string): boolean {
  const origin = text.replace(/:\*$/, '').toLowerCase();
  return /^https?:\/\/[^*]+$/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin;
}

export const EmbeddingSetUp = z.object({
  /** Short name of the team, for tokens and logins. */
  team: z.string(),
  origins: z.array(z.string()),
  /** Whether the operator has set the origins (TELEBAR_ORIGINS): they cannot be changed here. */
  fixed: z.boolean(),
  /** Until then tokens that were signed with the secret of before count as well; null: there is none. */
  previousSecretUntil: z.nullable(Timestamp),
  /** That of the team's set-up. */
  version: z.number(),
});
export type EmbeddingSetUp = z.infer<typeof EmbeddingSetUp>;

/** PATCH /set-up/embedding. Counts from the next request on. */
export const EmbeddingPatch = z.object({ origins: z.array(Origin).check(z.maxLength(100)) });
export type EmbeddingPatch = z.infer<typeof EmbeddingPatch>;

/** POST /set-up/embedding/secret */
export const NewEmbedSecret = NewSecretRequest;
export type NewEmbedSecret = z.infer<typeof NewEmbedSecret>;

export const EmbeddingMade = z.extend(EmbeddingSetUp, {
  /** The embedding secret. It is told this once. */
  secret: z.string(),
});
export type EmbeddingMade = z.infer<typeof EmbeddingMade>;
