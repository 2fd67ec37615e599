import type { Identity } from '../core/kernel/actor.ts';
import type { PageOrder } from '../contract/realtime/desk.ts';
import type { Desks } from './doors.ts';

/** Whom a page's orders reach while it is connected. */
export interface OrderTaker {
  obey(order: PageOrder): void;
}

/** A leg that was to be answered while the page was away may still be ringing this long after, ms. */
const KEPT_ANSWER_MS = 10_000;

/** What is meant for one page alone. It is kept while the page is away, and told when that comes back. */
export class PageOrders {
  readonly #now: () => number;
  readonly #unsubscribe: () => void;
  #taker: OrderTaker | null = null;
  #missedAnswer: { legId: string; until: number } | null = null;
  #missedTakeOver = false;
  #missedMove = false;

  constructor(desks: Pick<Desks, 'subscribe'>, who: Identity, clientId: string, now: () => number) {
    this.#now = now;
    this.#unsubscribe = desks.subscribe(who, clientId, (order) => this.#take(order));
  }

  /** The page is there. True: another has taken its place while it was away, which it is told once and nothing else. */
  attach(taker: OrderTaker): boolean {
    this.#taker = taker;
    const taken = this.#missedTakeOver;
    // Told once: a page that comes again after that wants the voice back.
    this.#missedTakeOver = false;
    if (taken) taker.obey({ type: 'taken-over' });
    return taken;
  }

  /** After the page has its desk. */
  catchUp(): void {
    const [answer, moved] = [this.#missedAnswer, this.#missedMove];
    this.#missedAnswer = null;
    this.#missedMove = false;
    if (answer !== null && answer.until > this.#now()) {
      this.#taker?.obey({ type: 'answer-leg', legId: answer.legId });
    }
    if (moved) this.#taker?.obey({ type: 'phone-moved' });
  }

  /** Its socket is gone; another may have taken its place already. */
  detach(taker: OrderTaker): void {
    if (this.#taker === taker) this.#taker = null;
  }

  dispose(): void {
    this.#taker = null;
    this.#unsubscribe();
  }

  #take(order: PageOrder): void {
    if (this.#taker !== null) return this.#taker.obey(order);
    switch (order.type) {
      case 'answer-leg':
        this.#missedAnswer = { legId: order.legId, until: this.#now() + KEPT_ANSWER_MS };
        return;
      case 'phone-moved':
        this.#missedMove = true;
        return;
      case 'taken-over':
        this.#missedTakeOver = true;
        return;
      default:
        order satisfies never;
    }
  }
}
