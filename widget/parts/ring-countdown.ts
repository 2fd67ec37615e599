import { LitElement, css, svg, html, type PropertyValues } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { ClockController } from '../controllers/clock-controller.ts';
import { reset } from '../styles/reset.css.ts';

/**
 * A ring that empties until `until`, around whatever is slotted (the icon of Answer). The compositor draws it: one
 * animation, started in the middle, no timer.
 *
 * @slot - What the ring goes around.
 */
@customElement('telebar-ring-countdown')
export class RingCountdown extends LitElement {
  static override styles = [
    reset,
    css`
      :host {
        position: relative;
        display: inline-grid;
        place-items: center;
        width: 32px;
        height: 32px;
        flex: none;
        color: inherit;
      }
      svg {
        position: absolute;
        inset: 0;
        transform: rotate(-90deg);
      }
      circle {
        fill: none;
        stroke: currentColor;
        stroke-width: 2.5;
      }
      .rest {
        opacity: 0.28;
      }
    `,
  ];

  readonly #clock = new ClockController(this, () => false);

  @query('.left') private readonly left!: SVGCircleElement | null;

  /** Server times, ms since the epoch. */
  @property({ type: Number }) since = 0;
  @property({ type: Number }) until: number | null = null;

  #animation: Animation | null = null;

  override updated(changed: PropertyValues<this>): void {
    if (!changed.has('since') && !changed.has('until')) return;
    this.#animation?.cancel();
    if (this.left === null || this.until === null) return;
    const duration = Math.max(1, this.until - this.since);
    this.#animation = this.left.animate([{ strokeDashoffset: 0 }, { strokeDashoffset: 100 }], {
      duration,
      fill: 'forwards',
    });
    this.#animation.currentTime = Math.min(duration, this.#clock.elapsed(this.since));
  }

  override render(): unknown {
    return html`<svg width="32" height="32" viewBox="0 0 32 32" aria-hidden="true">
        <circle class="rest" cx="16" cy="16" r="14" />
        ${
          this.until === null
            ? ''
            : svg`<circle class="left" cx="16" cy="16" r="14" pathLength="100" stroke-dasharray="100" stroke-linecap="round" />`
        }
      </svg>
      <slot></slot>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-ring-countdown': RingCountdown;
  }
}
