import { SipHeaders, splitOutsideQuotes } from './sip-headers.ts';
import type { ParsedRequest, ParsedResponse, SipRequest } from './sip-message.ts';
import { parseNameAddress, parseUri } from './sip-uri.ts';
import { parseVia } from './via.ts';

/** What came out of one datagram or WebSocket message. */
export type Parsed =
  | { readonly kind: 'request'; readonly request: ParsedRequest }
  | { readonly kind: 'response'; readonly response: ParsedResponse }
  /** A request that can be answered, with the status that it deserves; the headers are as they came. */
  | {
      readonly kind: 'refused';
      readonly status: 400 | 505;
      readonly reason: string;
      readonly request: SipRequest;
    }
  /** RFC 5626 §4.4.1: CRLF CRLF asks for one CRLF. */
  | { readonly kind: 'keep-alive'; readonly ping: boolean }
  | { readonly kind: 'dropped'; readonly reason: string };

const TOKEN = /^[A-Za-z0-9\-.!%*_+`'~]+$/;
/** More than any real message has: a bound on the work that one message can make. */
const MAX_HEADERS = 256;
const MAX_HEADER_BYTES = 32_768;
/** Headers that may stand only once (RFC 3261 §7.3.1 says no list for these). */
const SINGLE = ['from', 'to', 'call-id', 'cseq', 'max-forwards', 'content-length', 'content-type'] as const;

class Refusal extends Error {
  readonly status: 400 | 505;
  constructor(reason: string, status: 400 | 505 = 400) {
    super(reason);
    this.status = status;
  }
}

/** Parses one message. Tolerates what RFC 4475 says can be read, refuses what is ambiguous. Never throws. */
export function parseMessage(data: Buffer): Parsed {
  let start = 0;
  while (start < data.length && (data[start] === 13 || data[start] === 10)) start++;
  if (start === data.length) return { kind: 'keep-alive', ping: data.length >= 4 };
  const end = endOfHeaders(data, start);
  const headEnd = end?.at ?? data.length;
  if (headEnd - start > MAX_HEADER_BYTES)
    return { kind: 'dropped', reason: 'the header section is too long' };
  const lines = data
    .toString('utf8', start, headEnd)
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/);
  const first = lines.shift() ?? '';
  if (lines.length > MAX_HEADERS) return { kind: 'dropped', reason: 'too many headers' };

  const headers = new SipHeaders();
  let broken: string | null = null;
  for (const line of lines) {
    if (line === '') continue;
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trim();
    if (colon < 0 || !TOKEN.test(name)) broken ??= 'malformed header line';
    else headers.append(name, line.slice(colon + 1).trim());
  }
  const rest = data.subarray(end?.next ?? data.length);

  if (/^SIP\//i.test(first)) {
    try {
      if (broken) throw new Refusal(broken);
      return { kind: 'response', response: readResponse(first, headers, rest) };
    } catch (error) {
      return { kind: 'dropped', reason: error instanceof Error ? error.message : 'malformed response' };
    }
  }
  const [method = '', uri = '', version = ''] = first.split(' ');
  if (!TOKEN.test(method) || !/^SIP\/\d+\.\d+$/i.test(first.trimEnd().split(' ').at(-1) ?? '')) {
    return { kind: 'dropped', reason: 'no SIP start line' };
  }
  try {
    if (!/^SIP\/2\.0$/i.test(first.trimEnd().split(' ').at(-1) ?? '')) {
      throw new Refusal('Version Not Supported', 505);
    }
    if (first.split(' ').length !== 3 || !/^SIP\/2\.0$/i.test(version))
      throw new Refusal('malformed Request-Line');
    if (broken) throw new Refusal(broken);
    return { kind: 'request', request: readRequest(method, uri, headers, rest) };
  } catch (error) {
    const request: SipRequest = { kind: 'request', method, uri, headers, body: '' };
    // An ACK is never answered (RFC 3261 §17.1.1.3).
    if (method === 'ACK' || !(error instanceof Refusal)) {
      return { kind: 'dropped', reason: error instanceof Error ? error.message : 'malformed request' };
    }
    return { kind: 'refused', status: error.status, reason: error.message, request };
  }
}

/** The blank line; a bare LF is taken for CRLF. */
function endOfHeaders(data: Buffer, from: number): { at: number; next: number } | null {
  const crlf = data.indexOf('\r\n\r\n', from, 'latin1');
  const lf = data.indexOf('\n\n', from, 'latin1');
  if (crlf >= 0 && (lf < 0 || crlf < lf)) return { at: crlf, next: crlf + 4 };
  return lf >= 0 ? { at: lf, next: lf + 2 } : null;
}

function readRequest(method: string, uri: string, headers: SipHeaders, rest: Buffer): ParsedRequest {
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:[\x21\x23-\x3b\x3d\x3f-\x7e]+$/.test(uri))
    throw new Refusal('malformed Request-URI');
  const known = /^(?:sips?|tel):/i.test(uri) ? parseUri(uri) : null;
  if (!known && /^(?:sips?|tel):/i.test(uri)) throw new Refusal('malformed Request-URI');
  // A Request-URI has no headers (RFC 3261 §19.1.1).
  if (known?.headers !== null && known?.headers !== undefined)
    throw new Refusal('headers in the Request-URI');
  const { via, from, to, callId, cseq } = readEnvelope(headers);
  if (cseq.method !== method) throw new Refusal('CSeq names another method');
  const forwards = headers.get('max-forwards');
  if (forwards !== undefined && !/^\d{1,10}$/.test(forwards)) throw new Refusal('malformed Max-Forwards');
  for (const contact of headers.list('contact')) {
    if (contact !== '*' && !parseNameAddress(contact)) throw new Refusal('malformed Contact');
  }
  const body = readBody(headers, rest);
  return { kind: 'request', method, uri, headers, body, via, from, to, callId, cseq };
}

function readResponse(first: string, headers: SipHeaders, rest: Buffer): ParsedResponse {
  const match = /^SIP\/2\.0 ([1-6]\d\d)(?: (.*))?$/is.exec(first);
  if (!match) throw new Refusal('malformed Status-Line');
  const { via, from, to, callId, cseq } = readEnvelope(headers);
  const [status, reason, body] = [Number(match[1]), match[2] ?? '', readBody(headers, rest)];
  return { kind: 'response', status, reason, headers, body, via, from, to, callId, cseq };
}

function readEnvelope(headers: SipHeaders): Pick<ParsedRequest, 'via' | 'from' | 'to' | 'callId' | 'cseq'> {
  for (const name of SINGLE) {
    if (headers.all(name).length > 1) throw new Refusal(`more than one ${name} header`);
  }
  const top = headers.get('via');
  const via = top === undefined ? null : parseVia((splitOutsideQuotes(top, ',') ?? [])[0] ?? '');
  if (!via) throw new Refusal(top === undefined ? 'missing Via' : 'malformed Via');
  const from = parseNameAddress(headers.get('from') ?? '');
  if (!from) throw new Refusal(headers.has('from') ? 'malformed From' : 'missing From');
  const to = parseNameAddress(headers.get('to') ?? '');
  if (!to) throw new Refusal(headers.has('to') ? 'malformed To' : 'missing To');
  const callId = headers.get('call-id');
  if (!callId || /\s/.test(callId) || callId.length > 512) throw new Refusal('missing or malformed Call-ID');
  const cseq = /^(\d{1,10})\s+([^\s]+)$/.exec(headers.get('cseq') ?? '');
  const number = Number(cseq?.[1]);
  // RFC 3261 §8.1.1.5: less than 2**31.
  if (!cseq || number >= 2 ** 31) throw new Refusal('missing or malformed CSeq');
  return { via, from, to, callId, cseq: { number, method: cseq[2] ?? '' } };
}

/** The body as long as Content-Length says; what follows in the datagram is dropped (RFC 3261 §18.3). */
function readBody(headers: SipHeaders, rest: Buffer): string {
  const length = headers.get('content-length');
  if (length === undefined) return rest.toString('utf8');
  if (!/^\d{1,9}$/.test(length)) throw new Refusal('malformed Content-Length');
  if (Number(length) > rest.length) throw new Refusal('Content-Length is larger than the message');
  return rest.toString('utf8', 0, Number(length));
}
