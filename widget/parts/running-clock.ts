import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { ClockController } from '../controllers/clock-controller.ts';
import { clockText, isoDuration } from '../i18n/clock-text.ts';
import { reset } from '../styles/reset.css.ts';

/**
 * A clock that counts up from `since` or down to `until`, by the server's time; `end` stops it. It is drawn alone, so
 * that the second hand does not redraw the bar, and is silent for screen readers: states are announced, seconds are not.
 */
@customElement('telebar-running-clock')
export class RunningClock extends LitElement {
  static override styles = [
    reset,
    css`
      :host {
        display: inline;
        font: inherit;
        color: inherit;
        line-height: inherit;
      }
    `,
  ];

  readonly #clock = new ClockController(this, () => this.end === null);

  /** Server time at which it began, ms since the epoch. */
  @property({ type: Number }) since: number | null = null;
  /** Server time at which it is over; counts down. */
  @property({ type: Number }) until: number | null = null;
  /** Server time at which it stopped. */
  @property({ type: Number }) end: number | null = null;

  override render(): unknown {
    const ms = this.#ms();
    if (ms === null) return nothing;
    return html`<time datetime=${isoDuration(ms)}>${clockText(ms)}</time>`;
  }

  #ms(): number | null {
    if (this.until !== null) {
      // Rounded up: a countdown shows 0 only when nothing is left.
      return Math.ceil(this.#clock.remaining(this.until) / 1000) * 1000;
    }
    if (this.since === null) return null;
    return this.end === null ? this.#clock.elapsed(this.since) : Math.max(0, this.end - this.since);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-running-clock': RunningClock;
  }
}
