import type { ReactiveController } from 'lit';
import type { ControllerHost } from '../controllers/context-value.ts';

/** Attribute of the elements that Telebar has made itself. */
export const OWN = 'data-telebar-own';
const own = new WeakSet<Element>();

/** Marks an element as made by us. A page that copies its body (a cache of pages, an innerHTML put back) copies the mark, not this. */
export function markOwn(element: HTMLElement): void {
  own.add(element);
  element.setAttribute(OWN, '');
}

/** What floats over the page or lies in it, lowest first. */
const floors: TopLayer[] = [];

type FloatingHost = ControllerHost & { readonly inline: boolean };

/**
 * Draws an element's box in the browser's top layer, as a popover that only we open and close: no stacking context, no
 * transformed, filtered or clipping ancestor reaches it there. Browsers without popovers show it by its z-index.
 */
export class TopLayer implements ReactiveController {
  /** Called when one has been drawn anew. */
  static updated: (() => void) | null = null;
  /** Called when one has come or gone. */
  static changed: (() => void) | null = null;
  readonly host: FloatingHost;
  readonly #box: () => HTMLElement | null;
  readonly #level: number;

  /** `box`: what floats unless the element is inline; null while there is none. Higher levels lie above. */
  constructor(host: FloatingHost, level: number, box: () => HTMLElement | null) {
    this.host = host;
    this.#box = box;
    this.#level = level;
    host.addController(this);
  }

  /** What floats now. */
  get box(): HTMLElement | null {
    return this.host.inline ? null : this.#box();
  }

  /** What lies in the page's layout. */
  get inlineBox(): HTMLElement | null {
    return this.host.inline ? this.#box() : null;
  }

  hostConnected(): void {
    // A copy: the one that it was made of is here or comes back by itself.
    if (this.host.hasAttribute(OWN) && !own.has(this.host)) return this.host.remove();
    const above = floors.findIndex((other) => other.#level > this.#level);
    floors.splice(above === -1 ? floors.length : above, 0, this);
    TopLayer.changed?.();
    // Leaving the document has closed it.
    if (this.box !== null) raiseAll();
  }

  hostUpdated(): void {
    const box = this.#box();
    if (box !== null && this.host.inline && box.popover !== null) {
      box.popover = null;
      box.style.removeProperty('zoom');
    } else if (box !== null && !this.host.inline && box.popover === null) {
      raiseAll();
    }
    TopLayer.updated?.();
  }

  hostDisconnected(): void {
    const at = floors.indexOf(this);
    if (at !== -1) floors.splice(at, 1);
    TopLayer.changed?.();
  }
}

/** What floats over the page now, lowest first. */
export function floatingBoxes(): { host: HTMLElement; box: HTMLElement }[] {
  return floors.flatMap(({ host, box }) => (box === null ? [] : [{ host, box }]));
}

export function inlineBoxes(): HTMLElement[] {
  return floors.flatMap(({ inlineBox }) => inlineBox ?? []);
}

/** The element of this name that the page has put into its layout. */
export function ofLayout(name: string): HTMLElement | null {
  return floors.find(({ host }) => host.localName === name && !own.has(host))?.host ?? null;
}

/** Puts all boxes above whatever else is in the top layer, in their order. */
export function raiseAll(): void {
  for (const { host, box } of floatingBoxes()) {
    // On a zoomed page the bar keeps its size and its place, which are reckoned in the window's pixels.
    const zoom = (host.parentElement as { currentCSSZoom?: number } | null)?.currentCSSZoom ?? 1;
    box.style.setProperty('zoom', zoom === 1 ? '' : String(1 / zoom));
    if (!('popover' in box)) continue;
    box.popover = 'manual';
    try {
      if (box.matches(':popover-open')) box.hidePopover();
      box.showPopover();
    } catch (error) {
      // Its z-index still holds.
      console.warn('Telebar cannot lie above everything else on this page', error);
    }
  }
}
