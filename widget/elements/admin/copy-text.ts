import { LitElement, css, html } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import Copy from 'lucide/dist/esm/icons/copy.mjs';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';

/**
 * A text to take along: a secret that is told once, or lines for somebody's page.
 *
 * @slot - Other ways to take it along.
 */
@customElement('telebar-copy-text')
export class CopyText extends LitElement {
  static override styles = [
    reset,
    button,
    field,
    css`
      .line {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
        margin-top: 6px;
      }
      textarea {
        height: auto;
        padding: 8px;
        font-family: ui-monospace, monospace;
        font-size: 13px;
        line-height: 20px;
        resize: vertical;
        word-break: break-all;
      }
      textarea[wrap='off'] {
        overflow-x: auto;
        white-space: pre;
        word-break: normal;
        tab-size: 4;
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'admin');

  @property() label = '';
  @property() value = '';
  @property({ type: Number }) rows = 2;
  /** Lines of a table stay whole. */
  @property({ type: Boolean }) table = false;
  @state() private copied = false;
  @query('textarea') private readonly text!: HTMLTextAreaElement;

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('value')) this.copied = false;
  }

  override render(): unknown {
    const { text } = this.#locale;
    return html`<label class="field">
        <span class="label">${this.label}</span>
        <textarea
          class="input"
          readonly
          rows=${this.rows}
          wrap=${this.table ? 'off' : 'soft'}
          .value=${this.value}
          @focus=${this.#handleFocus}
        ></textarea>
      </label>
      <div class="line">
        <button class="button small" type="button" @click=${this.#handleCopy}>
          ${icon(Copy)}${text.t('admin.copy')}
        </button>
        <slot></slot>
        <span role="status">${this.copied ? text.t('admin.copied') : ''}</span>
      </div>`;
  }

  readonly #handleFocus = (): void => this.text.select();

  /** Where the browser keeps the clipboard from the page, the text is marked for the person to copy. */
  readonly #handleCopy = async (): Promise<void> => {
    this.text.focus();
    this.text.select();
    try {
      await navigator.clipboard.writeText(this.value);
      this.copied = true;
    } catch {
      this.copied = false;
    }
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-copy-text': CopyText;
  }
}
