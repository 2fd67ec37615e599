import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../../../core/kernel/clock.ts';
import type { Flow } from './flow.ts';
import {
  type ClientHandlers,
  type ClientTransaction,
  InviteClientTransaction,
} from './invite-client-transaction.ts';
import { NonInviteClientTransaction } from './non-invite-client-transaction.ts';
import { ServerTransaction } from './server-transaction.ts';
import type { InboundRequest, InboundResponse, SipRequest } from './sip-message.ts';
import { TransactionBook } from './transaction-book.ts';
import { BRANCH_COOKIE } from './via.ts';
import { createResponse, randomToken, writeMessage } from './write-message.ts';

/** What the layer tells the stack. */
export interface TransactionListener {
  onRequest(transaction: ServerTransaction): void;
  /** The ACK of a 2xx, which belongs to no transaction. */
  onAck(ack: InboundRequest): void;
  /** A 2xx of an INVITE whose transaction is gone (RFC 3261 §13.2.2.4: another fork or a late one). */
  onStraySuccess(response: InboundResponse): void;
}

/** Matches messages to transactions (RFC 3261 §17.1.3, §17.2.3). */
export class TransactionLayer {
  readonly #clients = new Map<string, ClientTransaction>();
  readonly #servers = new TransactionBook();
  /** Dialog-forming requests in progress by what makes them the same request (RFC 3261 §8.2.2.2). */
  readonly #merged = new Map<string, string>();
  readonly #tagKey = randomBytes(32);
  readonly #clock: Clock;
  readonly #listener: TransactionListener;
  readonly #sentBy: (flow: Flow) => string;

  constructor(clock: Clock, listener: TransactionListener, sentBy: (flow: Flow) => string) {
    this.#clock = clock;
    this.#listener = listener;
    this.#sentBy = sentBy;
  }

  get size(): number {
    return this.#clients.size + this.#servers.size;
  }

  /** Sends a request without a Via in a transaction of its own. */
  send(request: SipRequest, flow: Flow, handlers: ClientHandlers): ClientTransaction {
    const branch = BRANCH_COOKIE + randomToken();
    request.headers.prepend('Via', this.via(flow, branch));
    return this.#start(`${branch} ${request.method}`, request, flow, handlers);
  }

  /** CANCEL of an INVITE: same Via, same CSeq number, a transaction of its own (RFC 3261 §9.1). */
  cancel(invite: ClientTransaction, cancel: SipRequest, handlers: ClientHandlers): ClientTransaction {
    cancel.headers.prepend('Via', invite.request.headers.get('via') ?? '');
    return this.#start(invite.key.replace(/ \S+$/, ' CANCEL'), cancel, invite.flow, handlers);
  }

  via(flow: Flow, branch: string): string {
    // rport only helps where there is a port to find out (RFC 3581).
    return `SIP/2.0/${flow.protocol} ${this.#sentBy(flow)};branch=${branch}${flow.protocol === 'UDP' ? ';rport' : ''}`;
  }

  /** Whether a request belongs to one that is being answered: it comes again, or is its ACK or CANCEL. */
  knows(request: InboundRequest): boolean {
    const key = serverKey(request);
    return this.#servers.get(request.method === 'CANCEL' ? inviteKey(key) : key) !== undefined;
  }

