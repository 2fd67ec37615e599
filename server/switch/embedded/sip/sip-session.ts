import { mediaType, sdpOf } from './body.ts';
import type { Dialog } from './dialog.ts';
import { askPeer, knowsDialog } from './dialog-probe.ts';
import type { Flow } from './flow.ts';
import type { ServerTransaction } from './server-transaction.ts';
import type { SipLink } from './sip-link.ts';
import type { InboundRequest, InboundResponse } from './sip-message.ts';
import type { SessionHandlers } from './session-handlers.ts';
import {
  MIN_SESSION_EXPIRES,
  negotiateAsServer,
  parseSessionExpires,
  SessionTimer,
} from './session-timer.ts';
import { Unacknowledged } from './unacknowledged.ts';
import { allowOf } from './write-message.ts';

type Headers = ReadonlyArray<readonly [string, string]>;

/** The time that any request has for its final answer (RFC 3261 §17.1.1.2, timer B). */
const OFFER_ANSWER_MS = 32_000;

/**
 * A session within its dialog: everything that comes and goes between the first response and BYE.
 *
 * ```
 *  early ──2xx──▶ confirmed ──BYE, lost──▶ ended
 *    └─────────── refused ────────────────────┘
 * ```
 */
export class SipSession {
  readonly dialog: Dialog;
  /** Our description that is in force; '' before there is one. */
  localSdp = '';
  /** Send to where the peer was last heard and not to its Contact. */
  symmetric = true;
  #state: 'early' | 'confirmed' | 'ended' = 'early';
  readonly #link: SipLink;
  readonly #handlers: SessionHandlers;
  readonly #timer: SessionTimer;
  #peerAllowsUpdate = false;
  /** Whose offer waits for its answer (RFC 3261 §14.2, RFC 3311 §5.2). */
  #open: 'none' | 'ours' | 'theirs' = 'none';
  readonly #unacknowledged: Unacknowledged;
  /** ACKs that we sent, by CSeq number, for repeated 2xx. */
  readonly #acks = new Map<number, string>();
  #pendingInvite: ServerTransaction | null = null;
  #retry: () => void = () => undefined;

