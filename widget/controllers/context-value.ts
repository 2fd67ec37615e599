import { ContextConsumer, type Context } from '@lit/context';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Observable } from '../live/observable.ts';

export type ControllerHost = ReactiveControllerHost & HTMLElement;

/**
 * Follows a store that comes by context: subscribes while the element is on the page, follows a store that is provided
 * anew, and asks for an update when the selected value is another one.
 */
export class ContextValueController<S extends Observable<unknown>, T> implements ReactiveController {
  readonly #host: ControllerHost;
  readonly #select: (state: S['state']) => T;
  readonly #equal: (a: T, b: T) => boolean;
  #store: S | undefined;
  #value: T | undefined;
  #connected = false;
  #unsubscribe: (() => void) | null = null;

  constructor(
    host: ControllerHost,
    context: Context<unknown, S>,
    select: (state: S['state']) => T,
    equal: (a: T, b: T) => boolean,
  ) {
    this.#host = host;
    this.#select = select;
    this.#equal = equal;
    host.addController(this);
    new ContextConsumer(host, { context, subscribe: true, callback: (store) => this.#attach(store) });
  }

  /** The selected part of the state; undefined until the context has come. */
  get value(): T | undefined {
    return this.#value;
  }

  protected get store(): S | undefined {
    return this.#store;
  }

  hostConnected(): void {
    this.#connected = true;
    this.#follow();
  }

  hostDisconnected(): void {
    this.#connected = false;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  #attach(store: S): void {
    if (store === this.#store) return;
    this.#store = store;
    this.#follow();
  }

  #follow(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    if (!this.#connected || this.#store === undefined) return;
    this.#unsubscribe = this.#store.subscribe((state) => this.#take(state));
    this.#take(this.#store.state);
  }

  #take(state: S['state']): void {
    const next = this.#select(state);
    if (this.#value !== undefined && this.#equal(this.#value, next)) return;
    this.#value = next;
    this.#host.requestUpdate();
  }
}
