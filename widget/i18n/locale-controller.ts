import type { Locale } from '../../server/contract/wire.ts';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Area } from './areas.ts';
import { localizer, type Texts } from './localizer.ts';

/** Draws its element again when the language changes, and gives it the sentences of the bar and of the areas that it names. */
export class LocaleController<A extends Area = never> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #areas: readonly A[];
  #unsubscribe: (() => void) | null = null;
  #isAsking = false;

  constructor(host: ReactiveControllerHost, ...areas: A[]) {
    this.#host = host;
    this.#areas = areas;
    host.addController(this);
  }

  get text(): Texts<A> {
    this.#need();
    return localizer;
  }

  /** Whether the sentences of the bar and of the areas are there. */
  get ready(): boolean {
    this.#need();
    return localizer.ready && this.#areas.every((area) => localizer.has(area));
  }

  /** Chooses the language of the page. Rejects when its sentences cannot be loaded. */
  use(locale: Locale): Promise<void> {
    return localizer.use(locale);
  }

  hostConnected(): void {
    this.#unsubscribe = localizer.subscribe(() => this.#host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  /** An element that has nothing to say fetches nothing. What could not be fetched is asked for with the next drawing. */
  #need(): void {
    if (this.#isAsking) return;
    this.#isAsking = true;
    localizer.need(...this.#areas).catch((error: unknown) => {
      this.#isAsking = false;
      reportError(error);
    });
  }
}