  receiveRequest(request: InboundRequest): void {
    const key = serverKey(request);
    if (request.method === 'ACK') {
      const invite = this.#servers.get(key);
      if (invite && invite.state !== 'accepted') invite.receiveAck();
      else this.#listener.onAck(request);
      return;
    }
    const known = this.#servers.get(key);
    if (known) {
      known.receiveAgain();
      return;
    }
    if (request.method === 'CANCEL') {
      this.#cancelled(request, key);
      return;
    }
    const answer = (status: number): void => {
      request.replyFlow.send(
        writeMessage(createResponse(request, status, { toTag: this.#tagOf(request, key) })),
      );
    };
    const mergeKey = request.to.params.has('tag') ? null : identity(request);
    if (mergeKey && this.#merged.has(mergeKey)) {
      answer(482);
      return;
    }
    if (!this.#servers.makeRoom(request.flow)) {
      answer(503);
      return;
    }
    const transaction = new ServerTransaction(key, request, this.#tagOf(request, key), this.#clock, () => {
      this.#servers.delete(transaction);
      if (mergeKey) this.#merged.delete(mergeKey);
    });
    this.#servers.add(transaction);
    if (mergeKey) this.#merged.set(mergeKey, key);
    this.#listener.onRequest(transaction);
  }

  receiveResponse(response: InboundResponse): void {
    const client = this.#clients.get(`${response.via.branch} ${response.cseq.method}`);
    if (client) client.receive(response);
    else if (response.cseq.method === 'INVITE' && response.status >= 200 && response.status < 300) {
      this.#listener.onStraySuccess(response);
    }
  }

  onFlowClosed(flow: Flow): void {
    for (const client of [...this.#clients.values()]) if (client.flow.id === flow.id) client.onFlowClosed();
    for (const server of this.#servers.ofFlow(flow)) {
      if (server.request.method === 'INVITE' && server.pending) server.onFailure();
      // Nothing can be answered on a WebSocket that is closed.
      server.terminate();
    }
  }

  /** Stops every timer; nobody is told. */
  close(): void {
    for (const transaction of [...this.#clients.values(), ...this.#servers.all()]) transaction.dispose();
    this.#clients.clear();
    this.#servers.clear();
    this.#merged.clear();
  }

  #start(key: string, request: SipRequest, flow: Flow, handlers: ClientHandlers): ClientTransaction {
    const end = (): void => {
      this.#clients.delete(key);
    };
    const Kind = request.method === 'INVITE' ? InviteClientTransaction : NonInviteClientTransaction;
    const transaction = new Kind(key, request, flow, this.#clock, handlers, end);
    this.#clients.set(key, transaction);
    transaction.start();
    return transaction;
  }

  /** A CANCEL is answered and not kept: the INVITE is there to tell what one that is repeated belongs to. */
  #cancelled(cancel: InboundRequest, key: string): void {
    const invite = this.#servers.get(inviteKey(key));
    const toTag = invite?.localTag ?? this.#tagOf(cancel, key);
    cancel.replyFlow.send(writeMessage(createResponse(cancel, invite ? 200 : 481, { toTag })));
    if (invite?.pending) invite.onCancel(cancel);
  }

  /** The same for a request that comes again, also when nothing was kept of it (RFC 3261 §8.2.7), and nobody's guess. */
  #tagOf(request: InboundRequest, key: string): string {
    return createHmac('sha256', this.#tagKey)
      .update(`${key} ${identity(request)}`)
      .digest('base64url')
      .slice(0, 16)
      .replace(/[-_]/g, 'x');
  }
}

/** Of the INVITE that a CANCEL is for. */
function inviteKey(key: string): string {
  return key.replace(/ CANCEL$/, ' INVITE');
}

function serverKey(request: InboundRequest): string {
  const method = request.method === 'ACK' ? 'INVITE' : request.method;
  const { via, flow } = request;
  // A socket is one peer: nobody on another one can repeat, acknowledge or cancel what came by it.
  if (flow.protocol === 'WS') return `${flow.id} ${via.branch || identity(request)} ${method}`;
  if (via.branch.startsWith(BRANCH_COOKIE) && via.branch.length > BRANCH_COOKIE.length) {
    return `${via.branch} ${via.host.toLowerCase()}:${via.port ?? 5060} ${method}`;
  }
  // RFC 2543 elements: what stays the same over retransmissions, CANCEL and ACK (RFC 3261 §17.2.3).
  return `${identity(request)} ${request.uri} ${via.host}:${via.port ?? 5060} ${method}`;
}

function identity(request: InboundRequest): string {
  return `${request.callId} ${request.from.params.get('tag') ?? ''} ${request.cseq.number}`;
}
