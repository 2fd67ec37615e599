import type { Clock } from '../../../core/kernel/clock.ts';
import { type InboundRequest, type SipResponse, withoutBody } from './sip-message.ts';
import { T1, T2, T4, TIMEOUT, TransactionTimers } from './timers.ts';
import { createResponse, type ResponseParts, writeMessage } from './write-message.ts';

type InviteState = 'proceeding' | 'accepted' | 'completed' | 'confirmed' | 'terminated';
type OtherState = 'trying' | 'proceeding' | 'completed' | 'terminated';

/**
 * The server side of one request: INVITE (RFC 3261 §17.2.1, RFC 6026 §7.1) and the rest (§17.2.2).
 *
 * ```
 *  INVITE: proceeding ──300-699──▶ completed ──ACK──▶ confirmed ──I──▶ terminated
 *               └──2xx──▶ accepted ──L──▶ terminated      (completed ──H──▶ terminated)
 *  other:  trying ──1xx──▶ proceeding ──200-699──▶ completed ──J──▶ terminated
 * ```
 */
export class ServerTransaction {
  readonly key: string;
  /** The tag that we give to the To header when it has none. */
  readonly localTag: string;
  /** A CANCEL came before the final response. */
  onCancel: (cancel: InboundRequest) => void = () => undefined;
  /** A refusal of an INVITE was never acknowledged, or the peer is gone. */
  onFailure: () => void = () => undefined;
  #request: InboundRequest;
  #state: InviteState | OtherState;
  #last: string | null = null;
  readonly #timers: TransactionTimers;
  readonly #onTerminated: () => void;

  constructor(
    key: string,
    request: InboundRequest,
    localTag: string,
    clock: Clock,
    onTerminated: () => void,
  ) {
    this.key = key;
    this.#request = request;
    this.localTag = localTag;
    this.#timers = new TransactionTimers(clock);
    this.#onTerminated = onTerminated;
    this.#state = request.method === 'INVITE' ? 'proceeding' : 'trying';
  }

  /** Without its body once there is a final response. */
  get request(): InboundRequest {
    return this.#request;
  }

  get state(): string {
    return this.#state;
  }

  /** True until there is a final response. */
  get pending(): boolean {
    return this.#state === 'proceeding' || this.#state === 'trying';
  }

  /** Makes and sends a response. Without effect when there was a final one. Returns it. */
  respond(status: number, parts: ResponseParts = {}): SipResponse {
    const response = createResponse(this.request, status, { toTag: this.localTag, ...parts });
    if (!this.pending) return response;
    this.#last = writeMessage(response);
    this.request.replyFlow.send(this.#last);
    if (status >= 200 && this.#request.body !== '') this.#request = withoutBody(this.#request);
    if (status < 200) {
      this.#state = 'proceeding';
    } else if (this.request.method !== 'INVITE') {
      this.#state = 'completed';
      if (this.request.replyFlow.reliable) this.terminate();
      else this.#timers.after(TIMEOUT, () => this.terminate());
    } else if (status < 300) {
      // The user repeats the 2xx until the ACK (RFC 3261 §13.3.1.4); repeated INVITEs are only absorbed.
      this.#state = 'accepted';
      this.#timers.after(TIMEOUT, () => this.terminate());
    } else {
      this.#state = 'completed';
      if (!this.request.replyFlow.reliable) this.#retransmit(T1);
      this.#timers.after(TIMEOUT, () => {
        this.terminate();
        this.onFailure();
      });
    }
    return response;
  }

  /**
   * Sends a final response and forgets the request: when it comes again it is judged again (RFC 3261 §8.2.7). For whatever a
   * stranger can ask for, so that it costs no memory.
   */
  respondOnce(status: number, parts: ResponseParts = {}): void {
    if (!this.pending) return;
    this.request.replyFlow.send(
      writeMessage(createResponse(this.request, status, { toTag: this.localTag, ...parts })),
    );
    this.terminate();
  }

  /** The same request again. */
  receiveAgain(): void {
    if (this.#last && this.#state !== 'accepted' && this.#state !== 'confirmed') {
      this.request.replyFlow.send(this.#last);
    }
  }

  /** The ACK of our refusal. */
  receiveAck(): void {
    if (this.#state !== 'completed' || this.request.method !== 'INVITE') return;
    this.#timers.clear();
    this.#state = 'confirmed';
    if (this.request.replyFlow.reliable) this.terminate();
    else this.#timers.after(T4, () => this.terminate());
  }

  dispose(): void {
    this.#timers.clear();
    this.#state = 'terminated';
  }

  /** Timer G. */
  #retransmit(wait: number): void {
    this.#timers.after(wait, () => {
      if (this.#state !== 'completed' || !this.#last) return;
      this.request.replyFlow.send(this.#last);
      this.#retransmit(Math.min(wait * 2, T2));
    });
  }

  /** Ends it at once; its user is not told. */
  terminate(): void {
    if (this.#state === 'terminated') return;
    this.dispose();
    this.#onTerminated();
  }
}
