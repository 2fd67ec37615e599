import type { Context, ContextCallback, ContextEvent } from '@lit/context';

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

  constructor(contexts: readonly unknown[], target: EventTarget = document) {
    for (const context of contexts) this.#waiting.set(context, new Map());
    target.addEventListener('context-request', (event) => this.#answer(event as Request));
  }

  provide<T>(context: Context<unknown, T>, value: T): void {
    this.#values.set(context, value);
    for (const [callback, leave] of [...(this.#waiting.get(context) ?? [])]) callback(value, leave);
  }

  /** Elements keep what they have until the next value; new ones wait for it. */
  withdraw(): void {
    this.#values.clear();
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
    } else {
      callback(this.#values.get(event.context));
    }
  }
}
