import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import X from 'lucide/dist/esm/icons/x.mjs';
import { QueryController } from '../../controllers/query-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { isComposing } from '../../parts/composing.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import './set-up-name.ts';
import { setUpNamed, type Named } from './set-up-queries.ts';

/** Others are chosen now. */
export class PickEvent extends Event {
  static readonly type = 'telebar-pick';
  readonly ids: readonly string[];
  constructor(ids: readonly string[]) {
    super(PickEvent.type);
    this.ids = ids;
  }
}

/**
 * Chooses agents or groups: those that are chosen, each with a cross, and a field that finds more.
 *
 * @fires telebar-pick - Others are chosen now: `ids`.
 */
@customElement('telebar-set-up-pick')
export class SetUpPick extends LitElement {
  static override styles = [
    reset,
    button,
    field,
    css`
      :host {
        position: relative;
        display: grid;
        gap: 6px;
      }
      .chosen {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
        max-height: 168px;
        margin: 0;
        padding: 0;
        overflow-y: auto;
        list-style: none;
        scrollbar-width: thin;
      }
      .chosen li {
        display: inline-flex;
        align-items: center;
        gap: 2px;
        min-width: 0;
        padding-inline-start: 10px;
        border: 1px solid var(--telebar-line);
        border-radius: var(--telebar-radius-small);
        background: var(--telebar-sunken);
        font-size: 13px;
        line-height: 18px;
        overflow-wrap: anywhere;
      }
      .chosen .button {
        width: 26px;
        min-height: 26px;
      }
      .found {
        position: absolute;
        inset: 100% 0 auto;
        z-index: 1;
        max-height: 232px;
        margin: 4px 0 0;
        padding: 4px;
        overflow-y: auto;
        list-style: none;
        border: 1px solid var(--telebar-line);
        border-radius: var(--telebar-radius-small);
        background: var(--telebar-raised);
        box-shadow: var(--telebar-shadow);
      }
      .found li {
        display: flex;
        justify-content: space-between;
        gap: 12px;
        padding: 6px 8px;
        border-radius: 4px;
        cursor: pointer;
      }
      .found li[aria-selected='true'],
      .found li:hover {
        background: var(--telebar-hover);
      }
      .found .none {
        color: var(--telebar-text-muted);
        cursor: default;
      }
      .number {
        color: var(--telebar-text-muted);
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'admin');
  readonly #found = new QueryController(this, (queries) =>
    setUpNamed(queries, this.of, this.open ? this.typed.trim() : null),
  );

  @property() of: 'agents' | 'groups' = 'agents';
  @property() label = '';
  @property({ type: Boolean }) several = false;
  @property({ type: Boolean }) invalid = false;
  @property({ attribute: false }) ids: readonly string[] = [];
  /** Those that are not found, because they are chosen already elsewhere. */
  @property({ attribute: false }) taken: readonly string[] = [];
  @state() private open = false;
  @state() private typed = '';
  @state() private at = 0;
  @query('input') private readonly input!: HTMLInputElement | null;

  override focus(): void {
    this.input?.focus();
  }

  override render(): unknown {
    const { text } = this.#locale;
    const found = this.#choosable();
    return html`${
        this.ids.length === 0
          ? nothing
          : html`<ul class="chosen" aria-label=${this.label}>
              ${this.ids.map(
                (id) =>
                  html`<li>
                    <telebar-set-up-name .of=${this.of} .id=${id}></telebar-set-up-name>
                    <button
                      class="button quiet icon-only"
                      type="button"
                      aria-label=${text.t('admin.pick.remove')}
                      @click=${() => this.#tell(this.ids.filter((other) => other !== id))}
                    >
                      ${icon(X)}
                    </button>
                  </li>`,
              )}
            </ul>`
      }
      <input
        class="input"
        type="text"
        role="combobox"
        autocomplete="off"
        maxlength="100"
        aria-label=${this.label}
        aria-expanded=${this.open ? 'true' : 'false'}
        aria-controls="found"
        aria-activedescendant=${this.open && found.length > 0 ? `found-${this.at}` : nothing}
        aria-invalid=${this.invalid ? 'true' : 'false'}
        placeholder=${text.t(this.of === 'agents' ? 'admin.pick.agent' : 'admin.pick.group')}
        .value=${this.typed}
        @focus=${() => (this.open = true)}
        @blur=${() => (this.open = false)}
        @input=${this.#handleInput}
        @keydown=${this.#handleKey}
      />
      ${this.open ? this.#renderFound(found) : nothing}`;
  }

  #renderFound(found: readonly Named[]): unknown {
    const { text } = this.#locale;
    const { isPending, isError } = this.#found.result ?? { isPending: true, isError: false };
    const none = isPending ? 'admin.loading' : isError ? 'admin.failed' : 'admin.pick.none';
    return html`<ul class="found" id="found" role="listbox" aria-label=${this.label}>
      ${
        found.length === 0
          ? html`<li class="none" role="option" aria-disabled="true" aria-selected="false">
              ${text.t(none)}
            </li>`
          : found.map(
              (one, index) =>
                html`<li
                  id="found-${index}"
                  role="option"
                  aria-selected=${index === this.at ? 'true' : 'false'}
                  @pointerdown=${(event: Event) => this.#take(event, one)}
                >
                  <span>${one.name}</span><span class="number">${one.number}</span>
                </li>`,
            )
      }
    </ul>`;
  }

  #choosable(): Named[] {
    return (this.#found.result?.data?.items ?? []).filter(
      ({ id }) => !this.ids.includes(id) && !this.taken.includes(id),
    );
  }

  /** The field keeps the focus: a press elsewhere would close the list before it is taken. */
  #take(event: Event, { id }: Named): void {
    event.preventDefault();
    this.typed = '';
    this.at = 0;
    this.#tell(this.several ? [...this.ids, id] : [id]);
    if (!this.several) this.open = false;
  }

  #tell(ids: readonly string[]): void {
    this.ids = ids;
    this.dispatchEvent(new PickEvent(ids));
  }

  readonly #handleInput = (event: Event): void => {
    this.typed = (event.target as HTMLInputElement).value;
    this.open = true;
    this.at = 0;
  };

  readonly #handleKey = (event: KeyboardEvent): void => {
    if (isComposing(event)) return;
    const found = this.#choosable();
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      this.open = true;
      if (found.length > 0) this.at = (this.at + step + found.length) % found.length;
    } else if (event.key === 'Enter' && this.open) {
      // The form is not sent by choosing.
      event.preventDefault();
      const one = found[this.at];
      if (one !== undefined) this.#take(event, one);
    } else if (event.key === 'Escape' && this.open) {
      event.stopPropagation();
      this.open = false;
    } else if (event.key === 'Backspace' && this.typed === '' && this.ids.length > 0) {
      this.#tell(this.ids.slice(0, -1));
    }
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-set-up-pick': SetUpPick;
  }
}
