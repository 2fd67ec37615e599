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
