import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { LocaleController } from '../i18n/locale-controller.ts';
import { reset } from '../styles/reset.css.ts';
import type { DeskState } from '../live/desk.ts';

/** How good the line is: bars and, in the tooltip, the figures. MOS limits after ITU-T G.107 Annex B (user satisfaction). */
@customElement('telebar-quality-mark')
export class QualityMark extends LitElement {
  static override styles = [
    reset,
    css`
      :host {
        display: inline-flex;
        color: var(--telebar-text-muted);
      }
      .bars {
        display: inline-flex;
        align-items: flex-end;
        gap: 2px;
        height: 12px;
      }
      i {
        width: 3px;
        border-radius: 1px;
        background: var(--telebar-line-strong);
        opacity: 0.45;
      }
      i:nth-child(1) {
        height: 5px;
      }
      i:nth-child(2) {
        height: 8px;
      }
      i:nth-child(3) {
        height: 12px;
      }
      i.on {
        background: var(--level);
        opacity: 1;
      }
      [data-level='good'] {
        --level: var(--telebar-success);
      }
      [data-level='fair'] {
        --level: var(--telebar-warning);
      }
      [data-level='poor'] {
        --level: var(--telebar-danger);
      }
      @media (forced-colors: active) {
        i.on {
          background: CanvasText;
        }
      }
    `,
  ];

  readonly #locale = new LocaleController(this);

  @property({ attribute: false }) quality: DeskState['quality'] = null;

  override render(): unknown {
    const { text } = this.#locale;
    const mos = this.quality?.mos ?? null;
    const level = mos === null ? 'unknown' : mos >= 4 ? 'good' : mos >= 3.6 ? 'fair' : 'poor';
    const lit = { unknown: 0, poor: 1, fair: 2, good: 3 }[level];
    const word = text.t(`quality.${level}`);
    const figures =
      mos === null || this.quality === null
        ? ''
        : text.t('quality.detail', {
            mos: text.number(mos, { maximumFractionDigits: 1 }),
            loss: text.percent(this.quality.lossIn ?? 0),
            ms: Math.round(this.quality.roundTripMs ?? 0),
          });
    return html`<span
      class="bars"
      role="img"
      data-level=${level}
      aria-label=${word}
      title=${figures === '' ? word : `${word} · ${figures}`}
    >
      ${[1, 2, 3].map((bar) => html`<i class=${bar <= lit ? 'on' : ''}></i>`)}
    </span>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-quality-mark': QualityMark;
  }
}
