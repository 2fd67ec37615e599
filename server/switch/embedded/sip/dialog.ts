import { isIP } from 'node:net';
import type { Flow } from './flow.ts';
import { SipHeaders } from './sip-headers.ts';
import type { InboundRequest, InboundResponse, SipRequest } from './sip-message.ts';
import type { SipLink } from './sip-link.ts';
import { bareAddress, parseNameAddress, parseUri } from './sip-uri.ts';

/**
 * The state of one dialog (RFC 3261 §12). It belongs to a peer and not to a socket: `flow` moves when the peer comes back on
 * another one.
 */
export class Dialog {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** From and To as we write them, with their tags. */
  readonly localHeader: string;
  readonly remoteHeader: string;
  /** We made the Call-ID: decides the back-off after a collision (RFC 3261 §14.1). */
  readonly weStarted: boolean;
  remoteTarget: string;
  flow: Flow;
  localSequence: number;
  #remoteSequence: number | null;
  readonly #routes: readonly string[];

  private constructor(parts: {
    callId: string;
    localTag: string;
    remoteTag: string;
    localHeader: string;
    remoteHeader: string;
    weStarted: boolean;
    remoteTarget: string;
    flow: Flow;
    localSequence: number;
    remoteSequence: number | null;
    routes: readonly string[];
  }) {
    this.callId = parts.callId;
    this.localTag = parts.localTag;
    this.remoteTag = parts.remoteTag;
    this.localHeader = parts.localHeader;
    this.remoteHeader = parts.remoteHeader;
    this.weStarted = parts.weStarted;
    this.remoteTarget = parts.remoteTarget;
    this.flow = parts.flow;
    this.localSequence = parts.localSequence;
    this.#remoteSequence = parts.remoteSequence;
    this.#routes = parts.routes;
  }

  /** As the one who is called (§12.1.1). Null when the INVITE has no usable Contact. */
  static ofRequest(request: InboundRequest, localTag: string): Dialog | null {
    const contact = parseNameAddress(request.headers.list('contact')[0] ?? '');
    if (!contact) return null;
    return new Dialog({
      callId: request.callId,
      localTag,
      remoteTag: request.from.params.get('tag') ?? '',
      localHeader: `${request.headers.get('to') ?? ''};tag=${localTag}`,
      remoteHeader: request.headers.get('from') ?? '',
      weStarted: false,
      remoteTarget: contact.uriText,
      flow: request.flow,
      localSequence: Math.floor(Math.random() * 10_000) + 1,
      remoteSequence: request.cseq.number,
      routes: request.headers.list('record-route'),
    });
  }

  /** As the caller (§12.1.2). */
  static ofResponse(request: SipRequest, response: InboundResponse): Dialog {
    const contact = parseNameAddress(response.headers.list('contact')[0] ?? '');
    return new Dialog({
      callId: response.callId,
      localTag: response.from.params.get('tag') ?? '',
      remoteTag: response.to.params.get('tag') ?? '',
      localHeader: request.headers.get('from') ?? '',
      remoteHeader: response.headers.get('to') ?? '',
      weStarted: true,
      remoteTarget: contact?.uriText ?? request.uri,
      flow: response.flow,
      localSequence: response.cseq.number,
      remoteSequence: null,
      routes: response.headers.list('record-route').toReversed(),
    });
  }

  get key(): string {
    return dialogKey(this.callId, this.localTag, this.remoteTag);
  }

  /** False for a request that is older than one that was seen (§12.2.2). */
  acceptSequence(number: number): boolean {
    if (this.#remoteSequence !== null && number < this.#remoteSequence) return false;
    this.#remoteSequence = number;
    return true;
  }

  /** A new target by a re-INVITE, UPDATE or its response (§12.2.1.2). */
  retarget(message: InboundRequest | InboundResponse): void {
    const contact = parseNameAddress(message.headers.list('contact')[0] ?? '');
    if (contact) this.remoteTarget = contact.uriText;
  }

  /** A request within the dialog (§12.2.1.1), without Via. `sequence` only for ACK, which repeats its INVITE's. */
  request(method: string, sequence = ++this.localSequence): SipRequest {
    const headers = new SipHeaders();
    headers.append('Max-Forwards', '70');
    headers.append('From', this.localHeader);
    headers.append('To', this.remoteHeader);
    headers.append('Call-ID', this.callId);
    headers.append('CSeq', `${sequence} ${method}`);
    const [first] = this.#routes;
    const strict = first !== undefined && !parseNameAddress(first)?.uri?.params.has('lr');
    const routes = strict ? [...this.#routes.slice(1), `<${this.remoteTarget}>`] : this.#routes;
    for (const route of routes) headers.append('Route', route);
    const uri = strict ? (parseNameAddress(first)?.uriText ?? this.remoteTarget) : this.remoteTarget;
    return { kind: 'request', method, uri, headers, body: '' };
  }

  /**
   * Where the next request goes: the first route or the target when that is an address (a carrier may send from another one
   * than it listens on), else where the peer was heard last. Phones behind NAT write addresses that lead nowhere, so
   * `symmetric` peers are always sent to where they come from.
   */
  nextHop(flowTo: SipLink['flow'], symmetric: boolean): Flow {
    const { flow } = this;
    if (flow.protocol === 'WS' || (symmetric && flow.open)) return flow;
    const [first] = this.#routes;
    const uri = first === undefined ? parseUri(this.remoteTarget) : (parseNameAddress(first)?.uri ?? null);
    const host = bareAddress(uri?.host ?? '');
    // An address of the other family may lead nowhere from here.
    if (!uri || isIP(host) === 0 || isIP(host) !== isIP(flow.address)) return flow;
    const named = uri.params.get('transport')?.toLowerCase();
    // What a peer names counts; where it names nothing it is met on what it speaks.
    const protocol = named === 'tcp' || (named === undefined && flow.protocol === 'TCP') ? 'TCP' : 'UDP';
    // A connection that is there serves as well as a new one to the same host.
    if (protocol === 'TCP' && flow.protocol === 'TCP' && flow.open && flow.address === host) return flow;
    return flowTo(protocol, host, uri.port ?? 5060);
  }
}

export function dialogKey(callId: string, localTag: string, remoteTag: string): string {
  return `${callId} ${localTag} ${remoteTag}`;
}
