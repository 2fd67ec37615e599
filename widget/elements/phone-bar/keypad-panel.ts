import { LitElement, css, html } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import X from 'lucide/dist/esm/icons/x.mjs';
import { DeskController } from '../../controllers/desk-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import '../../parts/number-pad.ts';
import type { DigitEvent } from '../../parts/number-pad.ts';
import { button } from '../../styles/button.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { sheet } from '../../styles/sheet.css.ts';
import { CloseIntent } from './intents.ts';
import { issue } from '../../parts/issue.ts';
import { presentCall } from './present-call.ts';

/** Keys for the voice menu of the other side; also from the keyboard. */
@customElement('telebar-keypad-panel')
export class KeypadPanel extends LitElement {
  static override styles = [
    reset,
    button,
    sheet,
    css`
      .body:focus-visible {
        border-radius: 0 0 var(--telebar-radius) var(--telebar-radius);
        outline-offset: -2px;
      }
      .sent {
        display: block;
        min-height: 28px;
        margin-bottom: 8px;
        font-size: 20px;
        line-height: 28px;
        text-align: center;
        direction: rtl;
        unicode-bidi: plaintext;
      }
      .sent.empty {
        font-size: 13px;
      }
    `,
  ];

  readonly #desk = new DeskController(this);
  readonly #locale = new LocaleController(this);

  @state() private sent = '';

  override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLElement>('.body')?.focus();
  }

  override render(): unknown {
    const { text } = this.#locale;
    return html`<div class="head">
        <h2 id="title">${text.t('keypad.title')}</h2>
        <button
          class="button quiet icon-only"
          type="button"
          aria-label=${text.t('bar.close')}
          @click=${() => this.dispatchEvent(new CloseIntent())}
        >
          ${icon(X)}
        </button>
      </div>
      <div class="body" tabindex="-1" @keydown=${this.#handleKey}>
        <output
          class="sent num ellipsis ${this.sent === '' ? 'empty muted' : ''}"
          aria-label=${text.t('keypad.sent')}
        >
          ${this.sent === '' ? text.t('keypad.hint') : this.sent}
        </output>
        <telebar-number-pad
          @telebar-digit=${(event: DigitEvent) => this.#send(event.digit)}
        ></telebar-number-pad>
      </div>`;
  }

  #send(digit: string): void {
    const call = presentCall(this.#desk.value);
    if (call === null || call.phase !== 'talking') return;
    this.sent += digit;
    issue(this.#desk.commands?.sendDigits(call.id, digit));
  }

  readonly #handleKey = (event: KeyboardEvent): void => {
    if (!/^[0-9*#]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#send(event.key);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-keypad-panel': KeypadPanel;
  }
}
