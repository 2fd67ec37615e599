import { answerChallenge } from '../../server/switch/embedded/sip/digest-client.ts';
import { SipHeaders } from '../../server/switch/embedded/sip/sip-headers.ts';
import type {
  ParsedRequest,
  ParsedResponse,
  SipRequest,
} from '../../server/switch/embedded/sip/sip-message.ts';
import { parseNameAddress } from '../../server/switch/embedded/sip/sip-uri.ts';
import { randomToken } from '../../server/switch/embedded/sip/write-message.ts';
import type { MessageWaiters } from './message-waiters.ts';
import type { RtpEndpoint } from './rtp-endpoint.ts';

export type Headers = ReadonlyArray<readonly [string, string]>;

/** What a call needs of the peer whose it is. */
interface CallsPeer {
  readonly options: {
    readonly webSocketUrl?: string;
    readonly username?: string;
    readonly password?: string;
  };
  readonly waiters: MessageWaiters;
  readonly responses: readonly ParsedResponse[];
  readonly via: string;
  readonly contact: string;
  sendRequest(request: SipRequest): void;
  respond(request: ParsedRequest, status: number, toTag: string, body?: string, headers?: Headers): void;
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
  readonly #peer: CallsPeer;
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

  constructor(peer: CallsPeer, rtp: RtpEndpoint, invite: ParsedRequest | null, uri: string, from: string) {
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
    this.#over();
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
      if (!success) this.#over();
    }
    this.statuses.push(response.status);
  }

  /** From the peer's socket. */
  receiveRequest(request: ParsedRequest): void {
    this.requests.push(request);
    if (request.method === 'ACK') return;
    if (request.method === 'BYE' || request.method === 'CANCEL') this.#over();
    this.#peer.respond(
      request,
      200,
      this.#localTag,
      request.method === 'INVITE' ? this.rtp.description() : '',
    );
    if (request.method === 'CANCEL' && this.invite) this.#peer.respond(this.invite, 487, this.#localTag);
  }

  /** It says nothing more: the port that it spoke to is soon another call's, which would take its voice for its own. */
  #over(): void {
    this.ended = true;
    this.rtp.pause();
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
