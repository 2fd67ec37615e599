import { randomBytes } from 'node:crypto';
import { type DigestAlgorithm, digestHash, digestResponse, parseAuthHeader } from './digest.ts';
import type { SipHeaders } from './sip-headers.ts';
import { quote } from './sip-uri.ts';

export interface DigestCredential {
  readonly username: string;
  readonly password: string;
}

/**
 * Answers the challenges of a 401 or 407: the header to add to the repeated request, null when there is none that we can
 * answer (RFC 3261 §22.2, RFC 8760 §2.4: the topmost that is understood).
 */
export function answerChallenge(
  response: { readonly status: number; readonly headers: SipHeaders },
  request: { readonly method: string; readonly uri: string },
  credential: DigestCredential,
): readonly [name: string, value: string] | null {
  const proxy = response.status === 407;
  for (const text of response.headers.all(proxy ? 'proxy-authenticate' : 'www-authenticate')) {
    const challenge = parseAuthHeader(text);
    const algorithm = (challenge?.params.get('algorithm') ?? 'MD5').toUpperCase();
    if (challenge?.scheme !== 'digest' || !isKnown(algorithm)) continue;
    const { params } = challenge;
    const offered = params.get('qop');
    const qops = (offered ?? '').split(',').map((qop) => qop.trim().toLowerCase());
    if (offered !== undefined && !qops.includes('auth')) continue;
    const realm = params.get('realm') ?? '';
    const nonce = params.get('nonce') ?? '';
    const qop = offered === undefined ? null : { nc: '00000001', cnonce: randomBytes(8).toString('hex') };
    const value = digestResponse({
      algorithm,
      ha1: digestHash(algorithm, `${credential.username}:${realm}:${credential.password}`),
      method: request.method,
      uri: request.uri,
      nonce,
      ...(qop ? { qop } : {}),
    });
    const parts = [
      `username=${quote(credential.username)}`,
      `realm=${quote(realm)}`,
      `nonce=${quote(nonce)}`,
      `uri=${quote(request.uri)}`,
      `response="${value}"`,
      `algorithm=${algorithm}`,
    ];
    if (qop) parts.push('qop=auth', `nc=${qop.nc}`, `cnonce="${qop.cnonce}"`);
    const opaque = params.get('opaque');
    if (opaque !== undefined) parts.push(`opaque=${quote(opaque)}`);
    return [proxy ? 'Proxy-Authorization' : 'Authorization', `Digest ${parts.join(', ')}`];
  }
  return null;
}

function isKnown(algorithm: string): algorithm is DigestAlgorithm {
  return algorithm === 'MD5' || algorithm === 'SHA-256';
}
