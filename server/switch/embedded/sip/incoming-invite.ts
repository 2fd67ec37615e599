import { sdpOf } from './body.ts';
import { Dialog } from './dialog.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { MIN_SESSION_EXPIRES, negotiateAsServer } from './session-timer.ts';
import type { SipLink } from './sip-link.ts';
import type { SessionHandlers } from './session-handlers.ts';
import { SipSession } from './sip-session.ts';
import { ALLOW } from './write-message.ts';

/** A proxy between us drops a call that hears nothing for three minutes (RFC 3261 §13.3.1.1). */
const REPEAT_PROVISIONAL_MS = 60_000;

export interface IncomingHandlers extends SessionHandlers {
  /** The caller gave up; the INVITE is answered already. `reason` is the Reason header, '' for none. */
  onCancelled(reason: string): void;
  /** The caller's socket closed before there was an answer. */
  onVanished(): void;
}

/** An INVITE that came in, until it is answered, refused or given up. */
export class IncomingInvite {
  readonly session: SipSession;
  /** The caller's offer; '' when it wants ours (delayed offer). */
  readonly offer: string;
  readonly #transaction: ServerTransaction;
  readonly #link: SipLink;
  #early = '';
  #last: { status: 180 | 183; body: string } | null = null;
  #stopRepeat: () => void = () => undefined;

  private constructor(
    link: SipLink,
    transaction: ServerTransaction,
    dialog: Dialog,
    handlers: IncomingHandlers,
  ) {
    this.#link = link;
    this.#transaction = transaction;
    this.offer = sdpOf(transaction.request) ?? '';
    let cancelled = false;
    const cancel = (reason: string): void => {
      if (cancelled || !transaction.pending) return;
      cancelled = true;
      transaction.respond(487);
      this.#stopRepeat();
      this.session.abandon();
      handlers.onCancelled(reason);
    };
    this.session = new SipSession(link, dialog, {
      ...handlers,
      // A caller may also say BYE to an early dialog (RFC 3261 §15).
      onEnded: (end) =>
        transaction.pending ? cancel(end.kind === 'bye' ? end.reason : '') : handlers.onEnded(end),
    });
    this.session.learn(transaction.request);
    transaction.onFailure = () => {
      if (cancelled || !transaction.pending) return;
      cancelled = true;
      this.#stopRepeat();
      // Into the void, but it ends the transaction.
      transaction.respond(487);
      this.session.abandon();
      handlers.onVanished();
    };
    transaction.onCancel = (request) => cancel(request.headers.get('reason') ?? '');
  }

  /** Sends 100. Null, with the refusal sent, when the request can make no dialog or session. */
  static accept(
    link: SipLink,
    transaction: ServerTransaction,
    handlers: IncomingHandlers,
  ): IncomingInvite | null {
    if (negotiateAsServer(transaction.request.headers).kind === 'too-small') {
      transaction.respond(422, { headers: [['Min-SE', String(MIN_SESSION_EXPIRES)]] });
      return null;
    }
    const dialog = Dialog.ofRequest(transaction.request, transaction.localTag);
    if (!dialog) {
      transaction.respond(400, { reason: 'Missing Contact' });
      return null;
    }
    transaction.respond(100);
    return new IncomingInvite(link, transaction, dialog, handlers);
  }

  get pending(): boolean {
    return this.#transaction.pending;
  }

  /** 180. After early media it goes on with the same description. */
  ring(): void {
    this.#provisional(180);
  }

  /** 183 with our answer: the caller hears us before it has been answered. */
  progress(sdp: string): void {
    this.#early = sdp;
    this.session.localSdp = sdp;
    this.#provisional(183);
  }

  /** 200 with our answer, or with our offer when the caller made none. */
  answer(sdp: string): void {
    this.#stopRepeat();
    const timer = negotiateAsServer(this.#transaction.request.headers);
    this.session.accept(this.#transaction, sdp, this.offer === '', timer.kind === 'on' ? timer.headers : []);
    if (timer.kind === 'on') this.session.startTimer(timer.seconds, timer.weRefresh);
  }

  reject(status: number, headers: ReadonlyArray<readonly [string, string]> = []): void {
    this.#stopRepeat();
    this.#transaction.respond(status, { headers });
    this.session.abandon();
  }

  #provisional(status: 180 | 183): void {
    this.#last = { status, body: this.#early };
    this.#send();
  }

  #send(): void {
    if (!this.#last || !this.#transaction.pending) return;
    const { status, body } = this.#last;
    this.#transaction.respond(status, {
      headers: [
        ['Contact', this.#link.contact(this.session.dialog.flow)],
        ['Allow', ALLOW],
      ],
      body,
    });
    this.#stopRepeat();
    this.#stopRepeat = this.#link.clock.after(REPEAT_PROVISIONAL_MS, () => this.#send());
  }
}
