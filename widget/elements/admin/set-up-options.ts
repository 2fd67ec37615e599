import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import ArrowUp from 'lucide/dist/esm/icons/arrow-up.mjs';
import Plus from 'lucide/dist/esm/icons/plus.mjs';
import X from 'lucide/dist/esm/icons/x.mjs';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { entriesOf, type Entry, type FieldValue, type Word } from './kind.ts';
import { EntriesEvent } from './set-up-belonging.ts';

const MOST = 100;

/** Each has a name in both languages, and no two the same one. */
export function optionsFault(value: FieldValue | undefined): Word | null {
  const options = entriesOf(value);
  if (options.length === 0) return 'admin.required';
  for (const key of ['zh', 'en']) {
    const names = options.map((option) => String(option[key] ?? '').trim());
    if (names.includes('') || new Set(names).size < names.length) return 'admin.options.wrong';
  }
  return null;
}

/**
 * What one can choose from: each with a name in both languages.
 *
 * @fires telebar-entries - Other options now: `entries`, each with `zh`, `en` and, when it was there before, `value`.
 */
@customElement('telebar-set-up-options')
export class SetUpOptions extends LitElement {
  static override styles = [
    reset,
    button,
    field,
    css`
      :host {
        display: grid;
        gap: 6px;
      }
      ol {
        display: grid;
        gap: 6px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) 32px 32px;
        align-items: center;
        gap: 4px;
      }
      .quiet {
        width: 32px;
      }
      .add {
        justify-self: start;
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'admin');

  @property() label = '';
  @property({ attribute: false }) options: readonly Entry[] = [];

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('input, button')?.focus();
  }

  override render(): unknown {
    const { text } = this.#locale;
    return html`<ol aria-label=${this.label}>
        ${this.options.map((option, at) => this.#renderOption(option, at))}
      </ol>
      <button
        class="button small add"
        type="button"
        ?disabled=${this.options.length >= MOST}
        @click=${() => this.#tell([...this.options, { zh: '', en: '' }])}
      >
        ${icon(Plus)}${text.t('admin.options.add')}
      </button>`;
  }

  #renderOption(option: Entry, at: number): unknown {
    const { text } = this.#locale;
    const name = (key: 'zh' | 'en', label: string) =>
      html`<input
        class="input"
        type="text"
        maxlength="100"
        autocomplete="off"
        placeholder=${label}
        aria-label=${`${label} ${at + 1}`}
        .value=${live(String(option[key] ?? ''))}
        @input=${({ target }: Event) => this.#change(at, { [key]: (target as HTMLInputElement).value })}
      />`;
    return html`<li>
      ${name('zh', text.t('admin.reason.zh'))}${name('en', text.t('admin.reason.en'))}
      <button
        class="button quiet icon-only"
        type="button"
        aria-label=${text.t('admin.options.up')}
        ?disabled=${at === 0}
        @click=${() => this.#raise(at)}
      >
        ${icon(ArrowUp)}
      </button>
      <button
        class="button quiet icon-only"
        type="button"
        aria-label=${text.t('admin.pick.remove')}
        @click=${() => this.#tell(this.options.filter((_, other) => other !== at))}
      >
        ${icon(X)}
      </button>
    </li>`;
  }

  #change(at: number, patch: Entry): void {
    this.#tell(this.options.map((option, other) => (other === at ? { ...option, ...patch } : option)));
  }

  #raise(at: number): void {
    const options = [...this.options];
    options.splice(at - 1, 0, ...options.splice(at, 1));
    this.#tell(options);
  }

  #tell(options: readonly Entry[]): void {
    this.options = options;
    this.dispatchEvent(new EntriesEvent(options));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-set-up-options': SetUpOptions;
  }
}
