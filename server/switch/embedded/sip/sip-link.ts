import type { Clock } from '../../../core/kernel/clock.ts';
import type { Flow } from './flow.ts';
import type { ClientHandlers, ClientTransaction } from './invite-client-transaction.ts';
import type { InboundRequest, InboundResponse, SipRequest } from './sip-message.ts';
import type { ServerTransaction } from './server-transaction.ts';

/** What the stack brings to a session. */
export interface DialogUser {
  /** The way that the dialog's requests took last. */
  readonly dialog: { readonly flow: Flow };
  receive(transaction: ServerTransaction): void;
  receiveAck(ack: InboundRequest): void;
  /** The peer repeats its answer: the ACK was lost. */
  confirm(response: InboundResponse): void;
  /** Ends it at once; nobody is there to send to any more. */
  abandon(): void;
}

/** What sessions need of the stack. */
export interface SipLink {
  readonly clock: Clock;
  /** Sends in a transaction; adds the Via. */
  send(request: SipRequest, flow: Flow, handlers: ClientHandlers): ClientTransaction;
  cancel(invite: ClientTransaction, request: SipRequest, handlers: ClientHandlers): void;
  /** Sends an ACK, which has no transaction; adds the Via. Returns what was sent, to be repeated. */
  sendAck(request: SipRequest, flow: Flow): string;
  /** The way to an address; to one that TCP does not reach (it is switched off here) over UDP. */
  flow(protocol: 'UDP' | 'TCP', address: string, port: number): Flow;
  /** Our Contact as peers on this flow reach it, `<sip:…>`. */
  contact(flow: Flow): string;
  /** From now on requests of this dialog go to the session. */
  attach(key: string, session: DialogUser): void;
  detach(key: string): void;
}
