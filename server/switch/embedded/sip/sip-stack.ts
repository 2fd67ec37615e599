import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../../core/kernel/clock.ts';
import { type Acquaintance, DatagramGate } from './datagram-gate.ts';
import { dialogKey } from './dialog.ts';
import type { Flow, FlowListener } from './flow.ts';
import type { ClientHandlers, ClientTransaction } from './invite-client-transaction.ts';
import { type Parsed, parseMessage } from './parse-message.ts';
import { refusalOf } from './request-checks.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { splitOutsideQuotes } from './sip-headers.ts';
import type { DialogUser, SipLink } from './sip-link.ts';
import {
  inbound,
  type InboundRequest,
  inboundResponse,
  type ParsedRequest,
  type SipRequest,
} from './sip-message.ts';
import type { SwitchLog } from './switch-log.ts';
import { TransactionLayer } from './transaction-layer.ts';
import { TcpPeers } from './tcp-peers.ts';
import { TcpTransport } from './tcp-transport.ts';
import { UdpTransport } from './udp-transport.ts';
import { BRANCH_COOKIE, parseVia, stampVia } from './via.ts';
import { WebSocketTransport } from './websocket-transport.ts';
import { createResponse, randomToken, writeMessage } from './write-message.ts';

/** What fits in a datagram on any way, with room for what is not counted (RFC 3261 §18.1.1). */
const MAX_DATAGRAM_BYTES = 1_300;

/** Registrations and calls of phones are far below it. */
const MAX_STRANGE_DATAGRAM_BYTES = 8_192;

/** What the stack leaves to its user. */
export interface StackListener extends Acquaintance {
  /** REGISTER, OPTIONS or INVITE outside of a dialog, well-formed and with nothing in it that we do not support. */
  onRequest(transaction: ServerTransaction): void;
  onFlowClosed(flow: Flow): void;
  onLatency(flow: Flow, ms: number): void;
}

export interface StackOptions {
  readonly clock: Clock;
  readonly log: SwitchLog;
  /** Host that peers know us by, for Via and Contact. */
  readonly host: string;
  /** The same for peers on IPv6, in brackets. */
  readonly ipv6Host?: string;
  readonly listener: StackListener;
}

/**
 * SIP as a user agent on both sides: transports, transactions and the way of requests to dialogs. Nothing that a peer
 * sends gets an exception out of here.
 */
export class SipStack implements SipLink {
  readonly clock: Clock;
  readonly #log: SwitchLog;
  readonly #host: string;
  readonly #ipv6Host: string | null;
  readonly #listener: StackListener;
  readonly #sessions = new Map<string, DialogUser>();
  readonly #transactions: TransactionLayer;
  readonly #gate: DatagramGate;
  readonly #udp: UdpTransport;
  readonly #tcp: TcpTransport;
  readonly #tcpPeers: TcpPeers;
  readonly #webSocket: WebSocketTransport;

