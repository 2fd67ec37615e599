import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** `tbk_` and eight letters or digits, by which it is found; then 256 random bits. No session's token looks like it. */
const KEY = /^(tbk_[0-9a-z]{8})_([\w-]{43})$/;
const LETTERS = '0123456789abcdefghijklmnopqrstuvwxyz';

export interface NewKey {
  readonly prefix: string;
  /** All of it, for its owner. */
  readonly secret: string;
  readonly secretHash: string;
}

export function newKey(): NewKey {
  const letters = [...randomBytes(8)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
  const prefix = `tbk_${letters}`;
  const secret = `${prefix}_${randomBytes(32).toString('base64url')}`;
  return { prefix, secret, secretHash: hashOf(secret) };
}

export function isKey(token: string | null): token is string {
  return token !== null && KEY.test(token);
}

/** How a key begins. */
export function prefixOf(key: string): string {
  return KEY.exec(key)?.[1] ?? '';
}

export function isSecret(secret: string, secretHash: string): boolean {
  const [one, other] = [hashOf(secret), secretHash].map((hash) => Buffer.from(hash, 'hex'));
  return one !== undefined && other?.length === one.length && timingSafeEqual(one, other);
}

/** It has full entropy: a slow hash would add nothing. */
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
