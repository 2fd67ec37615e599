import type { Area } from '../../i18n/areas.ts';
import { localizer } from '../../i18n/localizer.ts';
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** What brings a part, and the area of its words; null: the bar's. */
interface Part {
  readonly load: () => Promise<unknown>;
  readonly words: Area | null;
}

/** Fetches parts for an element, and tells when one is there or has failed. */
export class LazyParts<PartName extends string> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #parts: Readonly<Record<PartName, Part>>;
  readonly #status = new Map<PartName, 'loading' | 'ready' | 'failed'>();

  constructor(host: ReactiveControllerHost, parts: Readonly<Record<PartName, Part>>) {
    this.#host = host;
    this.#parts = parts;
    host.addController(this);
  }

  hostConnected(): void {
    // Nothing: parts are asked for by rendering.
  }

  /** Starts to fetch the part unless it is there. */
  need(name: PartName): 'loading' | 'ready' | 'failed' {
    const status = this.#status.get(name);
    if (status !== undefined) return status;
    this.#status.set(name, 'loading');
    const { load, words } = this.#parts[name];
    Promise.all([load(), words === null ? null : localizer.need(words)]).then(
      () => this.#settle(name, 'ready'),
      () => this.#settle(name, 'failed'),
    );
    return 'loading';
  }

  /** Once more, after a failure. */
  retry(name: PartName): void {
    this.#status.delete(name);
    this.#host.requestUpdate();
  }

  #settle(name: PartName, status: 'ready' | 'failed'): void {
    this.#status.set(name, status);
    this.#host.requestUpdate();
  }
}
