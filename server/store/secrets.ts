import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Starts what is encrypted; no secret of before looks like it. */
const PREFIX = 'sealed:1:';
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** What is stored was encrypted with another secret, or was changed since. */
export class UnreadableSecret extends Error {
  constructor(what: string, options?: ErrorOptions) {
    super(`${what} cannot be decrypted.`, options);
    this.name = 'UnreadableSecret';
  }
}

/**
 * Secrets in rows: encrypted with AES-256-GCM by a key derived from the server's secret (HKDF, RFC 5869), each bound to its
 * place, so that a value cannot be moved to another row. The first key writes; the others, of earlier secrets, only read.
 */
export class Secrets {
  readonly #keys: readonly Buffer[];

  constructor(secret: string, earlier: readonly string[] = []) {
    this.#keys = [secret, ...earlier].map((each) =>
      Buffer.from(hkdfSync('sha256', each, '', 'telebar secrets at rest', 32)),
    );
  }

  /** @param place names the row and column, as in `team.embed_secret/team_1` */
  seal(value: string, place: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, iv).setAAD(Buffer.from(place));
    const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
    return `${PREFIX}${Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url')}`;
  }

  /** A value from before they were encrypted is returned as it is. @throws UnreadableSecret */
  open(stored: string, place: string): string {
    if (!stored.startsWith(PREFIX)) return stored;
    let cause: unknown;
    for (const key of this.#keys) {
      try {
        return decipher(key, stored, place);
      } catch (error) {
        cause = error;
      }
    }
    throw new UnreadableSecret(place, { cause });
  }

  /** Whether it has to be written again: it is plain, or was sealed with an earlier secret. */
  isStale(stored: string, place: string): boolean {
    if (!stored.startsWith(PREFIX)) return true;
    try {
      decipher(this.#key, stored, place);
      return false;
    } catch {
      return true;
    }
  }

  get #key(): Buffer {
    const [key] = this.#keys;
    if (key === undefined) throw new Error('There is no key.');
    return key;
  }
}

function decipher(key: Buffer, stored: string, place: string): string {
  const bytes = Buffer.from(stored.slice(PREFIX.length), 'base64url');
  const iv = bytes.subarray(0, IV_BYTES);
  const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
  const plain = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(place))
    .setAuthTag(tag);
  return Buffer.concat([plain.update(bytes.subarray(IV_BYTES + TAG_BYTES)), plain.final()]).toString('utf8');
}
