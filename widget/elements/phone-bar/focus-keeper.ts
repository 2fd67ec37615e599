import type { ReactiveController } from 'lit';
import type { ControllerHost } from '../../controllers/context-value.ts';

/**
 * Keeps the keyboard inside the bar: gives the focus back to what opened a sheet, and catches it when the control that
 * had it goes away (a call ends, a banner closes).
 */
export class FocusKeeper implements ReactiveController {
  readonly #host: ControllerHost;
  #abort: AbortController | null = null;
  /** What has or last had the focus inside the bar. */
  #last: HTMLElement | null = null;
  /** What had the focus before the open sheet or menu. */
  #opener: HTMLElement | null = null;
  #wanted: string | null = null;

  constructor(host: ControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    // Focus events of moves within one shadow tree do not leave it (DOM, retargeting): what has the focus is read
    // whenever the agent does something.
    // In the shadow tree: what happens there stays there (host/shield.ts).
    const root = this.#host.shadowRoot;
    for (const type of ['focusin', 'click', 'keydown', 'keyup']) {
      root?.addEventListener(type, () => this.#note(), { signal, capture: true });
    }
    root?.addEventListener(
      'focusout',
      (event) => {
        // Left for another place on purpose; a control that goes away while focused has nowhere to go.
        if ((event as FocusEvent).relatedTarget !== null) this.#last = null;
      },
      { signal },
    );
    document.addEventListener(
      'pointerdown',
      (event) => {
        if (!event.composedPath().includes(this.#host)) this.#last = null;
      },
      { signal, capture: true },
    );
  }

  hostUpdate(): void {
    this.#note();
  }

  hostUpdated(): void {
    // Children draw after the bar; look when they have.
    requestAnimationFrame(() => this.#catch());
  }

  hostDisconnected(): void {
    this.#abort?.abort();
    this.#last = null;
    this.#opener = null;
  }

  /** Focuses what had the focus before the sheet opened. */
  giveBack(): void {
    const opener = this.#opener;
    void this.#host.updateComplete.then(() => {
      if (opener?.isConnected === true) opener.focus();
      else this.enter();
    });
  }

  /** Focuses the bar, as it is: open or collapsed. */
  enter(): void {
    this.#host.shadowRoot?.querySelector<HTMLElement>('telebar-bar-content, telebar-collapsed-pill')?.focus();
  }

  /** Focuses this element of the bar as soon as it is there. */
  moveTo(selector: string): void {
    this.#wanted = selector;
    this.#host.requestUpdate();
  }

  #catch(): void {
    if (!this.#host.isConnected) return;
    if (this.#wanted !== null) {
      const element = this.#host.shadowRoot?.querySelector<HTMLElement>(this.#wanted);
      if (element !== undefined && element !== null) {
        this.#wanted = null;
        element.focus();
        return;
      }
    }
    if (this.#last === null || this.#last.isConnected) return;
    const { activeElement } = document;
    // Tried again until there is something that can take it.
    if (activeElement === document.body || activeElement === this.#host) this.enter();
    else this.#last = null;
  }

  #note(): void {
    const focused = deepFocus(this.#host.shadowRoot);
    if (focused === null) return;
    this.#last = focused;
    if (!isInPanel(focused)) this.#opener = focused;
  }
}

function deepFocus(root: ShadowRoot | null): HTMLElement | null {
  const focused = root?.activeElement ?? null;
  if (!(focused instanceof HTMLElement)) return null;
  return deepFocus(focused.shadowRoot) ?? focused;
}

function isInPanel(element: HTMLElement): boolean {
  if (element.closest('.sheet, .menu') !== null) return true;
  const root = element.getRootNode();
  return root instanceof ShadowRoot && root.host instanceof HTMLElement && isInPanel(root.host);
}
