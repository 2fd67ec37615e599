import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../../core/ports/clock.ts';
import { type DigestAlgorithm, digestResponse, parseAuthHeader } from './digest.ts';
import type { SipRequest } from './sip-message.ts';

/** The secrets of one user; hashes of `username:realm:password`, hex. */
export interface DigestSecret {
  readonly ha1: string;
  readonly ha1Sha256?: string;
}

export type DigestVerdict =
  | { readonly kind: 'ok'; readonly username: string }
  /** No credential for us, or of a scheme that we do not ask for. */
  | { readonly kind: 'missing' }
  /** Right or unknown, but with a nonce that has expired or was used up: ask again (RFC 7616 §3.3 `stale`). */
  | { readonly kind: 'stale' }
  | { readonly kind: 'wrong'; readonly username: string };

const NONCE_MS = 300_000;
/** Counters that are kept; the oldest go first and make their nonce stale. */
const MAX_COUNTERS = 20_000;

/**
 * Digest authentication as the server (RFC 3261 §22, RFC 8760): nonces are signed and carry their time, so that nothing has
 * to be kept for a request that is only challenged; the counter of each used nonce is kept against replays.
 */
export class DigestServer {
  readonly #realm: string;
  readonly #clock: Clock;
  readonly #key = randomBytes(32);
  readonly #counters = new Map<string, number>();

  constructor(realm: string, clock: Clock) {
    this.#realm = realm;
    this.#clock = clock;
  }

  /**
   * Values of WWW-Authenticate, best first (RFC 8760 §2.4). Who is not known gets the same as everybody else.
   */
  challenges(algorithms: readonly DigestAlgorithm[], stale: boolean): string[] {
    const nonce = this.#nonce();
    return algorithms.map(
      (algorithm) =>
        `Digest realm="${this.#realm}", nonce="${nonce}", algorithm=${algorithm}, qop="auth"${stale ? ', stale=true' : ''}`,
    );
  }

  /** Checks the Authorization of a request; `secretOf` gives null for users who do not exist. */
  verify(request: SipRequest, secretOf: (username: string) => DigestSecret | null): DigestVerdict {
    const params = this.#credential(request);
    if (!params) return { kind: 'missing' };
    const username = params.get('username') ?? '';
    const nonce = params.get('nonce') ?? '';
    const uri = params.get('uri') ?? '';
    const nc = params.get('nc') ?? '';
    const cnonce = params.get('cnonce') ?? '';
    const algorithm = algorithmOf(params.get('algorithm'));
    const count = Number.parseInt(nc, 16);
    const wrong = { kind: 'wrong', username } as const;
    if (!algorithm || params.get('qop')?.toLowerCase() !== 'auth') return wrong;
    if (!/^[0-9a-fA-F]{8}$/.test(nc) || count < 1 || cnonce === '' || uri === '') return wrong;

    const secret = secretOf(username);
    const ha1 = algorithm === 'MD5' ? secret?.ha1 : secret?.ha1Sha256;
    const expected = digestResponse({
      algorithm,
      // The same work for users who do not exist: the time tells nothing.
      ha1: ha1 ?? '0'.repeat(32),
      method: request.method,
      uri,
      nonce,
      qop: { nc, cnonce },
    });
    const given = Buffer.from((params.get('response') ?? '').toLowerCase());
    const right = given.length === expected.length && timingSafeEqual(given, Buffer.from(expected));
    if (!ha1 || !right) return wrong;
    if (!this.#fresh(nonce)) return { kind: 'stale' };
    if (count <= (this.#counters.get(nonce) ?? 0)) return { kind: 'stale' };
    this.#count(nonce, count);
    return { kind: 'ok', username };
  }

  /** Who a request says it is, by the very credential that `verify` judges; null: it has none for us. */
  claimedBy(request: SipRequest): string | null {
    return this.#credential(request)?.get('username') ?? null;
  }

  #credential(request: SipRequest): ReadonlyMap<string, string> | undefined {
    return request.headers
      .all('authorization')
      .map(parseAuthHeader)
      .find((header) => header?.scheme === 'digest' && header.params.get('realm') === this.#realm)?.params;
  }

  #nonce(): string {
    const body = `${this.#clock.now().toString(36)}.${randomBytes(9).toString('hex')}`;
    return `${body}.${this.#sign(body)}`;
  }

  #sign(body: string): string {
    return createHmac('sha256', this.#key).update(body).digest('hex').slice(0, 32);
  }

  #fresh(nonce: string): boolean {
    const [time = '', random = '', signature = ''] = nonce.split('.');
    const expected = Buffer.from(this.#sign(`${time}.${random}`));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
    const age = this.#clock.now() - Number.parseInt(time, 36);
    return age >= 0 && age <= NONCE_MS;
  }

  #count(nonce: string, count: number): void {
    this.#counters.delete(nonce);
    this.#counters.set(nonce, count);
    for (const old of this.#counters.keys()) {
      if (this.#counters.size <= MAX_COUNTERS && this.#fresh(old)) break;
      this.#counters.delete(old);
    }
  }
}

function algorithmOf(name: string | undefined): DigestAlgorithm | null {
  const upper = (name ?? 'MD5').toUpperCase();
  return upper === 'MD5' || upper === 'SHA-256' ? upper : null;
}
