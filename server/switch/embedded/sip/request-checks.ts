import { sdpOf } from './body.ts';
import type { InboundRequest } from './sip-message.ts';
import { ALLOW, type ResponseParts } from './write-message.ts';

/** Extensions that a peer may demand of us (RFC 3261 §20.32). Reliable provisional responses are not among them. */
const EXTENSIONS = new Set(['timer']);
const HANDLED = new Set(['INVITE', 'REGISTER', 'OPTIONS', 'BYE', 'UPDATE', 'INFO', 'REFER']);
/** Registered methods that we know and do not take. */
const KNOWN = new Set(['PRACK', 'SUBSCRIBE', 'NOTIFY', 'PUBLISH', 'MESSAGE']);

/**
 * What a request is refused for before anybody looks at its content, in the order of RFC 3261 §8.2; null when it may pass.
 * Not for ACK and CANCEL, which are never refused for these.
 */
export function refusalOf(request: InboundRequest): { status: number; parts: ResponseParts } | null {
  const { method, headers } = request;
  const inDialog = request.to.params.has('tag');
  // A call is passed on within it.
  const isStray = method === 'REFER' && !inDialog;
  if (!HANDLED.has(method) || isStray) {
    const isKnown = KNOWN.has(method) || isStray;
    return { status: isKnown ? 405 : 501, parts: { headers: [['Allow', ALLOW]] } };
  }
  if (!/^(?:sips?|tel):/i.test(request.uri)) return { status: 416, parts: {} };
  if (
    method === 'INVITE' &&
    headers.get('max-forwards') !== undefined &&
    Number(headers.get('max-forwards')) === 0
  ) {
    return { status: 483, parts: {} };
  }
  const unknown = headers.list('require').filter((token) => token && !EXTENSIONS.has(token.toLowerCase()));
  if (unknown.length) return { status: 420, parts: { headers: [['Unsupported', unknown.join(', ')]] } };
  if ((method === 'INVITE' || method === 'UPDATE') && sdpOf(request) === null) {
    return {
      status: 415,
      parts: {
        headers: [
          ['Accept', 'application/sdp'],
          ['Accept-Encoding', 'identity'],
        ],
      },
    };
  }
  // These live in dialogs only (RFC 3261 §15.1.2, RFC 3311 §5.2, RFC 6086 §4.2.1).
  if (!inDialog && (method === 'BYE' || method === 'UPDATE' || method === 'INFO'))
    return { status: 481, parts: {} };
  return null;
}
