import { createHash } from 'node:crypto';
import { splitOutsideQuotes } from './sip-headers.ts';
import { unquote } from './sip-uri.ts';

export type DigestAlgorithm = 'MD5' | 'SHA-256';

/** A challenge or a credential: scheme and parameters, names in lower case, values unquoted. */
export interface AuthHeader {
  readonly scheme: string;
  readonly params: ReadonlyMap<string, string>;
}

/** Null when it is no `scheme name=value, …` (RFC 7235 §2.1). */
export function parseAuthHeader(text: string): AuthHeader | null {
  const match = /^\s*([A-Za-z0-9\-.!%*_+`'~]+)\s+(.+)$/s.exec(text);
  const parts = match && splitOutsideQuotes(match[2] ?? '', ',', false);
  if (!match || !parts) return null;
  const params = new Map<string, string>();
  for (const part of parts) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    if (equals < 1) return null;
    const name = part.slice(0, equals).trim().toLowerCase();
    if (params.has(name)) return null;
    params.set(name, unquote(part.slice(equals + 1).trim()));
  }
  return { scheme: (match[1] ?? '').toLowerCase(), params };
}

/** `hash(text)` in lower-case hex. */
export function digestHash(algorithm: DigestAlgorithm, text: string): string {
  return createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text)
    .digest('hex');
}

export interface DigestInput {
  algorithm: DigestAlgorithm;
  /** Hash of `username:realm:password`, hex. */
  ha1: string;
  method: string;
  /** The `uri` parameter, as sent. */
  uri: string;
  nonce: string;
  /** Absent: the form of RFC 2069, without counter. */
  qop?: { nc: string; cnonce: string };
}

/** The `response` of RFC 7616 §3.4.1, with qop `auth` or none. */
export function digestResponse(input: DigestInput): string {
  const ha2 = digestHash(input.algorithm, `${input.method}:${input.uri}`);
  const middle = input.qop ? `${input.qop.nc}:${input.qop.cnonce}:auth:` : '';
  return digestHash(input.algorithm, `${input.ha1}:${input.nonce}:${middle}${ha2}`);
}
