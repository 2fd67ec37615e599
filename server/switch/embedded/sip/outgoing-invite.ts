import { MAX_REDIRECTIONS } from '../../redirection.ts';
import { sdpOf } from './body.ts';
import { Dialog } from './dialog.ts';
import { answerChallenge, type DigestCredential } from './digest-client.ts';
import type { Flow } from './flow.ts';
import type { ClientTransaction } from './invite-client-transaction.ts';
import { MIN_SESSION_EXPIRES, SESSION_EXPIRES } from './session-timer.ts';
import { SipHeaders } from './sip-headers.ts';
import { parseNameAddress, type SipUri } from './sip-uri.ts';
import type { SipLink } from './sip-link.ts';
import type { InboundResponse, SipRequest } from './sip-message.ts';
import type { SessionHandlers } from './session-handlers.ts';
import { SipSession } from './sip-session.ts';
import { TIMEOUT } from './timers.ts';
import { allowOf, PRODUCT, randomToken } from './write-message.ts';

export interface InviteSpec {
  /** Request-URI. */
  readonly uri: string;
  readonly flow: Flow;
  /** From and To without tags. */
  readonly from: string;
  readonly to: string;
  readonly headers: ReadonlyArray<readonly [string, string]>;
  /** Our offer. */
  readonly sdp: string;
  /** For a far side that asks who we are. */
  readonly credential?: DigestCredential;
  /** Where a redirection (301, 302, 305) may lead; null: not there. Absent: it is a refusal. */
  readonly redirect?: (contact: SipUri) => Pick<InviteSpec, 'uri' | 'flow'> | null;
  /** See `SipSession.symmetric`. */
  readonly symmetric: boolean;
}

export interface OutgoingHandlers extends SessionHandlers {
  /** The first response of any kind: somebody is there. */
  onHeard(): void;
  /** 101 to 199; `sdp` is '' without early media. */
  onProgress(status: number, sdp: string): void;
  /** The 2xx is acknowledged. */
  onAnswered(session: SipSession, sdp: string): void;
  /** `reason` is the Reason header, '' for none. */
  onRefused(status: number, reason: string): void;
  /** No answer of any kind, or the request cannot leave. */
  onUnreachable(why: 'timeout' | 'transport'): void;
}

/** An INVITE that we sent, until it is answered, refused or given up (RFC 3261 §13.2). */
export class OutgoingInvite {
  readonly #link: SipLink;
  #spec: InviteSpec;
  /** Where it was sent: nobody is asked twice. */
  readonly #asked = new Set<string>();
  readonly #handlers: OutgoingHandlers;
  readonly #callId = `${randomToken()}@telebar`;
  readonly #tag = randomToken();
  #sequence = 0;
  #expires = SESSION_EXPIRES;
  #minExpires = MIN_SESSION_EXPIRES;
  #attempts = 0;
  #transaction: ClientTransaction | null = null;
  #authorization: readonly [string, string] | null = null;
  /** The present transaction has had a response, and any of them has. */
  #heard = false;
  #heardOnce = false;
  #cancelled: string | null = null;
  #finished = false;
  #session: SipSession | null = null;
  #stopWaiting: () => void = () => undefined;

  constructor(link: SipLink, spec: InviteSpec, handlers: OutgoingHandlers) {
    this.#link = link;
    this.#spec = spec;
    this.#handlers = handlers;
  }

