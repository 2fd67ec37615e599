import { localizer } from '../../i18n/localizer.ts';
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Parts that are fetched when they are first shown; a page with a collapsed bar loads none of them. */
const loaders = {
  afterCall: () => import('./after-call.ts'),
  content: () => import('./bar-content.ts'),
  login: () => import('./login-form.ts'),
  menu: () => import('./state-menu.ts'),
  dial: () => import('./dial-panel.ts'),
  keypad: () => import('./keypad-panel.ts'),
  settings: () => import('./settings-panel.ts'),
  lock: () => import('./lock-screen.ts'),
  notices: () => import('../../parts/notice-list.ts'),
  conflict: () => import('./sign-in-conflict.ts'),
} as const;

export type PartName = keyof typeof loaders;

/** Parts that say nothing which the bar's own catalog does not have. */
const WITH_BAR_WORDS: readonly PartName[] = ['content', 'notices', 'afterCall'];

/** Fetches parts for an element, and tells when one is there or has failed. */
export class LazyParts implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #status = new Map<PartName, 'loading' | 'ready' | 'failed'>();

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
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
    // The bar's own sentences are there; those of panels come with the first of them.
    const words = WITH_BAR_WORDS.includes(name) ? null : localizer.whole();
    Promise.all([loaders[name](), words]).then(
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
