import { onPage, onRevival } from '../platform/page-events.ts';
import { floatingBoxes, inlineBoxes, markOwn, ofLayout, raiseAll, TopLayer } from '../parts/top-layer.ts';
import { deepFocus, Remembered } from './remembered.ts';

/** So many times in this time an element comes back, or to the front, at once; a page that goes on is not fought with. */
const MOST = 12;
const WINDOW_MS = 10_000;

/** One of our elements and where it belongs. */
interface Kept {
  element: HTMLElement & { inline?: boolean };
  /** CSS selector of its place in the page's layout; null: it floats. */
  readonly selector: string | null;
}

/**
 * Keeps our elements on the page and within reach, whatever the page does: replaces its body, opens a modal dialog, goes
 * full screen. They are put back before the browser draws, the same elements as before. A page that wants them away
 * calls `Telebar.ui.hide()` or `Telebar.dispose()`. One that the page has in its layout is used instead of ours, while it
 * is there.
 * Only the lists of children above our elements are watched, not the page: a page that changes much costs nothing.
 */
export class Presence {
  readonly #kept: Kept[];
  readonly #memory: Remembered;
  readonly #returns = new Budget();
  readonly #raises = new Budget();
  readonly #signal: AbortSignal;
  readonly #children = new MutationObserver(() => this.#look());
  readonly #attributes = new MutationObserver(() => this.#freed());
  /** The nodes above our elements, as far as they are watched. */
  #watched: Node[] = [];
  /** The modal dialog or full screen element that our elements are in: everything outside it is inert. */
  #dialog: HTMLElement | null = null;
  /** What hides our elements' places in the page's layout: they float as long. */
  #cover: Element | null = null;
  /** The page takes things out of its body, or has made it inert: beside it they are left alone. */
  #besideBody = false;
  #checking = false;
  /** Where the keyboard was before it was taken to the bar. */
  #origin: HTMLElement | null = null;

