import { parseHostPort, parseParams } from './sip-uri.ts';

/** One hop (RFC 3261 §20.42). */
export interface Via {
  readonly transport: string;
  readonly host: string;
  readonly port: number | null;
  readonly params: ReadonlyMap<string, string>;
  /** '' in messages of RFC 2543 elements. */
  readonly branch: string;
}

/** Branches that are unique as RFC 3261 §8.1.1.7 wants them start with this. */
export const BRANCH_COOKIE = 'z9hG4bK';

/** Null when it is malformed. */
export function parseVia(text: string): Via | null {
  const match = /^SIP\s*\/\s*2\.0\s*\/\s*([A-Za-z0-9\-.!%*_+`'~]+)\s+([^;]+?)\s*(;.*)?$/is.exec(text.trim());
  if (!match) return null;
  const address = parseHostPort(match[2] ?? '');
  const params = parseParams(match[3] ?? '');
  if (!address || !params) return null;
  return {
    transport: (match[1] ?? '').toUpperCase(),
    ...address,
    params,
    branch: params.get('branch') ?? '',
  };
}

/** The Via as the server writes it back, with where the request really came from (RFC 3261 §18.2.1, RFC 3581 §4). */
export function stampVia(text: string, via: Via, address: string, port: number): string {
  let stamped = text.trim();
  if (via.params.has('rport')) {
    stamped = stamped.replace(/;\s*rport\s*(=\s*\d*)?(?=\s*(;|$))/i, `;rport=${port}`);
  }
  if (via.params.has('rport') || via.host.replace(/^\[|\]$/g, '') !== address) {
    stamped = stamped.replace(/;\s*received\s*=\s*[^;]*/i, '') + `;received=${address}`;
  }
  return stamped;
}
