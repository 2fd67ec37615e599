import { onPage } from '../platform/page-events.ts';

/**
 * What an element loses when it is taken out of the document: the focus and how far its parts are scrolled. Scroll events
 * do not leave a shadow tree, so each tree in which the agent does something gets a listener of its own.
 */
export class Remembered {
  readonly #isOurs: (node: EventTarget) => boolean;
  readonly #followed = new WeakSet<ShadowRoot>();
  readonly #scrolled = new Map<Element, { left: number; top: number }>();
  #focused: HTMLElement | null = null;

  constructor(isOurs: (node: EventTarget) => boolean, signal: AbortSignal) {
    this.#isOurs = isOurs;
    for (const type of [
      'pointerdown',
      'wheel',
      'touchstart',
      'keydown',
      'keyup',
      'click',
      'input',
      'focusin',
    ]) {
      onPage(window, type, (event) => this.#note(event.composedPath()), { capture: true, signal });
    }
  }

  /** The elements are back on the page. */
  restore(): void {
    for (const [element, { left, top }] of this.#scrolled) {
      if (element.isConnected) element.scrollTo({ left, top, behavior: 'instant' });
      else this.#scrolled.delete(element);
    }
    const free = document.activeElement === null || document.activeElement === document.body;
    if (free && this.#focused?.isConnected === true) this.#focused.focus({ preventScroll: true });
  }

  #note(path: EventTarget[]): void {
    const host = path.find((node): node is HTMLElement => this.#isOurs(node));
    this.#focused = host === undefined ? null : deepFocus(host.shadowRoot);
    if (host === undefined) return;
    for (const node of path) {
      if (!(node instanceof ShadowRoot) || this.#followed.has(node)) continue;
      this.#followed.add(node);
      node.addEventListener('scroll', ({ target }) => this.#scroll(target), { capture: true, passive: true });
    }
  }

  #scroll(target: EventTarget | null): void {
    if (!(target instanceof Element) || !target.isConnected) return;
    const { scrollLeft: left, scrollTop: top } = target;
    if (left === 0 && top === 0) this.#scrolled.delete(target);
    else this.#scrolled.set(target, { left, top });
  }
}

/** What has the focus, in whichever open shadow tree. */
export function deepFocus(root: DocumentOrShadowRoot | null): HTMLElement | null {
  const focused = root?.activeElement ?? null;
  if (!(focused instanceof HTMLElement)) return null;
  return deepFocus(focused.shadowRoot) ?? focused;
}