  /** Lowest first. */
  constructor(kept: { element: HTMLElement; selector: string | null }[], signal: AbortSignal) {
    this.#kept = kept;
    this.#signal = signal;
    for (const { element } of kept) markOwn(element);
    this.#memory = new Remembered((node) => this.#kept.some(({ element }) => element === node), signal);
    for (const item of kept) this.#put(item);
    this.#watch();
    TopLayer.updated = () => this.#checkSoon();
    TopLayer.changed = () => queueMicrotask(() => this.#look());
    for (const type of LOOK_AFTER) onPage(window, type, () => this.#checkSoon(), { capture: true, signal });
    onPage(window, 'keydown', (event: KeyboardEvent) => this.#handleKey(event), { capture: true, signal });
    onRevival(() => this.#remake(), signal);
    signal.addEventListener('abort', () => {
      this.#children.disconnect();
      this.#attributes.disconnect();
      TopLayer.updated = TopLayer.changed = null;
      for (const { element } of this.#kept) element.remove();
    });
  }

  /** The element of this name that is on the page now. */
  element(name: string): HTMLElement | null {
    return ofLayout(name) ?? this.#kept.find(({ element }) => element.localName === name)?.element ?? null;
  }

  /** F6, as from pane to pane: into the bar, also out of a focus trap, and back to where the keyboard was. */
  #handleKey(event: KeyboardEvent): void {
    const bar = this.element('telebar-phone-bar');
    if (event.key !== 'F6' || event.ctrlKey || event.altKey || event.metaKey || bar === null) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const inside = bar.shadowRoot?.activeElement != null;
    if (inside) return this.#origin?.focus();
    this.#origin = deepFocus(document);
    bar.focus();
  }

  /** Something above our elements has changed. */
  #look(): void {
    if (this.#signal.aborted) return;
    const lost = this.#kept.filter(
      (item) => isHere(item.element) !== (ofLayout(item.element.localName) === null) || this.#mayGoHome(item),
    );
    if (lost.length > 0) this.#bringBack(lost);
    if (lost.length > 0 || this.#hasMoved()) this.#watch();
    this.#checkSoon();
  }

  #bringBack(lost: Kept[]): void {
    if (!this.#returns.take(() => this.#look())) {
      if (this.#besideBody) return;
      console.warn('Telebar: this page keeps removing the bar; it stays beside the body from now on.');
      this.#besideBody = true;
      this.#returns.renew();
    }
    // In another document, e.g. that of a frame, an element loses its style sheets.
    if (lost.some(({ element }) => element.shadowRoot?.adoptedStyleSheets.length === 0))
      return this.#remake();
    for (const item of lost) this.#put(item);
    this.#memory.restore();
  }

  /** The elements that were there hear nothing any more. */
  #remake(): void {
    for (const item of this.#kept) {
      item.element.remove();
      item.element = document.createElement(item.element.localName);
      markOwn(item.element);
      this.#put(item);
    }
    this.#watch();
  }

  #put(item: Kept): void {
    const { element, selector } = item;
    if (ofLayout(element.localName) !== null) return element.remove();
    if (this.#dialog !== null && !isModal(this.#dialog)) this.#dialog = null;
    const away = this.#dialog ?? this.#cover;
    const place = selector === null || away !== null ? null : document.querySelector(selector);
    const home = this.#dialog ?? place ?? this.#floor();
    if (home === null || home === element.parentNode) return;
    if (selector !== null && place === null && away === null) {
      console.warn(`Telebar: "${selector}" is not on the page any more; the bar floats until it is back.`);
    }
    element.inline = place !== null && place !== document.body;
    move(element, home);
  }

  #floor(): HTMLElement | null {
    return this.#besideBody ? document.documentElement : (document.body ?? document.documentElement);
  }

  /** Whether the place that the element had in the page's layout is back. */
  #mayGoHome({ element, selector }: Kept): boolean {
    if (selector === null || element.inline === true || (this.#dialog ?? this.#cover) !== null) return false;
    const place = document.querySelector(selector);
    return place !== null && place !== document.body;
  }

  #watch(): void {
    this.#watched = this.#above();
    this.#children.disconnect();
    // A place that is missing may come back anywhere.
    const subtree = this.#kept.some(({ element, selector }) => selector !== null && element.inline !== true);
    for (const node of this.#watched)
      this.#children.observe(node, { childList: true, subtree: subtree && node === document });
    this.#attributes.disconnect();
    const filter = { attributes: true, attributeFilter: ['open', 'popover', 'inert', 'aria-hidden'] };
    this.#attributes.observe(document, { ...filter, subtree: true });
    // It may be in somebody's shadow tree.
    if (this.#dialog !== null) this.#attributes.observe(this.#dialog, filter);
  }

  #hasMoved(): boolean {
    const now = this.#above();
    return now.length !== this.#watched.length || now.some((node, at) => node !== this.#watched[at]);
  }

  #above(): Node[] {
    const nodes = new Set<Node>([document]);
    for (const { element } of this.#kept) {
      for (let node = above(element); node !== null; node = above(node)) nodes.add(node);
    }
    return [...nodes];
  }

  /** A dialog has opened or closed, or the page hides from somebody what is not in its dialog: the bar is never that. */
  #freed(): void {
    for (const { element } of this.#kept) {
      const hidden = element.inert || element.ariaHidden === 'true';
      if (!hidden || !this.#raises.take(() => this.#freed())) continue;
      element.inert = false;
      element.ariaHidden = null;
    }
    if (this.#dialog !== null && !isModal(this.#dialog)) this.#moveAll(null);
    this.#checkSoon();
  }

  #checkSoon(): void {
    if (this.#checking) return;
    this.#checking = true;
    requestAnimationFrame(() => {
      this.#checking = false;
      if (!this.#signal.aborted) this.#check();
    });
  }

  /** Looks whether a click on the bar would reach it. */
  #check(): void {
    if (this.#dialog !== null && !isModal(this.#dialog)) this.#moveAll(null);
    const cover = coverOf(this.#kept.find(({ selector }) => selector !== null)?.element);
    if (this.#cover !== null ? !isCover(this.#cover) : cover !== null) {
      this.#cover = cover;
      this.#moveAll(this.#dialog);
    }
    if (obstacle() === undefined || !this.#raises.take(() => this.#check())) return;
    raiseAll();
    const inTheWay = obstacle();
    if (inTheWay === undefined) return;
    const dialog = modalAround(inTheWay);
    // Nothing is drawn in these; the agent leaves the full screen by Escape.
    if (dialog?.matches('video,iframe,img,canvas,object,embed') === true) return;
    if (dialog !== null && dialog !== this.#dialog) return this.#moveAll(dialog);
    if (this.#besideBody) return;
    this.#besideBody = true;
    this.#moveAll(this.#dialog);
  }

  #moveAll(dialog: HTMLElement | null): void {
    this.#dialog = dialog;
    for (const item of this.#kept) this.#put(item);
    this.#memory.restore();
    this.#watch();
  }
}

/** What may have put something above us, or made us inert. */
const LOOK_AFTER = [
  'toggle',
  'close',
  'fullscreenchange',
  'focusin',
  'click',
  'keyup',
  'resize',
  'visibilitychange',
];

/** Moves it with everything that belongs to it where the browser can. */
function move(
  element: HTMLElement,
  home: Element & { moveBefore?: (node: Node, child: null) => void },
): void {
  if (isHere(element) && home.moveBefore !== undefined) {
    try {
      return home.moveBefore(element, null);
    } catch {
      // Not from one tree into another of this kind; then it is taken out and put in.
    }
  }
  home.append(element);
}

function isHere(element: Element): boolean {
  return element.isConnected && element.ownerDocument === document;
}

function above(node: Node): Node | null {
  return node instanceof ShadowRoot ? node.host : node.parentNode;
}

/** Also said of what is in full screen (Fullscreen API §6.1). */
function isModal(dialog: HTMLElement): boolean {
  return dialog.isConnected && dialog.matches(':modal');
}

/** What a click on one of our boxes would hit instead; null: nothing, it is not drawn; undefined: it is within reach. */
function obstacle(): Element | null | undefined {
  const boxes = floatingBoxes();
  // In a frame that is not shown there is nothing to reach.
  if (window.innerWidth === 0) return undefined;
  for (const { host, box } of boxes) {
    if (host.hidden) continue;
    const { left, top, width, height } = box.getBoundingClientRect();
    if (width === 0) return null;
    const root = host.getRootNode() as Document | ShadowRoot;
    for (const part of [0.5, 0.25, 0.75]) {
      const hit = root.elementFromPoint(left + width * part, top + height / 2);
      // Null: outside the window.
      if (hit !== null && !boxes.some((other) => other.host === hit)) return hit;
    }
  }
  return undefined;
}

/** The innermost modal element that this is in or the backdrop of, also inside open shadow trees. */
function modalAround(hit: Element | null): HTMLElement | null {
  const point = hit === null ? null : firstPoint();
  let deepest = hit;
  while (point !== null && deepest?.shadowRoot != null) {
    const inner: Element | null = deepest.shadowRoot.elementFromPoint(point.x, point.y);
    if (inner === null || inner === deepest) break;
    deepest = inner;
  }
  for (let node: Node | null = deepest; node !== null; node = above(node)) {
    if (node instanceof HTMLElement && isModal(node)) return node;
  }
  return null;
}

/** What keeps an element in the page's layout from being used, wherever it is scrolled. */
function coverOf(element: HTMLElement | undefined): Element | null {
  const box = inlineBoxes().find((node) => (node.getRootNode() as ShadowRoot).host === element);
  if (box === undefined || element === undefined) return null;
  const { left, top, width, height } = box.getBoundingClientRect();
  for (const hit of document.elementsFromPoint(left + width / 2, top + height / 2)) {
    for (let node: Node | null = hit; node instanceof Element && !holds(node, element); node = above(node)) {
      if (isCover(node)) return node;
    }
    if (holds(hit, element)) break;
  }
  return [...document.querySelectorAll(':modal')].findLast((modal) => !holds(modal, element)) ?? null;
}

function isCover(node: Element): boolean {
  if (!node.isConnected) return false;
  if (node.matches(':modal') || node.shadowRoot?.querySelector(':modal') != null) return true;
  const { left, top, right, bottom } = node.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  return left <= 0 && top <= 0 && right >= clientWidth && bottom >= clientHeight;
}

/** Also through shadow trees. */
function holds(outer: Node, inner: Node): boolean {
  for (let node: Node | null = inner; node !== null; node = above(node)) if (node === outer) return true;
  return false;
}

function firstPoint(): { x: number; y: number } | null {
  const box = floatingBoxes()[0]?.box.getBoundingClientRect();
  return box === undefined ? null : { x: box.left + box.width / 2, y: box.top + box.height / 2 };
}

/** Something that may be done at once so many times in a while, and later after that. */
class Budget {
  #taken: number[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `again` is called when there is some left. */
  take(again: () => void): boolean {
    const now = performance.now();
    this.#taken = this.#taken.filter((at) => now - at < WINDOW_MS);
    if (this.#taken.length < MOST) {
      this.#taken.push(now);
      return true;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      again();
    }, WINDOW_MS);
    return false;
  }

  renew(): void {
    this.#taken = [];
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
