import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../../core/kernel/clock.ts';
import { type DigestAlgorithm, digestResponse, parseAuthHeader } from './digest.ts';
import type { SipRequest } from './sip-message.ts';
import { parseUri } from './sip-uri.ts';

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
  /** Right, but made for another Request-URI (RFC 7616 §3.4.6). */
  | { readonly kind: 'misdirected'; readonly username: string }
  | { readonly kind: 'wrong'; readonly username: string };

const NONCE_MS = 300_000;
/** Counters that are kept; the oldest go first and make their nonce stale. */
const MAX_COUNTERS = 20_000;

/**
 * Digest authentication as the server (RFC 3261 §22, RFC 8760): nonces are signed, carry their time and are good only where
 * they were given, so that nothing has to be kept for a request that is only challenged; the counter of each used nonce is kept
 * against replays. `from` is the network of who asks.
 */
export class DigestServer {
  readonly #realm: string;
  readonly #clock: Clock;
  readonly #key = randomBytes(32);
  readonly #counters = new Map<string, number>();
  /** Nonces of this time and before whose counter is not kept may have been used, ms. */
  #forgottenUntil = 0;

  constructor(realm: string, clock: Clock) {
    this.#realm = realm;
    this.#clock = clock;
  }

  /**
   * Values of WWW-Authenticate, best first (RFC 8760 §2.4). Who is not known gets the same as everybody else.
   */
  challenges(algorithms: readonly DigestAlgorithm[], stale: boolean, from: string): string[] {
    const nonce = this.#nonce(from);
    return algorithms.map(
      (algorithm) =>
        `Digest realm="${this.#realm}", nonce="${nonce}", algorithm=${algorithm}, qop="auth"${stale ? ', stale=true' : ''}`,
    );
  }

  /** Checks the Authorization of a request; `secretOf` gives null for users who do not exist. */
  verify(
    request: SipRequest,
    from: string,
    secretOf: (username: string) => DigestSecret | null,
  ): DigestVerdict {
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
      ha1: ha1 ?? '0'.repeat(algorithm === 'MD5' ? 32 : 64),
      method: request.method,
      uri,
      nonce,
      qop: { nc, cnonce },
    });
    const given = Buffer.from((params.get('response') ?? '').toLowerCase());
    const right = given.length === expected.length && timingSafeEqual(given, Buffer.from(expected));
    if (!ha1 || !right) return wrong;
    if (!isSameResource(uri, request.uri)) return { kind: 'misdirected', username };
    if (!this.#fresh(nonce, from) || this.#used(nonce, count)) return { kind: 'stale' };
    this.#count(nonce, count);
    return { kind: 'ok', username };
  }

  /** Whether a request answers a challenge that its sender got from us, be it right or wrong: who forges addresses cannot. */
  wasChallenged(request: SipRequest, from: string): boolean {
    const nonce = this.#credential(request)?.get('nonce');
    return nonce !== undefined && this.#fresh(nonce, from);
  }

  #credential(request: SipRequest): ReadonlyMap<string, string> | undefined {
    return request.headers
      .all('authorization')
      .map(parseAuthHeader)
      .find((header) => header?.scheme === 'digest' && header.params.get('realm') === this.#realm)?.params;
  }

  #nonce(from: string): string {
    const body = `${this.#clock.now().toString(36)}.${randomBytes(9).toString('hex')}`;
    return `${body}.${this.#sign(body, from)}`;
  }

  #sign(body: string, from: string): string {
    return createHmac('sha256', this.#key).update(`${body} ${from}`).digest('hex').slice(0, 32);
  }

  #fresh(nonce: string, from: string): boolean {
    const [time = '', random = '', signature = ''] = nonce.split('.');
    const expected = Buffer.from(this.#sign(`${time}.${random}`, from));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
    return this.#isYoung(nonce);
  }

  #isYoung(nonce: string): boolean {
    const age = this.#clock.now() - timeOf(nonce);
    return age >= 0 && age <= NONCE_MS;
  }

  #used(nonce: string, count: number): boolean {
    const last = this.#counters.get(nonce);
    return last === undefined ? timeOf(nonce) <= this.#forgottenUntil : count <= last;
  }

  #count(nonce: string, count: number): void {
    this.#counters.delete(nonce);
    this.#counters.set(nonce, count);
    for (const old of this.#counters.keys()) {
      if (this.#counters.size <= MAX_COUNTERS && this.#isYoung(old)) break;
      this.#counters.delete(old);
      this.#forgottenUntil = Math.max(this.#forgottenUntil, timeOf(old));
    }
  }
}

/** When a nonce of ours was made, ms since the epoch. */
function timeOf(nonce: string): number {
  return Number.parseInt(nonce, 36);
}

function algorithmOf(name: string | undefined): DigestAlgorithm | null {
  const upper = (name ?? 'MD5').toUpperCase();
  return upper === 'MD5' || upper === 'SHA-256' ? upper : null;
}

/** Parameters and a port that is spelled out may have come or gone on the way (RFC 3261 §22.4 item 1). */
function isSameResource(uri: string, requestUri: string): boolean {
  if (uri === requestUri) return true;
  const [ours, theirs] = [parseUri(requestUri), parseUri(uri)];
  if (ours === null || theirs === null) return false;
  const place = ({ scheme, user, host, port }: NonNullable<ReturnType<typeof parseUri>>): string =>
    `${scheme}:${user ?? ''}@${host.toLowerCase()}:${port ?? (scheme === 'sips' ? 5061 : 5060)}`;
  return place(ours) === place(theirs);
}
