import { splitOutsideQuotes } from './sip-headers.ts';
import { bareAddress, parseHostPort, parseParams } from './sip-uri.ts';

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

/** Longer than any hop writes it. */
const MAX_VIA = 1_024;

/** Null when it is malformed. */
export function parseVia(text: string): Via | null {
  if (text.length > MAX_VIA) return null;
  const semicolon = text.indexOf(';');
  const hop = (semicolon < 0 ? text : text.slice(0, semicolon)).trim();
  const match = /^SIP\s*\/\s*2\.0\s*\/\s*([A-Za-z0-9\-.!%*_+`'~]+)\s+(\S.*)$/is.exec(hop);
  if (!match) return null;
  const address = parseHostPort(match[2] ?? '');
  const params = parseParams(semicolon < 0 ? '' : text.slice(semicolon));
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
  const wantsPort = via.params.has('rport');
  if (!wantsPort && bareAddress(via.host) === address) return text.trim();
  const [hop = '', ...params] = splitOutsideQuotes(text, ';', false) ?? [text];
  const kept = params
    .filter((param) => nameOf(param) !== 'received')
    .map((param) => (nameOf(param) === 'rport' ? `rport=${port}` : param));
  return [hop, ...kept, `received=${address}`].join(';');
}

function nameOf(param: string): string {
  const equals = param.indexOf('=');
  return (equals < 0 ? param : param.slice(0, equals)).trim().toLowerCase();
}