  start(): void {
    const headers = new SipHeaders([
      ['Max-Forwards', '70'],
      ['From', `${this.#spec.from};tag=${this.#tag}`],
      ['To', this.#spec.to],
      ['Call-ID', this.#callId],
      ['CSeq', `${++this.#sequence} INVITE`],
      ['Contact', this.#link.contact(this.#spec.flow)],
      ['Allow', allowOf(this.#handlers)],
      ['Supported', 'timer'],
      ['Accept', 'application/sdp'],
      ['Session-Expires', String(this.#expires)],
      ['Min-SE', String(this.#minExpires)],
      ['User-Agent', PRODUCT],
      ...this.#spec.headers,
      ...(this.#authorization ? [this.#authorization] : []),
      ['Content-Type', 'application/sdp'],
    ]);
    const request: SipRequest = {
      kind: 'request',
      method: 'INVITE',
      uri: this.#spec.uri,
      headers,
      body: this.#spec.sdp,
    };
    this.#heard = false;
    this.#transaction = this.#link.send(request, this.#spec.flow, {
      onResponse: (response) => this.#receive(request, response),
      onFailure: (why) => this.#finish(() => this.#handlers.onUnreachable(why)),
    });
  }

  /**
   * Gives up. CANCEL waits for a provisional response (RFC 3261 §9.1), and an answer that crosses it is ended by BYE. No
   * handler is called after this.
   */
  cancel(reason = ''): void {
    if (this.#finished || this.#cancelled !== null) return;
    this.#cancelled = reason;
    if (this.#heard) this.#sendCancel();
  }

  #sendCancel(): void {
    const invite = this.#transaction;
    if (!invite) return;
    const headers = new SipHeaders([
      ['Max-Forwards', '70'],
      ['From', invite.request.headers.get('from') ?? ''],
      ['To', invite.request.headers.get('to') ?? ''],
      ['Call-ID', this.#callId],
      ['CSeq', `${this.#sequence} CANCEL`],
    ]);
    if (this.#cancelled) headers.append('Reason', this.#cancelled);
    const cancel: SipRequest = {
      kind: 'request',
      method: 'CANCEL',
      uri: invite.request.uri,
      headers,
      body: '',
    };
    this.#link.cancel(invite, cancel, { onResponse: () => undefined, onFailure: () => undefined });
    // A far side that answers the CANCEL and never the INVITE (RFC 3261 §9.1).
    this.#stopWaiting = this.#link.clock.after(TIMEOUT, () => this.#finish(() => undefined));
  }

  #receive(request: SipRequest, response: InboundResponse): void {
    const { status } = response;
    if (!this.#heardOnce && this.#cancelled === null) {
      this.#heardOnce = true;
      this.#handlers.onHeard();
    }
    if (status < 200) {
      if (!this.#heard) {
        this.#heard = true;
        if (this.#cancelled !== null) this.#sendCancel();
      }
      if (status > 100 && this.#cancelled === null && !this.#finished) {
        this.#handlers.onProgress(status, sdpOf(response) ?? '');
      }
      return;
    }
    if (status < 300) {
      this.#succeed(request, response);
      return;
    }
    if (this.#cancelled === null && this.#tryAgain(response, request)) return;
    const reason = response.headers.get('reason') ?? '';
    this.#finish(() => this.#handlers.onRefused(status, reason));
  }

  #succeed(request: SipRequest, response: InboundResponse): void {
    const dialog = Dialog.ofResponse(request, response);
    if (this.#session?.dialog.key === dialog.key) {
      this.#session.confirm(response);
      return;
    }
    const session = new SipSession(this.#link, dialog, this.#handlers);
    session.symmetric = this.#spec.symmetric;
    session.localSdp = this.#spec.sdp;
    session.confirm(response);
    const first = this.#session === null;
    this.#session ??= session;
    if (!first || this.#cancelled !== null || this.#finished) {
      // Another fork answered too, or the answer crossed our CANCEL (RFC 3261 §13.2.2.4, §15).
      session.bye();
      this.#finish(() => undefined);
      return;
    }
    this.#finish(() => this.#handlers.onAnswered(session, sdpOf(response) ?? ''));
  }

  /** Answers a challenge or a too small interval with a new request. */
  #tryAgain(response: InboundResponse, request: SipRequest): boolean {
    if (this.#sendOn(response)) return true;
    if (this.#attempts >= 3) return false;
    if (response.status === 422) {
      const least = Number(/^\d{1,9}/.exec(response.headers.get('min-se') ?? '')?.[0] ?? 0);
      if (least <= this.#minExpires) return false;
      this.#minExpires = least;
      this.#expires = Math.max(this.#expires, least);
    } else if ((response.status === 401 || response.status === 407) && this.#spec.credential) {
      const stale = /stale\s*=\s*"?true/i.test(response.headers.get('www-authenticate') ?? '');
      if (this.#authorization && !stale) return false;
      this.#authorization = answerChallenge(response, request, this.#spec.credential);
      if (!this.#authorization) return false;
    } else return false;
    this.#attempts++;
    this.start();
    return true;
  }

  /** Follows a redirection to the first contact that may be followed (RFC 3261 §8.1.3.4). */
  #sendOn(response: InboundResponse): boolean {
    const { redirect } = this.#spec;
    if (!redirect || ![301, 302, 305].includes(response.status)) return false;
    this.#asked.add(this.#spec.uri);
    if (this.#asked.size > MAX_REDIRECTIONS) return false;
    for (const text of byPreference(response.headers.list('contact'))) {
      const contact = parseNameAddress(text)?.uri;
      const next = contact ? redirect(contact) : null;
      if (!next || this.#asked.has(next.uri)) continue;
      this.#spec = { ...this.#spec, ...next };
      this.#authorization = null;
      this.start();
      return true;
    }
    return false;
  }

  #finish(tell: () => void): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#stopWaiting();
    if (this.#cancelled === null) tell();
  }
}

/** Contacts with the highest q first (RFC 3261 §20.10); without one it is 1. */
function byPreference(contacts: readonly string[]): string[] {
  const q = (contact: string): number =>
    Number(/>[^,]*;\s*q\s*=\s*([01](?:\.\d{1,3})?)/i.exec(contact)?.[1] ?? 1);
  return contacts.toSorted((a, b) => q(b) - q(a));
}
