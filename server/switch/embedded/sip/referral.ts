import type { ServerTransaction } from './server-transaction.ts';
import { parseNameAddress } from './sip-uri.ts';
import { phraseOf } from './write-message.ts';

type Headers = ReadonlyArray<readonly [string, string]>;

/** So long a subscription may last that has no end of its own, s. */
const EXPIRES_S = 60;

/**
 * The transfers that the peer of a session asks for by REFER (RFC 3515), one after the other, and what it is told of each by
 * NOTIFY.
 */
export class Referrals {
  readonly #notify: (headers: Headers, body: string) => void;
  /** Of the REFER that waits for its outcome: the Event header of its NOTIFYs. */
  #open: string | null = null;
  #first = true;

  constructor(notify: (headers: Headers, body: string) => void) {
    this.#notify = notify;
  }

  /** Whom it names, as it would dial it; null: it has been refused. */
  receive(transaction: ServerTransaction): string | null {
    const { headers, cseq } = transaction.request;
    const named = headers.list('refer-to');
    const uri = named.length === 1 ? parseNameAddress(named[0] ?? '')?.uri : null;
    if (!uri?.user) return refused(transaction, 400);
    // With Replaces, or another method than INVITE: nothing that a call is passed on by.
    if (uri.headers !== null || (uri.params.get('method') ?? 'INVITE').toUpperCase() !== 'INVITE') {
      return refused(transaction, 403);
    }
    if (this.#open !== null) return refused(transaction, 491);
    transaction.respond(202);
    // Of the first one the number is left out by most who read it (RFC 3515 §2.4.6).
    this.#open = this.#first ? 'refer' : `refer;id=${cseq.number}`;
    this.#first = false;
    this.#tell(`active;expires=${EXPIRES_S}`, 100);
    return uri.user;
  }

  /** The outcome of the one that waits, as the status of an INVITE. */
  settle(status: number): void {
    if (this.#open === null) return;
    this.#tell('terminated;reason=noresource', status);
    this.#open = null;
  }

  #tell(state: string, status: number): void {
    this.#notify(
      [
        ['Event', this.#open ?? ''],
        ['Subscription-State', state],
        ['Content-Type', 'message/sipfrag;version=2.0'],
      ],
      `SIP/2.0 ${status} ${phraseOf(status)}\r\n`,
    );
  }
}

function refused(transaction: ServerTransaction, status: number): null {
  transaction.respond(status);
  return null;
}
