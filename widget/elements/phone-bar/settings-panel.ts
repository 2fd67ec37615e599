import { LitElement, css, html, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import X from 'lucide/dist/esm/icons/x.mjs';
import type { Locale } from '../../../server/contract/wire.ts';
import { DeskController } from '../../controllers/desk-controller.ts';
import { PreferencesController } from '../../controllers/preferences-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import type { Preferences } from '../../live/desk.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { sheet } from '../../styles/sheet.css.ts';
import type { AccountPanel } from '../account/account-panel.ts';
import { CloseIntent } from './intents.ts';
import { LazyParts } from './lazy-parts.ts';
import './sound-settings.ts';

const THEMES: readonly Preferences['theme'][] = ['auto', 'light', 'dark'];
const POSITIONS: readonly Preferences['position'][] = [
  'bottom-right',
  'bottom-left',
  'top-right',
  'top-left',
  'top',
  'bottom',
];

const PARTS = {
  account: { load: () => import('../account/account-panel.ts'), words: 'account' },
} as const;

/** Language, appearance, place and sound of this browser; and the account of who is logged in. */
@customElement('telebar-settings-panel')
export class SettingsPanel extends LitElement {
  static override styles = [
    reset,
    button,
    field,
    sheet,
    css`
      .body {
        display: grid;
        align-content: start;
        gap: 16px;
      }
      .segments {
        display: grid;
        grid-auto-flow: column;
        grid-auto-columns: 1fr;
        padding: 2px;
        border-radius: 8px;
        background: var(--telebar-sunken);
        box-shadow: inset 0 0 0 1px var(--telebar-line);
      }
      .segment {
        position: relative;
      }
      .segment input {
        position: absolute;
        inset: 0;
        margin: 0;
        opacity: 0;
        cursor: pointer;
      }
      .segment span {
        display: grid;
        place-items: center;
        min-height: 30px;
        border-radius: var(--telebar-radius-small);
        font-size: 13px;
        color: var(--telebar-text-muted);
        transition: background var(--telebar-motion);
      }
      .segment input:checked + span {
        background: var(--telebar-raised);
        box-shadow:
          0 0 0 1px var(--telebar-line-strong),
          0 1px 2px #0000001a;
        color: var(--telebar-text);
        font-weight: 600;
      }
      .segment input:focus-visible + span {
        outline: 2px solid var(--telebar-focus);
        outline-offset: 1px;
      }
    `,
  ];

  readonly #preferences = new PreferencesController(this);
  readonly #locale = new LocaleController(this, 'panels');
  readonly #isLoggedIn = new DeskController(this, ({ session }) => session !== null);
  readonly #parts = new LazyParts(this, PARTS);

  @state() private showsAccount = false;
  @query('telebar-account-panel') private readonly account!: AccountPanel | null;

  /** Whether something would be lost that is told this once. */
  get isTouched(): boolean {
    return this.account?.isTouched === true;
  }

  /** Says what would be lost. */
  leave(): void {
    this.account?.leave();
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLElement>('.body :checked')?.focus();
  }

  override render(): unknown {
    const { text } = this.#locale;
    const { theme, position } = this.#preferences.value ?? { theme: 'auto', position: 'bottom-right' };
    const languages = [
      ['zh-CN', '中文'],
      ['en', 'English'],
    ] as const;
    return html`<div class="head">
        <h2 id="title">${text.t('settings.title')}</h2>
        <button
          class="button quiet icon-only"
          type="button"
          aria-label=${text.t('bar.close')}
          @click=${() => this.dispatchEvent(new CloseIntent())}
        >
          ${icon(X)}
        </button>
      </div>
      <div class="body">
        ${this.#segments('language', text.t('settings.language'), languages, text.locale, (locale) =>
          this.#preferences.set({ locale: locale as Locale }),
        )}
        ${this.#segments(
          'theme',
          text.t('settings.theme'),
          THEMES.map((one) => [one, text.t(`settings.theme.${one}`)] as const),
          theme,
          (one) => this.#preferences.set({ theme: one as Preferences['theme'] }),
        )}
        <div class="field">
          <label class="label" for="position">${text.t('settings.position')}</label>
          <select class="input" id="position" @change=${this.#handlePosition}>
            ${POSITIONS.map(
              (one) =>
                html`<option value=${one} ?selected=${one === position}>
                  ${text.t(`settings.position.${one}`)}
                </option>`,
            )}
          </select>
        </div>
        <telebar-sound-settings></telebar-sound-settings>
        ${this.#isLoggedIn.value === true || this.isTouched ? this.#renderAccount() : nothing}
      </div>`;
  }

  #renderAccount(): unknown {
    const { text } = this.#locale;
    const part = this.showsAccount ? this.#parts.need('account') : null;
    return html`<button
        class="button"
        type="button"
        aria-expanded=${this.showsAccount ? 'true' : 'false'}
        @click=${this.#handleAccount}
      >
        ${text.t('settings.account')}
      </button>
      ${
        part === 'ready'
          ? html`<telebar-account-panel></telebar-account-panel>`
          : part === 'failed'
            ? html`<p role="alert">
                ${text.t('bar.loadFailed')}
                <button class="button small" type="button" @click=${() => this.#parts.retry('account')}>
                  ${text.t('bar.retry')}
                </button>
              </p>`
            : nothing
      }`;
  }

  #segments(
    name: string,
    label: string,
    choices: readonly (readonly [value: string, word: string])[],
    chosen: string,
    choose: (value: string) => void,
  ): unknown {
    return html`<fieldset class="field" role="radiogroup" aria-labelledby=${name}>
      <span class="label" id=${name}>${label}</span>
      <div class="segments">
        ${choices.map(
          ([value, word]) =>
            html`<label class="segment" lang=${name === 'language' ? value : this.#locale.text.locale}>
              <input type="radio" name=${name} .checked=${value === chosen} @change=${() => choose(value)} />
              <span>${word}</span>
            </label>`,
        )}
      </div>
    </fieldset>`;
  }

  /** What is told once is kept first. */
  readonly #handleAccount = (): void => {
    if (this.isTouched) this.leave();
    else this.showsAccount = !this.showsAccount;
  };

  readonly #handlePosition = (event: Event): void => {
    const position = (event.target as HTMLSelectElement).value as Preferences['position'];
    this.#preferences.set({ position, offset: null });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-settings-panel': SettingsPanel;
  }
}
