import { isIPv6 } from 'node:net';
import { answerChallenge } from '../../server/switch/embedded/sip/digest-client.ts';
import { parseMessage } from '../../server/switch/embedded/sip/parse-message.ts';
import { SipHeaders } from '../../server/switch/embedded/sip/sip-headers.ts';
import type {
  ParsedRequest,
  ParsedResponse,
  SipRequest,
} from '../../server/switch/embedded/sip/sip-message.ts';
import { parseNameAddress } from '../../server/switch/embedded/sip/sip-uri.ts';
import { createResponse, randomToken, writeMessage } from '../../server/switch/embedded/sip/write-message.ts';
import { RtpEndpoint, type RtpEndpointOptions } from './rtp-endpoint.ts';
import { tcpWire, udpWire, webSocketWire, type WebSocketEnds, type Wire } from './sip-wire.ts';

type Headers = ReadonlyArray<readonly [string, string]>;

export interface SipPeerOptions extends WebSocketEnds {
  /** Port of the switch under test. */
  switchPort: number;
  /** Its address, and ours towards it; 127.0.0.1 both when not given. */
  switchHost?: string;
  address?: string;
  username?: string;
  password?: string;
  rtp?: RtpEndpointOptions;
  /** SIP over this WebSocket instead of UDP, as a browser has it. */
  webSocketUrl?: string;
  /** SIP over TCP instead of UDP. */
  tcp?: boolean;
  /** Sends a REGISTER again until it is answered, as phones on UDP do (RFC 3261 §17.1.2.2). */
  retransmits?: boolean;
  /** What it does with calls: rings and waits (default), answers at once, only waits, or refuses with a status. */
  incoming?: 'ring' | 'answer' | 'wait' | number;
  /** Go with such a refusal. */
  refusal?: Headers;
}

/** Waits for a condition that messages make true. */
class Waiters {
  readonly #waiting = new Set<() => void>();

