import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { localizer, type Localizer } from './localizer.ts';

/** Draws its element again when the language changes, and gives it the localizer. */
export class LocaleController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #localizer: Localizer;
  #unsubscribe: (() => void) | null = null;

  constructor(host: ReactiveControllerHost, source: Localizer = localizer) {
    this.#host = host;
    this.#localizer = source;
    host.addController(this);
  }

  get text(): Localizer {
    return this.#localizer;
  }

  hostConnected(): void {
    this.#unsubscribe = this.#localizer.subscribe(() => this.#host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }
}
