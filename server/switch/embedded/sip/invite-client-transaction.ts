import type { Clock } from '../../../core/kernel/clock.ts';
import type { Flow } from './flow.ts';
import type { InboundResponse, SipRequest } from './sip-message.ts';
import { SipHeaders } from './sip-headers.ts';
import { T1, TIMEOUT, TransactionTimers } from './timers.ts';
import { writeMessage } from './write-message.ts';

/** What a client transaction tells its user. */
export interface ClientHandlers {
  onResponse(response: InboundResponse): void;
  /** No final response in time, or the request cannot leave. */
  onFailure(why: 'timeout' | 'transport'): void;
}

/** A client transaction of either kind. */
export interface ClientTransaction {
  readonly key: string;
  readonly request: SipRequest;
  readonly flow: Flow;
  start(): void;
  receive(response: InboundResponse): void;
  onFlowClosed(): void;
  /** Stops all timers without telling anybody. */
  dispose(): void;
}

/**
 * RFC 3261 §17.1.1 with the Accepted state of RFC 6026 §7.2.
 *
 * ```
 *  calling ──1xx──▶ proceeding ──300-699──▶ completed ──D──▶ terminated
 *     │ └──────────2xx──┐ └─2xx─▶ accepted ──M──▶ terminated
 *     └─B, transport──▶ terminated
 * ```
 */
export class InviteClientTransaction implements ClientTransaction {
  readonly key: string;
  readonly request: SipRequest;
  readonly flow: Flow;
  #state: 'calling' | 'proceeding' | 'completed' | 'accepted' | 'terminated' = 'calling';
  readonly #timers: TransactionTimers;
  readonly #handlers: ClientHandlers;
  readonly #onTerminated: () => void;
  #ack: string | null = null;

  constructor(
    key: string,
    request: SipRequest,
    flow: Flow,
    clock: Clock,
    handlers: ClientHandlers,
    onTerminated: () => void,
  ) {
    this.key = key;
    this.request = request;
    this.flow = flow;
    this.#timers = new TransactionTimers(clock);
    this.#handlers = handlers;
    this.#onTerminated = onTerminated;
  }

  get state(): string {
    return this.#state;
  }

  start(): void {
    const text = writeMessage(this.request);
    if (!this.flow.send(text)) {
      this.#fail('transport');
      return;
    }
    if (!this.flow.reliable) this.#retransmit(text, T1);
    // Timer B: no response at all.
    this.#timers.after(TIMEOUT, () => {
      if (this.#state === 'calling') this.#fail('timeout');
    });
  }

  receive(response: InboundResponse): void {
    const { status } = response;
    if (this.#state === 'calling' || this.#state === 'proceeding') {
      if (status < 200) this.#state = 'proceeding';
      else if (status < 300) {
        this.#enter('accepted');
        this.#timers.after(TIMEOUT, () => this.#terminate());
      } else {
        this.#enter('completed');
        this.#ack = writeMessage(this.#ackOf(response));
        this.flow.send(this.#ack);
        if (this.flow.reliable) this.#terminate();
        else this.#timers.after(TIMEOUT, () => this.#terminate());
      }
      this.#handlers.onResponse(response);
    } else if (this.#state === 'completed' && status >= 300 && this.#ack) {
      this.flow.send(this.#ack);
    } else if (this.#state === 'accepted' && status >= 200 && status < 300) {
      this.#handlers.onResponse(response);
    }
  }

  onFlowClosed(): void {
    if (this.#state === 'calling' || this.#state === 'proceeding') this.#fail('transport');
    else this.#terminate();
  }

  dispose(): void {
    this.#timers.clear();
    this.#state = 'terminated';
  }

  /** The ACK of a refusal belongs to the transaction (RFC 3261 §17.1.1.3). */
  #ackOf(response: InboundResponse): SipRequest {
    const headers = new SipHeaders();
    headers.append('Via', this.request.headers.get('via') ?? '');
    headers.append('Max-Forwards', '70');
    headers.append('From', this.request.headers.get('from') ?? '');
    headers.append('To', response.headers.get('to') ?? '');
    headers.append('Call-ID', response.callId);
    headers.append('CSeq', `${response.cseq.number} ACK`);
    for (const route of this.request.headers.all('route')) headers.append('Route', route);
    return { kind: 'request', method: 'ACK', uri: this.request.uri, headers, body: '' };
  }

  /** Timer A doubles without a bound until there is a response. */
  #retransmit(text: string, wait: number): void {
    this.#timers.after(wait, () => {
      if (this.#state !== 'calling') return;
      this.flow.send(text);
      this.#retransmit(text, wait * 2);
    });
  }

  #enter(state: 'completed' | 'accepted'): void {
    this.#timers.clear();
    this.#state = state;
  }

  #fail(why: 'timeout' | 'transport'): void {
    this.#terminate();
    this.#handlers.onFailure(why);
  }

  #terminate(): void {
    if (this.#state === 'terminated') return;
    this.dispose();
    this.#onTerminated();
  }
}
