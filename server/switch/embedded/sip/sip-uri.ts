import { splitOutsideQuotes } from './sip-headers.ts';

/** A `sip:`, `sips:` or `tel:` URI (RFC 3261 §19.1, RFC 3966). */
export interface SipUri {
  readonly scheme: 'sip' | 'sips' | 'tel';
  /** Unescaped; null when there is none. For `tel:` the number. */
  readonly user: string | null;
  /** '' for `tel:`. IPv6 with its brackets. */
  readonly host: string;
  readonly port: number | null;
  readonly params: ReadonlyMap<string, string>;
  /** What follows `?`, null when there is none. */
  readonly headers: string | null;
  /** As it came: what goes into a Request-URI. */
  readonly text: string;
}

/** An address with its display name and header parameters (RFC 3261 §20.10, §25.1 name-addr). */
export interface NameAddress {
  readonly displayName: string;
  /** Null when the scheme is none that we know; `uriText` has it then. */
  readonly uri: SipUri | null;
  readonly uriText: string;
  readonly params: ReadonlyMap<string, string>;
}

const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*)|\[[0-9A-Fa-f:.]+\])$/;
const TOKEN_WORDS = /^[A-Za-z0-9\-.!%*_+`'~\s\u0080-\uffff]*$/;
const PRINTABLE = /^[\x21\x23-\x3b\x3d\x3f-\x7e]+$/;

/** Escapes of the user part; a broken escape is left as it is. */
function unescape(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * `;a=1;b="x"` to a map with lower-case keys; values unquoted, '' for a parameter without one.
 * Null when a parameter is empty or a quote is left open.
 */
export function parseParams(text: string): Map<string, string> | null {
  const params = new Map<string, string>();
  const trimmed = text.trim();
  if (trimmed === '') return params;
  if (!trimmed.startsWith(';')) return null;
  const parts = splitOutsideQuotes(trimmed.slice(1), ';', false);
  if (!parts) return null;
  for (const part of parts) {
    const equals = part.indexOf('=');
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
    if (name === '' || /[\s"<>,]/.test(name)) return null;
    const value = equals < 0 ? '' : part.slice(equals + 1).trim();
    if (!params.has(name)) params.set(name, unquote(value));
  }
  return params;
}

/** Takes the quotes and backslashes off a quoted string; anything else comes back as it is. */
export function unquote(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"')
    ? text.slice(1, -1).replace(/\\(.)/gs, '$1')
    : text;
}

/** A quoted string of any text (RFC 3261 §25.1); control characters become spaces. */
export function quote(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what has to go
  return `"${text.replace(/[\u0000-\u001f\u007f]/g, ' ').replace(/(["\\])/g, '\\$1')}"`;
}

/** Null when it is no valid URI of a scheme that we know. */
export function parseUri(text: string): SipUri | null {
  if (!PRINTABLE.test(text)) return null;
  const colon = text.indexOf(':');
  const scheme = text.slice(0, colon).toLowerCase();
  if (colon < 0) return null;
  const rest = text.slice(colon + 1);
  if (scheme === 'tel') {
    const [number = '', ...params] = rest.split(';');
    if (!/^[0-9A-Da-d*#+().-]+$/.test(number)) return null;
    const parsed = parseParams(params.length ? `;${params.join(';')}` : '');
    return parsed && { scheme, user: number, host: '', port: null, params: parsed, headers: null, text };
  }
  if (scheme !== 'sip' && scheme !== 'sips') return null;
  // The user part may hold `;`, `?` and `/`, so the last `@` before the headers is looked for first.
  const at = rest.lastIndexOf('@');
  const userInfo = at < 0 ? null : rest.slice(0, at);
  const tail = rest.slice(at + 1);
  const question = tail.indexOf('?');
  const headers = question < 0 ? null : tail.slice(question + 1);
  const address = question < 0 ? tail : tail.slice(0, question);
  const semicolon = address.indexOf(';');
  const hostPort = semicolon < 0 ? address : address.slice(0, semicolon);
  const params = parseParams(semicolon < 0 ? '' : address.slice(semicolon));
  const hostAndPort = parseHostPort(hostPort);
  if (!params || !hostAndPort || userInfo === '') return null;
  const user = userInfo === null ? null : unescape(userInfo.split(':')[0] ?? '');
  return { scheme, user, ...hostAndPort, params, headers, text };
}

/** `host[:port]`; null when either is invalid. */
export function parseHostPort(text: string): { host: string; port: number | null } | null {
  const colon = text.indexOf(':', text.indexOf(']') + 1);
  const host = (colon < 0 ? text : text.slice(0, colon)).trim();
  const digits = colon < 0 ? null : text.slice(colon + 1).trim();
  if (!HOST.test(host) || (digits !== null && !/^\d{1,5}$/.test(digits))) return null;
  const port = digits === null ? null : Number(digits);
  if (port !== null && (port < 1 || port > 65535)) return null;
  return { host, port };
}

/** Null when it is malformed. An unknown scheme is no error: `uri` is null then. */
export function parseNameAddress(text: string): NameAddress | null {
  const value = text.trim();
  const open = indexOutsideQuotes(value, '<');
  if (open === null) return null;
  if (open >= 0) {
    const close = value.indexOf('>', open);
    if (close < 0) return null;
    const display = value.slice(0, open).trim();
    const quoted = display.startsWith('"');
    if (quoted ? !/^"(?:[^"\\]|\\.)*"$/s.test(display) : !TOKEN_WORDS.test(display)) return null;
    const uriText = value.slice(open + 1, close).trim();
    return finish(quoted ? unquote(display) : display, uriText, parseParams(value.slice(close + 1)));
  }
  // Without brackets everything behind the first `;` belongs to the header (RFC 3261 §20.10).
  const semicolon = value.indexOf(';');
  const uriText = (semicolon < 0 ? value : value.slice(0, semicolon)).trim();
  if (uriText.includes('?')) return null;
  return finish('', uriText, semicolon < 0 ? new Map() : parseParams(value.slice(semicolon)));
}

function finish(
  displayName: string,
  uriText: string,
  params: Map<string, string> | null,
): NameAddress | null {
  if (!params || !/^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"]+$/.test(uriText)) return null;
  const uri = parseUri(uriText);
  if (!uri && /^(?:sips?|tel):/i.test(uriText)) return null;
  return { displayName, uri, uriText, params };
}

/** -1: not there; null: a quote is left open. */
function indexOutsideQuotes(text: string, wanted: string): number | null {
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (quoted && char === '\\') at++;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && char === wanted) return at;
  }
  return quoted ? null : -1;
}

/** `"Name" <sip:user@host>`, the name only when there is one. */
export function formatNameAddress(displayName: string, uriText: string, tag?: string): string {
  return `${displayName ? `${quote(displayName)} ` : ''}<${uriText}>${tag ? `;tag=${tag}` : ''}`;
}

/** Escapes what a user part may not hold (RFC 3261 §25.1 `user`). */
export function escapeUser(user: string): string {
  return encodeURIComponent(user).replace(/%2B/g, '+').replace(/%23/g, '%23');
}

/** An address as it stands in a URI, without the brackets of IPv6. */
export function bareAddress(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}