  constructor(link: SipLink, dialog: Dialog, handlers: SessionHandlers) {
    this.#link = link;
    this.dialog = dialog;
    this.#handlers = handlers;
    this.#unacknowledged = new Unacknowledged(link.clock, () => this.#lose('no-ack'));
    this.#timer = new SessionTimer(
      link.clock,
      () => this.#refresh(),
      () => this.#lose('session-expired'),
    );
    link.attach(dialog.key, this);
  }

  get ended(): boolean {
    return this.#state === 'ended';
  }

  /** The peer came back on another socket. */
  moveTo(flow: Flow): void {
    this.dialog.flow = flow;
  }

  /** What the peer's INVITE, or its 2xx, said about itself. */
  learn(message: InboundRequest | InboundResponse): void {
    this.#peerAllowsUpdate = message.headers.includes('allow', 'UPDATE');
  }

  startTimer(seconds: number, weRefresh: boolean): void {
    this.#timer.start(seconds, weRefresh);
  }

  /** As the caller: the 2xx is here. Acknowledges it, and each repetition of it with the same ACK. */
  confirm(response: InboundResponse): void {
    const number = response.cseq.number;
    const sent = this.#acks.get(number);
    if (sent) {
      this.#flow().send(sent);
      return;
    }
    this.#state = 'confirmed';
    this.learn(response);
    this.dialog.retarget(response);
    this.#acks.set(number, this.#link.sendAck(this.dialog.request('ACK', number), this.#flow()));
    this.#timeFrom(response);
  }

  /** As the one who is called: sends the 2xx until it is acknowledged (RFC 3261 §13.3.1.4). */
  accept(transaction: ServerTransaction, sdp: string, weOffer: boolean, headers: Headers): void {
    this.localSdp = sdp;
    this.#state = 'confirmed';
    if (weOffer) this.#open = 'ours';
    const response = transaction.respond(200, {
      headers: this.#withOurs(headers),
      body: sdp,
    });
    this.#unacknowledged.add(transaction.request, response, weOffer, () => this.dialog.flow);
  }

  /** Ends a confirmed session; of an early one only the dialog is given up. `reason` is the Reason header's value. */
  bye(reason?: string): void {
    if (this.#state === 'ended') return;
    const confirmed = this.#state === 'confirmed';
    this.#end();
    if (!confirmed) return;
    const bye = this.dialog.request('BYE');
    if (reason) bye.headers.append('Reason', reason);
    this.#link.send(bye, this.#flow(), { onResponse: () => undefined, onFailure: () => undefined });
  }

  /** Forgets the session without a word to the peer, who has been told otherwise or is gone. */
  abandon(): void {
    this.#end();
  }

  /** Sends a request that changes nothing of the session; resolves when the peer took it. */
  send(method: 'INFO' | 'NOTIFY', headers: Headers, body: string): Promise<boolean> {
    const request = this.dialog.request(method);
    for (const [name, value] of headers) request.headers.append(name, value);
    return new Promise((resolve) => {
      this.#link.send({ ...request, body }, this.#flow(), {
        onResponse: (response) => {
          if (response.status >= 200) resolve(response.status < 300);
        },
        onFailure: () => resolve(false),
      });
    });
  }

  /**
   * Whether the peer still knows of the session. UPDATE is understood only by who has the dialog; OPTIONS, for those who do
   * not know that, some answer for everything. `thorough` asks them by a re-INVITE, as nobody takes one without the dialog.
   */
  async probe(thorough = false): Promise<boolean> {
    if (this.#state !== 'confirmed') return this.#state === 'early';
    // Who negotiates a description is there, or the open offer will tell.
    if (thorough && !this.#peerAllowsUpdate && this.#open === 'none') return this.#probeByOffer();
    const { seconds } = this.#timer;
    const request = this.dialog.request(this.#peerAllowsUpdate ? 'UPDATE' : 'OPTIONS');
    request.headers.append('Contact', this.#link.contact(this.dialog.flow));
    request.headers.append('Supported', 'timer');
    // Without it an UPDATE would end the session timer (RFC 4028 §7.2).
    const refreshes = this.#peerAllowsUpdate && seconds > 0;
    if (refreshes) {
      request.headers.append('Session-Expires', `${seconds};refresher=uac`);
      request.headers.append('Min-SE', String(MIN_SESSION_EXPIRES));
    }
    const answer = await askPeer(this.#link, request, this.#flow());
    if (refreshes && answer !== null && answer.status < 300 && !this.ended) this.#refreshed(answer, seconds);
    return knowsDialog(answer);
  }

  #probeByOffer(): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#link.clock.after(OFFER_ANSWER_MS, () => resolve(false));
      this.#refresh((answer) => {
        cancel();
        resolve(knowsDialog(answer));
      });
    });
  }

  receive(transaction: ServerTransaction): void {
    const { request } = transaction;
    if (this.#state === 'ended') {
      transaction.respond(481);
      return;
    }
    if (!this.dialog.acceptSequence(request.cseq.number)) {
      transaction.respond(500, { reason: 'CSeq Out of Order' });
      return;
    }
    if (request.flow.protocol === this.dialog.flow.protocol) this.dialog.flow = request.flow;
    switch (request.method) {
      case 'BYE':
        transaction.respond(200);
        this.#end();
        this.#handlers.onEnded({ kind: 'bye', reason: request.headers.get('reason') ?? '' });
        return;
      case 'INVITE':
      case 'UPDATE':
        this.#renegotiate(transaction);
        return;
      case 'INFO': {
        const type = mediaType(request.headers.get('content-type') ?? '');
        // An INFO without a body asks whether we are there (RFC 2976 §2.2).
        const understood = request.body === '' || this.#handlers.onInfo(type, request.body);
        transaction.respond(understood ? 200 : 415, {
          headers: understood ? [] : [['Accept', 'application/dtmf-relay, application/dtmf']],
        });
        return;
      }
      case 'OPTIONS':
        transaction.respond(200, {
          headers: [
            ['Allow', allowOf(this.#handlers)],
            ['Accept', 'application/sdp'],
          ],
        });
        return;
      default:
        if (request.method === 'REFER' && this.#handlers.onRefer) this.#handlers.onRefer(transaction);
        else transaction.respond(405, { headers: [['Allow', allowOf(this.#handlers)]] });
    }
  }

  receiveAck(ack: InboundRequest): void {
    if (!this.#unacknowledged.take(ack.cseq.number)?.weOffered) return;
    this.#open = 'none';
    const sdp = sdpOf(ack);
    // No answer to our offer: there is no session to speak of (RFC 3261 §13.2.2.4).
    if (!sdp) this.#lose('no-ack');
    else this.#handlers.onAnswer(sdp).catch(() => this.#lose('no-ack'));
  }

  #renegotiate(transaction: ServerTransaction): void {
    const { request } = transaction;
    const sdp = sdpOf(request);
    const isInvite = request.method === 'INVITE';
    if (sdp === null) {
      transaction.respond(415, { headers: [['Accept', 'application/sdp']] });
      return;
    }
    if (isInvite || sdp !== '') {
      if (this.#pendingInvite || this.#open === 'theirs' || this.#state === 'early') {
        transaction.respond(500, { headers: [['Retry-After', String(Math.floor(Math.random() * 10))]] });
        return;
      }
      if (this.#open === 'ours') {
        transaction.respond(491);
        return;
      }
    }
    const timer = negotiateAsServer(request.headers);
    if (timer.kind === 'too-small') {
      transaction.respond(422, { headers: [['Min-SE', String(MIN_SESSION_EXPIRES)]] });
      return;
    }
    this.dialog.retarget(request);
    const headers = timer.kind === 'on' ? timer.headers : [];
    const agreed = (): void => {
      if (timer.kind === 'on') this.#timer.start(timer.seconds, timer.weRefresh);
    };
    if (sdp === '' && !isInvite) {
      transaction.respond(200, {
        headers: this.#withOurs(headers),
      });
      agreed();
      return;
    }
    if (sdp === '') {
      // The far side wants our offer. The DTLS association stays, so only the role has to be open (RFC 8842 §5.5).
      const inForce = this.localSdp.replace(/a=setup:(?:active|passive)/g, 'a=setup:actpass');
      this.#describe(transaction, this.#handlers.onOfferWanted(inForce), true, headers, agreed);
      return;
    }
    this.#describe(transaction, this.#handlers.onOffer(sdp), false, headers, agreed);
  }

  /** Answers a re-INVITE or UPDATE with our description when that is there: our answer, or our offer. */
  #describe(
    transaction: ServerTransaction,
    description: Promise<string>,
    weOffer: boolean,
    headers: Headers,
    agreed: () => void,
  ): void {
    const isInvite = transaction.request.method === 'INVITE';
    this.#open = 'theirs';
    if (isInvite) {
      this.#pendingInvite = transaction;
      transaction.respond(100);
      transaction.onCancel = () => transaction.respond(487);
    }
    const settle = (): boolean => {
      this.#open = 'none';
      this.#pendingInvite = null;
      return transaction.pending && this.#state !== 'ended';
    };
    description.then(
      (answer) => {
        if (!settle()) return;
        if (isInvite) this.accept(transaction, answer, weOffer, headers);
        else {
          this.localSdp = answer;
          transaction.respond(200, {
            headers: this.#withOurs(headers),
            body: answer,
          });
        }
        agreed();
      },
      // The session goes on as it was (RFC 3261 §14.2).
      () => settle() && transaction.respond(488),
    );
  }

  /** Our turn to show that the session lives: UPDATE, or re-INVITE for who knows no UPDATE (RFC 4028 §7.4). */
  #refresh(settle: (answer: InboundResponse | null) => void = () => undefined): void {
    if (this.#state !== 'confirmed') return;
    // Refreshing waits while an offer is open.
    if (this.#open !== 'none') return this.#again();
    const seconds = this.#timer.seconds;
    const method = this.#peerAllowsUpdate ? 'UPDATE' : 'INVITE';
    const request = this.dialog.request(method);
    request.headers.append('Contact', this.#link.contact(this.dialog.flow));
    request.headers.append('Supported', 'timer');
    if (seconds > 0) {
      request.headers.append('Session-Expires', `${seconds};refresher=uac`);
      request.headers.append('Min-SE', String(MIN_SESSION_EXPIRES));
    }
    const body = method === 'INVITE' ? this.localSdp : '';
    if (body) {
      request.headers.append('Content-Type', 'application/sdp');
      this.#open = 'ours';
    }
    this.#link.send({ ...request, body }, this.#flow(), {
      onResponse: (response) => {
        this.#onRefreshed(response, seconds);
        if (response.status >= 200) settle(response);
      },
      // The expiry ends the session when no later attempt succeeds.
      onFailure: () => {
        this.#open = 'none';
        settle(null);
      },
    });
  }

  #onRefreshed(response: InboundResponse, seconds: number): void {
    if (response.status < 200) return;
    if (response.cseq.method === 'INVITE') this.#open = 'none';
    if (this.#state === 'ended') return;
    if (response.status < 300) {
      if (response.cseq.method === 'INVITE') {
        const repeated = this.#acks.has(response.cseq.number);
        this.confirm(response);
        const sdp = sdpOf(response);
        if (!repeated && sdp) this.#handlers.onAnswer(sdp).catch(() => undefined);
      } else this.dialog.retarget(response);
      this.#refreshed(response, seconds);
    } else if (response.status === 481 || response.status === 408) this.#lose('dialog-gone');
    else if (response.status === 491 || response.status === 500) this.#again();
  }

  #refreshed(response: InboundResponse, seconds: number): void {
    if (parseSessionExpires(response.headers)) this.#timeFrom(response);
    else if (seconds > 0) this.#timer.start(seconds, true);
  }

  /** After a collision: a random time, longer for who made the Call-ID, so that one of both comes first (RFC 3261 §14.1). */
  #again(): void {
    const steps = Math.floor(Math.random() * 190);
    this.#retry();
    this.#retry = this.#link.clock.after(this.dialog.weStarted ? 2_100 + steps * 10 : steps * 10, () =>
      this.#refresh(),
    );
  }

  /** Takes the interval of a 2xx to our request (RFC 4028 §7.2). */
  #timeFrom(response: InboundResponse): void {
    const agreed = parseSessionExpires(response.headers);
    if (agreed) this.#timer.start(agreed.seconds, agreed.refresher !== 'uas');
  }

  #lose(why: 'no-ack' | 'session-expired' | 'dialog-gone'): void {
    if (this.#state === 'ended') return;
    this.bye(why === 'session-expired' ? 'SIP;cause=408;text="Session expired"' : undefined);
    this.#handlers.onEnded({ kind: 'lost', why });
  }

  #withOurs(headers: Headers): Headers {
    const contact = ['Contact', this.#link.contact(this.dialog.flow)] as const;
    return [contact, ['Allow', allowOf(this.#handlers)], ['Supported', 'timer'], ...headers];
  }

  #flow(): Flow {
    return this.dialog.nextHop((...to) => this.#link.flow(...to), this.symmetric);
  }

  #end(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#timer.stop();
    this.#retry();
    this.#unacknowledged.clear();
    this.#pendingInvite?.respond(487);
    this.#pendingInvite = null;
    this.#link.detach(this.dialog.key);
  }
}
