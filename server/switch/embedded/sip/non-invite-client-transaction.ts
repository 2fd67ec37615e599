import type { Clock } from '../../../core/kernel/clock.ts';
import type { Flow } from './flow.ts';
import type { ClientHandlers, ClientTransaction } from './invite-client-transaction.ts';
import type { InboundResponse, SipRequest } from './sip-message.ts';
import { T1, T2, T4, TIMEOUT, TransactionTimers } from './timers.ts';
import { writeMessage } from './write-message.ts';

/**
 * RFC 3261 §17.1.2.
 *
 * ```
 *  trying ──1xx──▶ proceeding ──200-699──▶ completed ──K──▶ terminated
 *     └────── F, transport ──────▶ terminated
 * ```
 */
export class NonInviteClientTransaction implements ClientTransaction {
  readonly key: string;
  readonly request: SipRequest;
  readonly flow: Flow;
  #state: 'trying' | 'proceeding' | 'completed' | 'terminated' = 'trying';
  readonly #timers: TransactionTimers;
  readonly #handlers: ClientHandlers;
  readonly #onTerminated: () => void;

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
    this.#timers.after(TIMEOUT, () => this.#fail('timeout'));
  }

  receive(response: InboundResponse): void {
    if (this.#state !== 'trying' && this.#state !== 'proceeding') return;
    if (response.status < 200) {
      this.#state = 'proceeding';
    } else {
      this.#timers.clear();
      this.#state = 'completed';
      if (this.flow.reliable) this.#terminate();
      else this.#timers.after(T4, () => this.#terminate());
    }
    this.#handlers.onResponse(response);
  }

  onFlowClosed(): void {
    if (this.#state === 'trying' || this.#state === 'proceeding') this.#fail('transport');
    else this.#terminate();
  }

  dispose(): void {
    this.#timers.clear();
    this.#state = 'terminated';
  }

  /** Timer E doubles up to T2, and is T2 once there was a provisional response. */
  #retransmit(text: string, wait: number): void {
    this.#timers.after(wait, () => {
      if (this.#state !== 'trying' && this.#state !== 'proceeding') return;
      this.flow.send(text);
      this.#retransmit(text, this.#state === 'proceeding' ? T2 : Math.min(wait * 2, T2));
    });
  }

  #fail(why: 'timeout' | 'transport'): void {
    if (this.#state === 'completed' || this.#state === 'terminated') return;
    this.#terminate();
    this.#handlers.onFailure(why);
  }

  #terminate(): void {
    if (this.#state === 'terminated') return;
    this.dispose();
    this.#onTerminated();
  }
}
