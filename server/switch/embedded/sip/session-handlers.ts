import type { ServerTransaction } from './server-transaction.ts';

/** How the far side ended a session, or how it was lost. */
export type SessionEnd =
  /** `reason` is the Reason header (RFC 3326), '' when there is none. */
  | { readonly kind: 'bye'; readonly reason: string }
  | { readonly kind: 'lost'; readonly why: 'no-ack' | 'session-expired' | 'dialog-gone' };

export interface SessionHandlers {
  /** The far side's new offer; resolves with our answer, rejects when it cannot be taken (488). */
  onOffer(sdp: string): Promise<string>;
  /** The far side wants an offer of ours; resolves with it. `inForce`: our description up to now, with an open DTLS role. */
  onOfferWanted(inForce: string): Promise<string>;
  /** The answer to a description that we offered. */
  onAnswer(sdp: string): Promise<void>;
  /** False when the body is none that is understood (415). */
  onInfo(type: string, body: string): boolean;
  /** The far side asks for a transfer; absent: it is refused (405). */
  onRefer?(transaction: ServerTransaction): void;
  /** Called once. */
  onEnded(end: SessionEnd): void;
}
