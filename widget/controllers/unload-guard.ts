import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { onPage } from '../platform/page-events.ts';

/** While something of an element would be lost the browser asks before the page goes. */
export class UnloadGuard implements ReactiveController {
  readonly #host: ReactiveControllerHost & { readonly isTouched: boolean };
  #abort: AbortController | null = null;

  constructor(host: ReactiveControllerHost & { readonly isTouched: boolean }) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#abort = new AbortController();
    const ask = (event: Event): void => {
      if (this.#host.isTouched) event.preventDefault();
    };
    onPage(window, 'beforeunload', ask, { signal: this.#abort.signal });
  }

  hostDisconnected(): void {
    this.#abort?.abort();
  }
}
