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
    this.#host.addEventListener(
      'focusin',
      (event) => {
        const target = event.composedPath()[0];
        if (!(target instanceof HTMLElement)) return;
        this.#last = target;
        if (
          !event.composedPath().some((node) => node instanceof HTMLElement && node.matches('.sheet, .menu'))
        ) {
          this.#opener = target;
        }
      },
      { signal },
    );
    this.#host.addEventListener(
      'focusout',
      (event) => {
        // Left for another place on purpose; a control that goes away while focused has nowhere to go.
        if (event.relatedTarget !== null) this.#last = null;
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
      else this.#fallback();
    });
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
    const lost = this.#last !== null && !this.#last.isConnected;
    if (lost && (document.activeElement === document.body || document.activeElement === this.#host)) {
      this.#last = null;
      this.#fallback();
    }
  }

  #fallback(): void {
    this.#host.shadowRoot?.querySelector<HTMLElement>('telebar-bar-content, telebar-collapsed-pill')?.focus();
  }
}