  async until<T>(what: string, find: () => T | undefined, ms = 15_000): Promise<T> {
    const found = find();
    if (found !== undefined) return found;
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const value = find();
        if (value === undefined) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(value);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`waited ${ms} ms for ${what}`));
      }, ms);
      this.#waiting.add(look);
    });
  }

  wake(): void {
    for (const look of [...this.#waiting]) look();
  }
}

/** One call of a `SipPeer`, either way, with its own RTP endpoint. */
export class PeerCall {
  readonly rtp: RtpEndpoint;
  readonly callId: string;
  /** Statuses of the INVITE, as they came. */
  readonly statuses: number[] = [];
  /** The request that called us, or null when we call. */
  readonly invite: ParsedRequest | null;
  /** In-dialog requests that came. */
  readonly requests: ParsedRequest[] = [];
  /** Final response to our INVITE. */
  final: ParsedResponse | null = null;
  ended = false;
  /** Goes with the ACK of a 2xx: the answer to an offer that this call has asked for. */
  lateAnswer = '';
  readonly #peer: SipPeer;
  readonly #localTag = randomToken();
  #cseq = 1;
  #inviteCseq = 1;
  #branch = '';
  #offer: string | null = null;
  /** Proxies that stay in the dialog, nearest first (RFC 3261 §12.1). */
  #routes: readonly string[] = [];
  #uri: string;
  #local: string;
  #remote: string;
  #target: string;

  constructor(peer: SipPeer, rtp: RtpEndpoint, invite: ParsedRequest | null, uri: string, from: string) {
    this.#peer = peer;
    this.rtp = rtp;
    this.invite = invite;
    this.callId = invite?.callId ?? `${randomToken()}@peer`;
    this.#uri = uri;
    this.#target = invite ? (parseNameAddress(invite.headers.get('contact') ?? '')?.uriText ?? uri) : uri;
    this.#local = invite
      ? `${invite.headers.get('to')};tag=${this.#localTag}`
      : `${from};tag=${this.#localTag}`;
    this.#remote = invite?.headers.get('from') ?? `<${uri}>`;
    this.#routes = invite?.headers.all('record-route') ?? [];
  }

  get localTag(): string {
    return this.#localTag;
  }

  /** Sends the INVITE, with our offer unless told otherwise. */
  sendInvite(sdp: string | null, headers: Headers = []): void {
    this.#offer = sdp;
    this.#inviteCseq = ++this.#cseq;
    this.#branch = `z9hG4bK${randomToken()}`;
    this.#send('INVITE', this.#uri, this.#inviteCseq, headers, sdp ?? '', this.#branch);
  }

  cancel(): void {
    this.#send('CANCEL', this.#uri, this.#inviteCseq, [], '', this.#branch);
  }

  ring(): void {
    if (this.invite) this.#peer.respond(this.invite, 180, this.#localTag);
  }

  /** Early media: 183 with our answer. */
  progress(): void {
    if (!this.invite) return;
    this.#peer.respond(this.invite, 183, this.#localTag, this.rtp.description());
    this.rtp.connect(this.invite.body);
  }

  answer(sdp = this.rtp.description(), headers: Headers = []): void {
    if (!this.invite) return;
    this.#peer.respond(this.invite, 200, this.#localTag, sdp, headers);
    if (this.invite.body && !this.#peer.options.webSocketUrl) this.rtp.connect(this.invite.body);
  }

  reject(status: number, headers: Headers = []): void {
    if (this.invite) this.#peer.respond(this.invite, status, this.#localTag, '', headers);
  }

  bye(headers: Headers = []): void {
    this.ended = true;
    this.#send('BYE', this.#target, ++this.#cseq, headers, '');
  }

  /** Any request in the dialog; returns its CSeq number. */
  request(method: string, headers: Headers = [], body = ''): number {
    this.#send(method, this.#target, ++this.#cseq, headers, body);
    return this.#cseq;
  }

  /** Offers another description in the call; resolves with the answer, and fails when there is none. */
  async reinvite(sdp: string, method: 'INVITE' | 'UPDATE' = 'INVITE'): Promise<string> {
    const cseq = this.request(method, [], sdp);
    const { status, body } = await this.response(method, cseq);
    if (status !== 200) throw new Error(`the ${method} was refused with ${status}`);
    return body;
  }

  /** Waits for the response to a request of this call. */
  response(method: string, cseq: number): Promise<ParsedResponse> {
    return this.#peer.waiters.until(`the response to ${method} ${cseq}`, () =>
      this.#peer.responses.find(
        (it) =>
          it.callId === this.callId &&
          it.cseq.method === method &&
          it.cseq.number === cseq &&
          it.status >= 200,
      ),
    );
  }

  waitForStatus(status: number): Promise<number> {
    return this.#peer.waiters.until(`status ${status}`, () =>
      this.statuses.includes(status) ? status : undefined,
    );
  }

  waitForFinal(): Promise<ParsedResponse> {
    return this.#peer.waiters.until('a final response', () => this.final ?? undefined);
  }

  /** Waits for a request of the other side in this call (BYE, CANCEL, INFO, UPDATE, ACK). */
  waitForRequest(method: string): Promise<ParsedRequest> {
    return this.#peer.waiters.until(method, () => this.requests.find((request) => request.method === method));
  }

  /** From the peer's socket. */
  receiveResponse(response: ParsedResponse): void {
    if (response.cseq.method !== 'INVITE') return;
    if (response.status > 100) this.#remote = response.headers.get('to') ?? this.#remote;
    const contact = parseNameAddress(response.headers.get('contact') ?? '');
    if (contact && response.status < 300) {
      this.#target = contact.uriText;
      this.#routes = response.headers.all('record-route').toReversed();
    }
    if (response.body && response.status < 300 && !this.#peer.options.webSocketUrl)
      this.rtp.connect(response.body);
    if (response.status >= 200) {
      const success = response.status < 300;
      this.#send(
        'ACK',
        success ? this.#target : this.#uri,
        response.cseq.number,
        [],
        success ? this.lateAnswer : '',
        success ? '' : this.#branch,
      );
      const { username, password } = this.#peer.options;
      if ((response.status === 401 || response.status === 407) && username && password && !this.final) {
        const header = answerChallenge(
          response,
          { method: 'INVITE', uri: this.#uri },
          { username, password },
        );
        if (header && !this.statuses.includes(response.status)) {
          this.statuses.push(response.status);
          this.#remote = `<${this.#uri}>`;
          this.sendInvite(this.#offer, [header]);
          return;
        }
      }
      this.final ??= response;
      if (!success) this.ended = true;
    }
    this.statuses.push(response.status);
  }

  /** From the peer's socket. */
  receiveRequest(request: ParsedRequest): void {
    this.requests.push(request);
    if (request.method === 'ACK') return;
    if (request.method === 'BYE' || request.method === 'CANCEL') this.ended = true;
    this.#peer.respond(
      request,
      200,
      this.#localTag,
      request.method === 'INVITE' ? this.rtp.description() : '',
    );
    if (request.method === 'CANCEL' && this.invite) this.#peer.respond(this.invite, 487, this.#localTag);
  }

  #send(method: string, uri: string, cseq: number, headers: Headers, body: string, branch = ''): void {
    const fields = new SipHeaders([
      ['Via', `${this.#peer.via};branch=${branch || `z9hG4bK${randomToken()}`}`],
      ...(uri === this.#uri && this.invite === null ? [] : this.#routes.map((it) => ['Route', it] as const)),
      ['Max-Forwards', '70'],
      ['From', this.#local],
      ['To', this.#remote],
      ['Call-ID', this.callId],
      ['CSeq', `${cseq} ${method}`],
      ['Contact', this.#peer.contact],
      ...(headers.some(([name]) => name === 'Allow')
        ? []
        : [['Allow', 'INVITE, ACK, BYE, CANCEL, INFO, UPDATE, OPTIONS'] as const]),
      ...headers,
      ...(body && !headers.some(([name]) => name === 'Content-Type')
        ? [['Content-Type', 'application/sdp'] as const]
        : []),
    ]);
    this.#peer.sendRequest({ kind: 'request', method, uri, headers: fields, body });
  }
}

/**
 * A scripted phone or carrier on UDP: registers, calls, is called, and speaks RTP through an `RtpEndpoint` per call. It
 * does not retransmit: on the loopback nothing is lost, and what it waits for fails with a name.
 */
export class SipPeer {
  readonly options: SipPeerOptions;
  readonly waiters = new Waiters();
  readonly responses: ParsedResponse[] = [];
  readonly calls: PeerCall[] = [];
  /** Calls that were refused at once (`incoming` is a status). */
  refused = 0;
  readonly #strays: ParsedRequest[] = [];
  /** When false it reads and says nothing: a phone whose cable was pulled. */
  alive = true;
  #wire: Wire;
  #registerCallId = `${randomToken()}@peer`;
  readonly #byCallId = new Map<string, PeerCall>();
  #registerCseq = 0;
  /** A page makes up another one each time that it is loaded. */
  #contactUser: string;

  private constructor(options: SipPeerOptions, wire: Wire) {
    this.options = options;
    this.#contactUser = options.username ?? 'peer';
    this.#wire = wire;
  }

  static async open(options: SipPeerOptions): Promise<SipPeer> {
    const holder: { peer: SipPeer | null } = { peer: null };
    const onData = (data: Buffer): void => {
      if (holder.peer?.alive) void holder.peer.#receive(data);
    };
    const { webSocketUrl } = options;
    const wire =
      webSocketUrl === undefined
        ? await (options.tcp === true ? tcpWire : udpWire)(options, onData)
        : await webSocketWire(webSocketUrl, options, onData);
    const peer = new SipPeer(options, wire);
    holder.peer = peer;
    return peer;
  }

  /** Without branch. */
  get via(): string {
    const { protocol, sentBy } = this.#wire;
    return `SIP/2.0/${protocol} ${sentBy}${protocol === 'UDP' ? ';rport' : ''}`;
  }

  /** The UDP port of this peer. */
  get localPort(): number {
    return Number(this.#wire.sentBy.split(':').at(-1));
  }

  get contact(): string {
    return `<sip:${this.#contactUser}@${this.#wire.contactHost}>`;
  }

  /** Closes the WebSocket without a word, as a closed page or a lost network does. */
  async drop(): Promise<void> {
    await this.#wire.close();
  }

  /** A new WebSocket of the same user agent (`reconnect`), or of a page that was reloaded and remembers nothing. */
  async reopen(how: 'reconnect' | 'reload'): Promise<void> {
    const url = this.options.webSocketUrl ?? '';
    this.#wire = await webSocketWire(url, this.options, (data) => void this.#receive(data));
    if (how === 'reconnect') return;
    this.#registerCallId = `${randomToken()}@peer`;
    this.#contactUser = randomToken();
    this.#byCallId.clear();
  }

  /** Registers with digest; resolves with the final status. `expires` in seconds, 0 unregisters. */
  async register(expires = 300): Promise<ParsedResponse> {
    const first = await this.#sendRegister(expires, []);
    const { username = '', password = '' } = this.options;
    if (first.status !== 401) return first;
    const header = answerChallenge(
      first,
      { method: 'REGISTER', uri: this.#registrar },
      { username, password },
    );
    return header ? this.#sendRegister(expires, [header]) : first;
  }

  /** Calls; resolves as soon as the INVITE is sent. */
  async call(
    number: string,
    options: { from?: string; sdp?: string | null; headers?: Headers; rtp?: RtpEndpoint } = {},
  ): Promise<PeerCall> {
    const rtp = options.rtp ?? (await this.#openRtp());
    const from = options.from ?? `<sip:${this.options.username ?? '13800138000'}@${this.#switchHost}>`;
    const call = new PeerCall(
      this,
      rtp,
      null,
      `sip:${number}@${this.#switchHost}:${this.options.switchPort}`,
      from,
    );
    this.#keep(call);
    call.sendInvite(options.sdp === undefined ? rtp.description() : options.sdp, options.headers);
    return call;
  }

  /** The next call that comes in, or the one at `index` of all. */
  incoming(index = 0): Promise<PeerCall> {
    return this.waiters.until('a call', () => this.calls.filter((call) => call.invite)[index]);
  }

  sendRequest(request: SipRequest): void {
    this.sendRaw(writeMessage(request));
  }

  sendRaw(text: string | Buffer): void {
    this.#wire.send(text);
  }

  respond(request: ParsedRequest, status: number, toTag: string, body = '', headers: Headers = []): void {
    // The contacts of a redirection are those that are redirected to.
    const moved = status >= 300 && status < 400;
    const contact: Headers = moved ? [] : [['Contact', this.contact]];
    const allow: readonly [string, string] = ['Allow', 'INVITE, ACK, BYE, CANCEL, INFO, UPDATE, OPTIONS'];
    this.sendRaw(
      writeMessage(
        createResponse(request, status, { toTag, body, headers: [...contact, allow, ...headers] }),
      ),
    );
  }

  async close(): Promise<void> {
    this.alive = false;
    for (const call of this.calls) call.rtp.close();
    await this.#wire.close();
  }

  get #registrar(): string {
    return `sip:${this.#switchHost}:${this.options.switchPort}`;
  }

  get #switchHost(): string {
    const { switchHost = '127.0.0.1' } = this.options;
    return isIPv6(switchHost) ? `[${switchHost}]` : switchHost;
  }

  #openRtp(): Promise<RtpEndpoint> {
    const { address, rtp } = this.options;
    return RtpEndpoint.open({ ...(address === undefined ? {} : { address }), ...rtp });
  }

  #sendRegister(expires: number, headers: Headers): Promise<ParsedResponse> {
    const cseq = ++this.#registerCseq;
    const address = `<sip:${this.options.username}@${this.#switchHost}>`;
    const fields = new SipHeaders([
      ['Via', `${this.via};branch=z9hG4bK${randomToken()}`],
      ['Max-Forwards', '70'],
      ['From', `${address};tag=${randomToken()}`],
      ['To', address],
      ['Call-ID', this.#registerCallId],
      ['CSeq', `${cseq} REGISTER`],
      ['Contact', this.contact],
      ['Expires', String(expires)],
      ['User-Agent', 'scripted peer'],
      ...headers,
    ]);
    const answered = (): ParsedResponse | undefined =>
      this.responses.find(
        (it) => it.callId === this.#registerCallId && it.cseq.number === cseq && it.status >= 200,
      );
    const send = (wait: number): void => {
      if (answered() || cseq !== this.#registerCseq) return;
      this.sendRequest({
        kind: 'request',
        method: 'REGISTER',
        uri: this.#registrar,
        headers: fields,
        body: '',
      });
      if (this.options.retransmits) setTimeout(() => this.alive && send(wait * 2), wait).unref();
    };
    send(500);
    return this.waiters.until(`the response to REGISTER ${cseq}`, answered);
  }

  /** Waits for a request that belongs to no call that it knows. */
  stray(method: string): Promise<ParsedRequest> {
    return this.waiters.until(`a stray ${method}`, () => this.#strays.find((it) => it.method === method));
  }

  /** It has been started again and knows nothing of the call. */
  forget(call: PeerCall): void {
    this.#byCallId.delete(call.callId);
  }

  #keep(call: PeerCall): void {
    this.calls.push(call);
    this.#byCallId.set(call.callId, call);
  }

  async #receive(data: Buffer): Promise<void> {
    const parsed = parseMessage(data);
    if (parsed.kind === 'response') {
      this.responses.push(parsed.response);
      this.#byCallId.get(parsed.response.callId)?.receiveResponse(parsed.response);
    } else if (parsed.kind === 'request') {
      const { request } = parsed;
      const call = this.#byCallId.get(request.callId);
      if (call) call.receiveRequest(request);
      else if (request.method === 'INVITE') await this.#called(request);
      else this.#strays.push(request);
      if (!call && request.method !== 'INVITE' && request.method !== 'ACK')
        this.respond(request, request.method === 'OPTIONS' ? 200 : 481, randomToken());
    }
    this.waiters.wake();
  }

  async #called(request: ParsedRequest): Promise<void> {
    const { incoming = 'ring' } = this.options;
    if (typeof incoming === 'number') {
      this.refused += 1;
      this.respond(request, incoming, randomToken(), '', this.options.refusal ?? []);
      return;
    }
    this.respond(request, 100, '');
    const call = new PeerCall(this, await this.#openRtp(), request, request.uri, '');
    this.#keep(call);
    if (incoming !== 'wait') call.ring();
    if (incoming === 'answer') call.answer();
  }
}
