import { isIPv6 } from 'node:net';
import { answerChallenge } from '../../server/switch/embedded/sip/digest-client.ts';
import { parseMessage } from '../../server/switch/embedded/sip/parse-message.ts';
import { SipHeaders } from '../../server/switch/embedded/sip/sip-headers.ts';
import type {
  ParsedRequest,
  ParsedResponse,
  SipRequest,
} from '../../server/switch/embedded/sip/sip-message.ts';
import { createResponse, randomToken, writeMessage } from '../../server/switch/embedded/sip/write-message.ts';
import { MessageWaiters } from './message-waiters.ts';
import { PeerCall, type Headers } from './peer-call.ts';
import { RtpEndpoint, type RtpEndpointOptions } from './rtp-endpoint.ts';
import { tcpWire, udpWire, webSocketWire, type WebSocketEnds, type Wire } from './sip-wire.ts';

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

/**
 * A scripted phone or carrier on UDP: registers, calls, is called, and speaks RTP through an `RtpEndpoint` per call. It
 * does not retransmit: on the loopback nothing is lost, and what it waits for fails with a name.
 */
export class SipPeer {
  readonly options: SipPeerOptions;
  readonly waiters = new MessageWaiters();
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
