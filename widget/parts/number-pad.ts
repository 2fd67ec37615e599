import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { LocaleController } from '../i18n/locale-controller.ts';
import { reset } from '../styles/reset.css.ts';

/** A key of the pad was pressed. */
export class DigitEvent extends Event {
  static readonly type = 'telebar-digit';
  readonly digit: string;
  constructor(digit: string) {
    super(DigitEvent.type);
    this.digit = digit;
  }
}

/** Letters as on telephones (ITU-T E.161). */
const KEYS: readonly (readonly [digit: string, letters: string])[] = [
  ['1', ''],
  ['2', 'ABC'],
  ['3', 'DEF'],
  ['4', 'GHI'],
  ['5', 'JKL'],
  ['6', 'MNO'],
  ['7', 'PQRS'],
  ['8', 'TUV'],
  ['9', 'WXYZ'],
  ['*', ''],
  ['0', '+'],
  ['#', ''],
];

/**
 * Twelve telephone keys.
 *
 * @fires telebar-digit - A key was pressed: `digit`.
 */
@customElement('telebar-number-pad')
export class NumberPad extends LitElement {
  static override styles = [
    reset,
    css`
      :host {
        display: block;
      }
      .pad {
        display: grid;
        grid-template-columns: repeat(3, 1fr);
        gap: 8px;
      }
      button {
        appearance: none;
        display: flex;
        flex-direction: column;
        align-items: center;
        justify-content: center;
        height: 48px;
        margin: 0;
        padding: 0;
        border: 0;
        border-radius: var(--telebar-radius);
        background: var(--telebar-sunken);
        color: var(--telebar-text);
        font: inherit;
        cursor: pointer;
        touch-action: manipulation;
        transition: background var(--telebar-motion);
      }
      button:hover {
        background: var(--telebar-hover);
      }
      button:active {
        background: var(--telebar-line);
      }
      button:disabled {
        color: var(--telebar-text-muted);
        cursor: not-allowed;
      }
      b {
        font-size: 20px;
        line-height: 24px;
        font-weight: 500;
        font-variant-numeric: tabular-nums;
      }
      small {
        height: 14px;
        font-size: 12px;
        line-height: 14px;
        letter-spacing: 0.08em;
        color: var(--telebar-text-muted);
      }
      button.plain b {
        line-height: 38px;
      }
      @media (forced-colors: active) {
        button {
          border: 1px solid ButtonText;
        }
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'panels');

  @property({ type: Boolean }) disabled = false;

  override render(): unknown {
    return html`<div class="pad" role="group" aria-label=${this.#locale.text.t('dial.pad')}>
      ${KEYS.map(
        ([digit, letters]) =>
          html`<button
            type="button"
            class=${letters === '' ? 'plain' : ''}
            ?disabled=${this.disabled}
            @click=${() => this.dispatchEvent(new DigitEvent(digit))}
          >
            <b>${digit}</b>${letters === '' ? '' : html`<small aria-hidden="true">${letters}</small>`}
          </button>`,
      )}
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-number-pad': NumberPad;
  }
}
