import type { Clock } from '../../../core/kernel/clock.ts';
import type { Flow } from './flow.ts';
import type { InboundRequest, SipResponse } from './sip-message.ts';
import { T1, T2, TIMEOUT } from './timers.ts';
import { writeMessage } from './write-message.ts';

/**
 * The 2xx responses of one session that wait for their ACK. They are repeated by the user agent and not by the transaction,
 * because a proxy may have taken another way (RFC 3261 §13.3.1.4).
 */
export class Unacknowledged {
  readonly #clock: Clock;
  readonly #giveUp: () => void;
  readonly #waiting = new Map<number, { stop: () => void; weOffered: boolean }>();

  /** `giveUp` is called when an ACK does not come in 64*T1. */
  constructor(clock: Clock, giveUp: () => void) {
    this.#clock = clock;
    this.#giveUp = giveUp;
  }

  /** Repeats a response that was sent once already; on `elsewhere` when the way that the request came by is closed. */
  add(request: InboundRequest, response: SipResponse, weOffered: boolean, elsewhere: () => Flow): void {
    const text = writeMessage(response);
    let wait = T1;
    let stopRepeat: () => void = () => undefined;
    const repeat = (): void => {
      stopRepeat = this.#clock.after(wait, () => {
        (request.replyFlow.open ? request.replyFlow : elsewhere()).send(text);
        wait = Math.min(wait * 2, T2);
        repeat();
      });
    };
    repeat();
    const stopGivingUp = this.#clock.after(TIMEOUT, this.#giveUp);
    const stop = (): void => {
      stopRepeat();
      stopGivingUp();
    };
    this.#waiting.set(request.cseq.number, { stop, weOffered });
  }

  /** The ACK is here. Null when it is none that we wait for; else whether it has to bring the answer to our offer. */
  take(number: number): { weOffered: boolean } | null {
    const waiting = this.#waiting.get(number);
    if (!waiting) return null;
    waiting.stop();
    this.#waiting.delete(number);
    return waiting;
  }

  clear(): void {
    for (const { stop } of this.#waiting.values()) stop();
    this.#waiting.clear();
  }
}
