import * as z from 'zod/mini';
import { RIGHTS } from '../vocabulary/rights.ts';
import { Id, Timestamp, lineOfText, listQuery, pageOf } from './wire.ts';

// Keys with which programs of the team ask, instead of a person. What a key is worth is told once, when it is made.

export const ApiKeySetUp = z.object({
  id: Id,
  name: z.string(),
  /** How the key begins: by this it is found again where it is used. */
  prefix: z.string(),
  rights: z.array(z.enum(RIGHTS)),
  /** The agent who has made it. */
  madeBy: Id,
  createdAt: Timestamp,
  /** null: it does not expire. */
  expiresAt: z.nullable(Timestamp),
  /** To the minute; null: never. */
  lastUsedAt: z.nullable(Timestamp),
  /** null: it is good until it expires. */
  revokedAt: z.nullable(Timestamp),
  version: z.number(),
});
export type ApiKeySetUp = z.infer<typeof ApiKeySetUp>;

/** GET /set-up/api-keys. `revoked`: those that were revoked, instead of those that were not. */
export const ApiKeyListQuery = z.extend(listQuery('name', 'createdAt'), {
  revoked: z.optional(z.enum(['true', 'false'])),
});
export type ApiKeyListQuery = z.infer<typeof ApiKeyListQuery>;
export const ApiKeyPage = pageOf(ApiKeySetUp);

/** POST /set-up/api-keys. No more rights than who makes it has. */
export const ApiKeyInput = z.object({
  name: lineOfText(100, 1),
  rights: z.array(z.enum(RIGHTS)).check(z.minLength(1), z.maxLength(RIGHTS.length)),
  /** null: never. */
  expiresAt: z.nullable(Timestamp),
});
export type ApiKeyInput = z.infer<typeof ApiKeyInput>;

/** PATCH /set-up/api-keys/:id */
export const ApiKeyPatch = z.partial(ApiKeyInput);
export type ApiKeyPatch = z.infer<typeof ApiKeyPatch>;

export const ApiKeyMade = z.extend(ApiKeySetUp, {
  /** What programs send as `Authorization: Bearer`. It is told this once. */
  secret: z.string(),
});
export type ApiKeyMade = z.infer<typeof ApiKeyMade>;
