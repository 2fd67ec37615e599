import { LitElement, css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import X from 'lucide/dist/esm/icons/x.mjs';
import { DeskController } from '../../controllers/desk-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import '../../parts/number-pad.ts';
import type { DigitEvent } from '../../parts/number-pad.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { sheet } from '../../styles/sheet.css.ts';
import { DigitRow, digitSteps } from '../../../server/contract/digit-row.ts';
import { runDigits } from '../../live/digit-run.ts';
import { CloseIntent } from './intents.ts';
import { issue } from '../../parts/issue.ts';
import { presentCall } from './present-call.ts';

/** Keys for the voice menu of the other side; also from the keyboard. */
@customElement('telebar-keypad-panel')
export class KeypadPanel extends LitElement {
  static override styles = [
    reset,
    button,
    field,
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
        /* A long row loses its beginning, not what was sent last. */
        direction: rtl;
      }
      .run {
        display: flex;
        align-items: center;
        justify-content: space-between;
        margin-bottom: 8px;
      }
      .error-text {
        margin-bottom: 8px;
      }
      .sent.empty {
        font-size: 13px;
      }
    `,
  ];

  readonly #desk = new DeskController(this);
  readonly #locale = new LocaleController(this, 'panels');

  @state() private sent = '';
  /** How many of a pasted row are still to come; 0: none is under way. */
  @state() private left = 0;
  @state() private refused = false;
  #run: AbortController | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // A page that replaces its body, or a move into a dialog, puts it back at once.
    setTimeout(() => this.isConnected || this.#run?.abort());
  }

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
      <div class="body" tabindex="-1" @keydown=${this.#handleKey} @paste=${this.#handlePaste}>
        <output
          class="sent num ellipsis ${this.sent === '' ? 'empty muted' : ''}"
          aria-label=${text.t('keypad.sent')}
          ><bdi dir="ltr">${this.sent === '' ? text.t('keypad.hint') : this.sent}</bdi></output
        >
        ${
          this.left > 0
            ? html`<p class="run" role="status">
                ${text.t('keypad.left', { count: this.left })}
                <button class="button small" type="button" @click=${() => this.#run?.abort()}>
                  ${text.t('keypad.stop')}
                </button>
              </p>`
            : nothing
        }
        ${this.refused ? html`<p class="error-text" role="alert">${text.t('keypad.noDigits')}</p>` : nothing}
        <telebar-number-pad
          ?disabled=${this.left > 0}
          @telebar-digit=${(event: DigitEvent) => this.#send(event.digit)}
        ></telebar-number-pad>
      </div>`;
  }

  #send(digit: string): void {
    const call = presentCall(this.#desk.value);
    if (call === null || call.phase !== 'talking' || this.left > 0) return;
    this.refused = false;
    this.sent += digit;
    issue(this.#desk.commands?.sendDigits(call.id, digit));
  }

  readonly #handlePaste = (event: ClipboardEvent): void => {
    event.preventDefault();
    void this.#sendRow(event.clipboardData?.getData('text') ?? '');
  };

  /** A row of any length, with pauses; it can be stopped, and ends with the call. */
  async #sendRow(row: string): Promise<void> {
    const call = presentCall(this.#desk.value);
    if (call === null || call.phase !== 'talking' || this.left > 0) return;
    const keys = DigitRow.safeParse(row);
    this.refused = !keys.success;
    if (!keys.success) return;
    const steps = digitSteps(keys.data);
    const run = new AbortController();
    this.#run = run;
    this.left = steps.reduce((sum, { digits }) => sum + digits.length, 0);
    try {
      await runDigits(
        steps,
        async (digits) => this.#desk.commands?.sendDigits(call.id, digits),
        run.signal,
        (digits) => {
          this.sent += digits;
          this.left -= digits.length;
        },
      );
    } catch {
      // The refusal is in `failures`, which the bar shows.
    } finally {
      this.left = 0;
    }
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
