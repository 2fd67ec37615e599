import { randomBytes } from 'node:crypto';
import { SipHeaders } from './sip-headers.ts';
import type { InboundRequest, SipRequest, SipResponse } from './sip-message.ts';
import { parseNameAddress } from './sip-uri.ts';

/** Reason phrases (RFC 3261 §21, RFC 4028 §6, RFC 6665); the number is what counts. */
const PHRASES: Readonly<Record<number, string>> = {
  100: 'Trying',
  180: 'Ringing',
  183: 'Session Progress',
  200: 'OK',
  202: 'Accepted',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  415: 'Unsupported Media Type',
  416: 'Unsupported URI Scheme',
  420: 'Bad Extension',
  422: 'Session Interval Too Small',
  423: 'Interval Too Brief',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  482: 'Loop Detected',
  483: 'Too Many Hops',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  491: 'Request Pending',
  500: 'Server Internal Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  505: 'Version Not Supported',
  600: 'Busy Everywhere',
  603: 'Decline',
};

export function phraseOf(status: number): string {
  return PHRASES[status] ?? '';
}

export const PRODUCT = 'Telebar';
/** The methods that the switch answers within or without a dialog. */
export const ALLOW = 'INVITE, ACK, BYE, CANCEL, UPDATE, INFO, OPTIONS, REGISTER';

/** The same, of a session whose peer may ask for a transfer. */
export function allowOf({ onRefer }: { readonly onRefer?: unknown }): string {
  return onRefer ? `${ALLOW}, REFER` : ALLOW;
}

/** A random token for tags, branches and Call-IDs: 96 bits, so that dialogs cannot be guessed. */
export function randomToken(): string {
  return randomBytes(12).toString('base64url').replace(/[-_]/g, 'x');
}

/** The message on the wire, with its Content-Length. Line breaks inside of values become spaces. */
export function writeMessage(message: SipRequest | SipResponse): string {
  const lines = [
    message.kind === 'request'
      ? `${message.method} ${clean(message.uri)} SIP/2.0`
      : `SIP/2.0 ${message.status} ${clean(message.reason)}`,
  ];
  for (const [name, value] of message.headers) {
    if (name !== 'Content-Length') lines.push(`${name}: ${clean(value)}`);
  }
  lines.push(`Content-Length: ${Buffer.byteLength(message.body)}`, '', message.body);
  return lines.join('\r\n');
}

function clean(value: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what must not get onto the wire
  return value.replace(/[\r\n\u0000]+/g, ' ');
}

export interface ResponseParts {
  reason?: string;
  /** Completes the To header unless it has a tag already. */
  toTag?: string;
  headers?: ReadonlyArray<readonly [string, string]>;
  body?: string;
  contentType?: string;
}

/** A response to a request (RFC 3261 §8.2.6). Works on headers that were not understood, too. */
export function createResponse(
  request: SipRequest | InboundRequest,
  status: number,
  parts: ResponseParts = {},
): SipResponse {
  const headers = new SipHeaders();
  for (const via of request.headers.all('via')) headers.append('Via', via);
  // What a broken request did not bring is left out rather than sent empty.
  const copy = (name: string): void => {
    const value = request.headers.get(name);
    if (value !== undefined) headers.append(name, value);
  };
  copy('From');
  const to = request.headers.get('to') ?? '';
  const tagged = parseNameAddress(to)?.params.has('tag') ?? /;\s*tag\s*=/i.test(to);
  if (request.headers.has('to'))
    headers.append('To', tagged || status === 100 || !parts.toTag ? to : `${to};tag=${parts.toTag}`);
  copy('Call-ID');
  copy('CSeq');
  // A response that makes a dialog carries the route back (RFC 3261 §12.1.1).
  if (status > 100 && status < 300 && request.method === 'INVITE') {
    for (const route of request.headers.all('record-route')) headers.append('Record-Route', route);
  }
  headers.append('Server', PRODUCT);
  for (const [name, value] of parts.headers ?? []) headers.append(name, value);
  if (parts.body) headers.append('Content-Type', parts.contentType ?? 'application/sdp');
  return {
    kind: 'response',
    status,
    reason: parts.reason ?? phraseOf(status),
    headers,
    body: parts.body ?? '',
  };
}
