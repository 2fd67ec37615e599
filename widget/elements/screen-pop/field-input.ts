import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { CustomField } from '../../../server/contract/session.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';

/** The value was changed; `done` when the field was left or a choice was made. */
export class FieldChangeEvent extends Event {
  static readonly type = 'telebar-field-change';
  readonly value: string | number | boolean | null;
  readonly done: boolean;
  constructor(value: FieldChangeEvent['value'], done: boolean) {
    super(FieldChangeEvent.type);
    this.value = value;
    this.done = done;
  }
}

/**
 * One line of a card: label at the left, value at the right, edited in place.
 *
 * @fires telebar-field-change - The value was changed: `value`, `done`.
 */
@customElement('telebar-field-input')
export class FieldInput extends LitElement {
  static override styles = [
    reset,
    field,
    css`
      :host {
        display: grid;
        grid-template-columns: 104px minmax(0, 1fr);
        align-items: start;
        gap: 8px;
      }
      .label {
        justify-content: flex-start;
        padding-top: 8px;
        overflow-wrap: anywhere;
      }
      .star {
        color: var(--telebar-danger);
      }
      .input:not(:focus-visible):not([aria-invalid='true']):not(:read-only) {
        border-color: var(--telebar-line);
      }
      select.input:not(:focus-visible) {
        border-color: var(--telebar-line);
      }
      .input:hover:not(:focus-visible):not(:read-only),
      select.input:hover:not(:focus-visible) {
        border-color: var(--telebar-line-strong);
      }
      .check {
        display: flex;
        align-items: center;
        gap: 8px;
        min-height: 36px;
        cursor: pointer;
      }
      .check input {
        width: 16px;
        height: 16px;
        margin: 0;
        accent-color: var(--telebar-accent);
      }
      .error-text {
        margin-top: 4px;
      }
      @media (prefers-contrast: more) {
        .input.input:not(:focus-visible) {
          border-color: var(--telebar-line-strong);
        }
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'screenPop');

  @property() name = '';
  @property() label = '';
  /** Accessible name where the label is not shown. */
  @property() hiddenLabel = '';
  @property() kind: CustomField['type'] = 'text';
  @property({ attribute: false }) options: CustomField['options'] = [];
  @property({ attribute: false }) value: string | number | boolean | null = null;
  @property() placeholder = '';
  @property({ type: Boolean }) required = false;
  @property({ type: Boolean }) readOnly = false;
  /** Required and empty, and the agent has tried to save. */
  @property({ type: Boolean }) missing = false;
  /** A telephone number. */
  @property({ type: Boolean }) numeric = false;

  override render(): unknown {
    const { text } = this.#locale;
    return html`<label class="label" for="input">
        <span>
          ${this.label}${
            this.required && !this.readOnly
              ? html`<span class="star" title=${text.t('pop.required')} aria-hidden="true"> *</span>`
              : nothing
          }
        </span>
      </label>
      <div>
        ${this.#renderControl()}
        ${
          this.missing
            ? html`<p class="error-text" id="why">${text.t('pop.requiredError', { field: this.label })}</p>`
            : nothing
        }
      </div>`;
  }

  #renderControl(): unknown {
    const { text } = this.#locale;
    const name = this.label === '' ? this.hiddenLabel : nothing;
    const invalid = this.missing ? 'true' : 'false';
    const described = this.missing ? 'why' : nothing;
    const value = this.value === null ? '' : String(this.value);
    switch (this.kind) {
      case 'multiline':
        return html`<textarea
          class="input"
          id="input"
          maxlength="4000"
          aria-label=${name}
          aria-invalid=${invalid}
          aria-describedby=${described}
          ?required=${this.required}
          ?readonly=${this.readOnly}
          .value=${live(value)}
          @input=${this.#handleInput}
          @change=${this.#handleDone}
        ></textarea>`;
      case 'choice':
        return html`<select
          class="input"
          id="input"
          aria-invalid=${invalid}
          aria-describedby=${described}
          ?required=${this.required}
          ?disabled=${this.readOnly}
          @change=${this.#handleDone}
        >
          <option value="" .selected=${live(value === '')}>${text.t('pop.none')}</option>
          ${this.options.map(
            (option) =>
              html`<option value=${option.value} .selected=${live(value === option.value)}>
                ${text.label(option)}
              </option>`,
          )}
          ${
            value === '' || this.options.some((option) => option.value === value)
              ? nothing
              : html`<option value=${value} .selected=${live(true)}>${value}</option>`
          }
        </select>`;
      case 'boolean':
        return html`<span class="check">
          <input
            type="checkbox"
            id="input"
            ?disabled=${this.readOnly}
            .checked=${live(this.value === true)}
            @change=${(event: Event) => this.#tell((event.target as HTMLInputElement).checked, true)}
          />
          <span aria-hidden="true">${text.t(this.value === true ? 'pop.yes' : 'pop.no')}</span>
        </span>`;
      case 'text':
      case 'number':
      case 'date':
        return html`<input
          class="input ${this.numeric || this.kind !== 'text' ? 'num' : ''}"
          id="input"
          type=${this.numeric ? 'tel' : this.kind}
          maxlength=${this.numeric ? 40 : 500}
          step="any"
          placeholder=${this.placeholder}
          aria-label=${name}
          aria-invalid=${invalid}
          aria-describedby=${described}
          ?required=${this.required}
          ?readonly=${this.readOnly}
          .value=${live(value)}
          @input=${this.#handleInput}
          @change=${this.#handleDone}
        />`;
    }
    return this.kind satisfies never;
  }

  #tell(value: FieldChangeEvent['value'], done: boolean): void {
    this.dispatchEvent(new FieldChangeEvent(value, done));
  }

  #read(event: Event): FieldChangeEvent['value'] {
    const { value } = event.target as HTMLInputElement;
    if (this.kind !== 'number') return value;
    return value === '' ? null : Number(value);
  }

  readonly #handleInput = (event: Event): void => this.#tell(this.#read(event), false);
  readonly #handleDone = (event: Event): void => this.#tell(this.#read(event), true);
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-field-input': FieldInput;
  }
}
