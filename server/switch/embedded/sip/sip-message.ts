import type { Flow } from './flow.ts';
import type { SipHeaders } from './sip-headers.ts';
import type { NameAddress } from './sip-uri.ts';
import type { Via } from './via.ts';

export interface SipRequest {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: string;
  readonly headers: SipHeaders;
  readonly body: string;
}

export interface SipResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
  readonly headers: SipHeaders;
  readonly body: string;
}

/** What every message carries, parsed once by the parser (RFC 3261 §8.1.1). */
interface Envelope {
  /** The topmost Via. */
  readonly via: Via;
  readonly from: NameAddress;
  readonly to: NameAddress;
  readonly callId: string;
  readonly cseq: { readonly number: number; readonly method: string };
}

export type ParsedRequest = SipRequest & Envelope;
export type ParsedResponse = SipResponse & Envelope;

/** A request with the way that it came by and the way that its responses go. */
export type InboundRequest = ParsedRequest & { readonly flow: Flow; readonly replyFlow: Flow };
export type InboundResponse = ParsedResponse & { readonly flow: Flow };

/**
 * A request with its way. Written out, as in the parser: an engine gives each object that is spread twice a shape of its own,
 * which is garbage that only a full collection finds.
 */
export function inbound(request: ParsedRequest, flow: Flow, replyFlow: Flow): InboundRequest {
  const { kind, method, uri, headers, body, via, from, to, callId, cseq } = request;
  return { kind, method, uri, headers, body, via, from, to, callId, cseq, flow, replyFlow };
}

/** What is enough to answer a request again. */
export function withoutBody(request: InboundRequest): InboundRequest {
  const { kind, method, uri, headers, via, from, to, callId, cseq, flow, replyFlow } = request;
  return { kind, method, uri, headers, body: '', via, from, to, callId, cseq, flow, replyFlow };
}

/** A response with its way. */
export function inboundResponse(response: ParsedResponse, flow: Flow): InboundResponse {
  const { kind, status, reason, headers, body, via, from, to, callId, cseq } = response;
  return { kind, status, reason, headers, body, via, from, to, callId, cseq, flow };
}
