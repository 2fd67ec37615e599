import type { Context, ContextCallback, ContextEvent } from '@lit/context';
import { onPage } from '../platform/page-events.ts';

type Request = ContextEvent<Context<unknown, unknown>>;

/**
 * Provides contexts to the whole page, so that elements find them wherever they are mounted: in the body, in the host's own
 * layout, or in the markup before Telebar was started. Requests that come too early are answered when there is a value,
 * and again with the next value when Telebar is started anew. The listener hears only requests for these contexts; those
 * of other Lit applications on the page pass.
 */
export class PageContexts {
  readonly #values = new Map<unknown, unknown>();
  /** Who wants to hear of the next value, with the function that ends it: consumers know a provider by its identity. */
  readonly #waiting = new Map<unknown, Map<ContextCallback<unknown>, () => void>>();
  /** Values that nobody has asked for yet. */
  readonly #offers = new Map<unknown, () => void>();
  /** Who makes the value of a context now. */
  readonly #made = new Map<unknown, unknown>();

  constructor(contexts: readonly unknown[], target: EventTarget = document) {
    for (const context of contexts) this.#waiting.set(context, new Map());
    onPage(target, 'context-request', (event: Request) => this.#answer(event));
  }

  provide<T>(context: Context<unknown, T>, value: T): void {
    this.#values.set(context, value);
    for (const [callback, leave] of [...(this.#waiting.get(context) ?? [])]) callback(value, leave);
  }

  /** Like `provide`, but the value is made when somebody asks for it; if that fails, the next asker tries again. */
  offer<T>(context: Context<unknown, T>, make: () => Promise<T>): void {
    this.#values.delete(context);
    const produce = (): void => {
      this.#offers.delete(context);
      // Withdrawn, or offered anew, while it was being made: then nobody wants it any more.
      const wanted = (): boolean => this.#made.get(context) === make;
      make().then(
        (value) => wanted() && this.provide(context, value),
        (error: unknown) => {
          console.error('Telebar could not load a part of itself', error);
          if (wanted()) this.#offers.set(context, produce);
        },
      );
    };
    this.#made.set(context, make);
    this.#offers.set(context, produce);
    if ((this.#waiting.get(context)?.size ?? 0) > 0) produce();
  }

  /** Elements keep what they have until the next value; new ones wait for it. */
  withdraw(): void {
    this.#values.clear();
    this.#offers.clear();
    this.#made.clear();
  }

  #answer(event: Request): void {
    const waiting = this.#waiting.get(event.context);
    if (waiting === undefined) return;
    event.stopPropagation();
    const { callback } = event;
    const known = this.#values.has(event.context);
    if (event.subscribe === true || !known) {
      const leave = waiting.get(callback) ?? ((): void => void waiting.delete(callback));
      waiting.set(callback, leave);
      if (known) callback(this.#values.get(event.context), leave);
      else this.#offers.get(event.context)?.();
    } else {
      callback(this.#values.get(event.context));
    }
  }
}