  constructor(options: StackOptions) {
    this.#log = options.log;
    this.#host = options.host;
    this.#ipv6Host = options.ipv6Host ?? null;
    this.#listener = options.listener;
    // A timer of one call that fails must not end the process of all the others.
    this.clock = {
      now: () => options.clock.now(),
      after: (ms, fn) => options.clock.after(ms, () => this.#guard('timer', fn)),
    };
    this.#transactions = new TransactionLayer(
      this.clock,
      {
        onRequest: (transaction) => this.#dispatch(transaction),
        onAck: (ack) => this.#sessionOf(ack)?.receiveAck(ack),
        onStraySuccess: (response) => {
          const { from, to, callId } = response;
          const key = dialogKey(callId, from.params.get('tag') ?? '', to.params.get('tag') ?? '');
          this.#sessions.get(key)?.confirm(response);
        },
      },
      (flow) => this.#sentBy(flow),
    );
    this.#gate = new DatagramGate(this.clock, options.listener);
    const flows: FlowListener = {
      onMessage: (data, flow) => this.receive(data, flow),
      onClosed: (flow) =>
        this.#guard('close', () => {
          this.#transactions.onFlowClosed(flow);
          this.#listener.onFlowClosed(flow);
        }),
      onLatency: (flow, ms) => this.#guard('latency', () => this.#listener.onLatency(flow, ms)),
    };
    this.#udp = new UdpTransport(flows, (error) => this.#log.debug({ err: error }, 'UDP reported an error'));
    this.#tcp = new TcpTransport(flows, (flow) => this.#isKnown(flow), this.clock);
    this.#tcpPeers = new TcpPeers(this.#tcp, this.clock);
    this.#webSocket = new WebSocketTransport(flows, (flow) => this.#isKnown(flow), this.clock);
  }

  /** The bound UDP port. */
  get udpPort(): number {
    return this.#udp.port;
  }

  /** UDP, and TCP at the same port: `try` goes on without it where somebody else has that. */
  async listen(address: string, port: number, tcp: 'on' | 'try' | 'off'): Promise<void> {
    await this.#udp.listen(address, port);
    await this.#listenTcp(address, tcp);
  }

  async #listenTcp(address: string, tcp: 'on' | 'try' | 'off'): Promise<void> {
    if (tcp === 'off') return;
    try {
      await this.#tcp.listen(address, this.#udp.port);
    } catch (error) {
      if (tcp === 'on') throw error;
      this.#log.warn(
        { err: error, port: this.#udp.port },
        'there is no SIP over TCP: its port cannot be had',
      );
    }
  }

  /** Also on this address of IPv6, at the same port. */
  async listenToo(address: string, tcp: 'on' | 'try' | 'off'): Promise<void> {
    await this.#udp.listenToo(address);
    await this.#listenTcp(address, tcp);
  }

  /** Takes over an HTTP upgrade from an address; its origin was checked. */
  acceptWebSocket(request: IncomingMessage, socket: Duplex, head: Buffer, address: string): void {
    this.#webSocket.accept(request, socket, head, address);
  }

  async close(): Promise<void> {
    this.#transactions.close();
    for (const session of [...this.#sessions.values()]) session.abandon();
    await Promise.all([this.#udp.close(), this.#tcp.close(), this.#webSocket.close()]);
  }

  /** One datagram, or one message of a stream or WebSocket. Never throws. */
  receive(data: Buffer, flow: Flow): void {
    this.#guard('message', () => {
      if (this.#reads(data, flow)) this.#take(parseMessage(data), flow);
    });
  }

  send(request: SipRequest, flow: Flow, handlers: ClientHandlers): ClientTransaction {
    return this.#transactions.send(request, flow, handlers);
  }

  cancel(invite: ClientTransaction, request: SipRequest, handlers: ClientHandlers): void {
    this.#transactions.cancel(invite, request, handlers);
  }

  sendAck(request: SipRequest, flow: Flow): string {
    request.headers.prepend('Via', this.#transactions.via(flow, BRANCH_COOKIE + randomToken()));
    const text = writeMessage(request);
    flow.send(text);
    return text;
  }

  flow(protocol: 'UDP' | 'TCP', address: string, port: number): Flow {
    return (protocol === 'TCP' ? this.#tcp.flow(address, port) : null) ?? this.#udp.flow(address, port);
  }

  /** A flow to a host that may be a name. */
  async flowTo(protocol: 'UDP' | 'TCP', host: string, port: number): Promise<Flow> {
    const { address } = await this.#udp.flowTo(host, port);
    return this.flow(protocol, address, port);
  }

  /**
   * The way for a request of so many bytes: one that is too large for a datagram goes over TCP (RFC 3261 §18.1.1) where the
   * peer takes that.
   */
  wayFor(flow: Flow, bytes: number): Promise<Flow> {
    if (flow.protocol !== 'UDP' || bytes <= MAX_DATAGRAM_BYTES) return Promise.resolve(flow);
    return this.#tcpPeers.way(flow);
  }

  contact(flow: Flow): string {
    const transport = flow.protocol === 'UDP' ? '' : `;transport=${flow.protocol.toLowerCase()}`;
    return `<sip:telebar@${this.#sentBy(flow)}${transport}>`;
  }

  attach(key: string, session: DialogUser): void {
    this.#sessions.set(key, session);
  }

  detach(key: string): void {
    this.#sessions.delete(key);
  }

  #sentBy(flow: Flow): string {
    const { port } = this.#udp;
    const host = isIPv6(flow.address) && flow.protocol !== 'WS' ? (this.#ipv6Host ?? this.#host) : this.#host;
    return flow.protocol !== 'WS' && port !== 0 ? `${host}:${port}` : host;
  }

  /** Whether it is worth the work: a stranger's datagram is not read when it is longer than any that one has to send. */
  #reads(data: Buffer, flow: Flow): boolean {
    if (flow.protocol !== 'UDP' || data.length <= MAX_STRANGE_DATAGRAM_BYTES) return true;
    return this.#isKnown(flow);
  }

  #take(parsed: Parsed, flow: Flow): void {
    switch (parsed.kind) {
      case 'keep-alive':
        if (parsed.ping) flow.send('\r\n');
        return;
      case 'dropped':
        this.#log.debug({ from: flow.address, why: parsed.reason }, 'dropped what is no SIP message');
        return;
      case 'refused': {
        const { request, status, reason } = parsed;
        if (flow.protocol === 'UDP' && !this.#gate.admitsStranger(flow)) return;
        const via = parseVia(splitOutsideQuotes(request.headers.get('via') ?? '', ',')?.[0] ?? '');
        // Without a Via nobody can tell which request the answer belongs to.
        if (!via) return;
        this.#stamp(request, via, flow);
        this.#replyFlow(via, flow).send(
          writeMessage(createResponse(request, status, { reason, toTag: randomToken() })),
        );
        return;
      }
      case 'request': {
        const { request } = parsed;
        this.#stamp(request, request.via, flow);
        const received = inbound(request, flow, this.#replyFlow(request.via, flow));
        if (this.#passes(received)) this.#transactions.receiveRequest(received);
        return;
      }
      case 'response': {
        const response = inboundResponse(parsed.response, flow);
        // A response that passed others is not for us (RFC 3261 §8.1.3.3).
        if (response.headers.list('via').length > 1) return;
        this.#transactions.receiveResponse(response);
        return;
      }
      default:
        parsed satisfies never;
    }
  }

  #dispatch(transaction: ServerTransaction): void {
    const { request } = transaction;
    try {
      const refusal = refusalOf(request);
      if (refusal) {
        transaction.respondOnce(refusal.status, refusal.parts);
        return;
      }
      if (request.to.params.has('tag')) {
        const session = this.#sessionOf(request);
        if (session) session.receive(transaction);
        else transaction.respondOnce(481);
        return;
      }
      this.#listener.onRequest(transaction);
    } catch (error) {
      const { method, callId: sipCallId } = request;
      this.#log.error({ err: error, method, sipCallId }, 'a request failed');
      transaction.respondOnce(500);
    }
  }

  /** Whether somebody has registered, or has a call, on a socket. */
  #isKnown(flow: Flow): boolean {
    if (this.#listener.isFamiliar(flow)) return true;
    for (const { dialog } of this.#sessions.values()) if (dialog.flow.id === flow.id) return true;
    return false;
  }

  /** What belongs to a call or to a request that is being answered always passes. */
  #passes(request: InboundRequest): boolean {
    if (request.flow.protocol !== 'UDP' || request.method === 'ACK') return true;
    if (this.#sessionOf(request) || this.#transactions.knows(request)) return true;
    return this.#gate.admits(request);
  }

  #sessionOf(request: InboundRequest): DialogUser | undefined {
    const { callId, from, to } = request;
    return this.#sessions.get(dialogKey(callId, to.params.get('tag') ?? '', from.params.get('tag') ?? ''));
  }

  #stamp(request: SipRequest | ParsedRequest, via: ParsedRequest['via'], flow: Flow): void {
    const [top = '', ...below] = splitOutsideQuotes(request.headers.get('via') ?? '', ',') ?? [];
    const others = [...below, ...request.headers.all('via').slice(1)];
    request.headers.set('Via', [stampVia(top, via, flow.address, flow.port), ...others].join(', '));
  }

  /** RFC 3261 §18.2.2 and RFC 3581 §4. `maddr` is not followed: it would send our answers wherever a stranger likes. */
  #replyFlow(via: ParsedRequest['via'], flow: Flow): Flow {
    if (flow.protocol !== 'UDP' || via.params.has('rport')) return flow;
    return this.#udp.flow(flow.address, via.port ?? 5060);
  }

  #guard(where: string, fn: () => void): void {
    try {
      fn();
    } catch (error) {
      this.#log.error({ err: error, where }, 'the SIP stack caught an error');
    }
  }
}
