import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import CircleAlert from 'lucide/dist/esm/icons/circle-alert.mjs';
import EyeOff from 'lucide/dist/esm/icons/eye-off.mjs';
import Eye from 'lucide/dist/esm/icons/eye.mjs';
import { DeskController } from '../../controllers/desk-controller.ts';
import { PreferencesController } from '../../controllers/preferences-controller.ts';
import type { Locale } from '../../../server/contract/wire.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import '../../parts/failure-note.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { formText } from '../../parts/form-text.ts';
import { issue } from '../../parts/issue.ts';

/** Team, user name, password and language. */
@customElement('telebar-login-form')
export class LoginForm extends LitElement {
  static override styles = [
    reset,
    button,
    field,
    css`
      :host {
        display: block;
      }
      form {
        display: grid;
        gap: 12px;
        padding: 4px 16px 16px;
      }
      h2 {
        font-size: 16px;
        line-height: 24px;
      }
      .top {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 8px;
      }
      .language {
        width: auto;
        min-height: 32px;
        padding: 4px 28px 4px 8px;
        border-color: transparent;
        font-size: 13px;
        background-color: transparent;
        color: var(--telebar-text-muted);
        background-position:
          right 13px center,
          right 8px center;
      }
      .language:hover {
        background-color: var(--telebar-hover);
      }
      .password {
        position: relative;
      }
      .password .input {
        padding-right: 40px;
      }
      .password .button {
        position: absolute;
        top: 2px;
        right: 2px;
      }
      .submit {
        min-height: 40px;
        margin-top: 4px;
      }
    `,
  ];

  readonly #desk = new DeskController(this);
  readonly #preferences = new PreferencesController(this);
  readonly #locale = new LocaleController(this, 'panels');

  @state() private shown = false;
  @state() private incomplete = false;

  /** The agent has asked for it, so that it may take the focus; on a page that has just loaded it may not. */
  @property({ type: Boolean }) asked = false;

  override firstUpdated(): void {
    if (this.asked) this.focus();
  }

  /** Focuses the first field that is still empty. */
  override focus(): void {
    const inputs = [...this.renderRoot.querySelectorAll<HTMLInputElement>('input')];
    (inputs.find((input) => input.value === '') ?? inputs.at(-1))?.focus();
  }

  override render(): unknown {
    const { text } = this.#locale;
    const preferences = this.#preferences.value;
    const busy = this.#desk.value?.pending.has('login') === true;
    return html`<form @submit=${this.#handleSubmit} novalidate aria-label=${text.t('login.title')}>
      <div class="top">
        <h2>${text.t('login.title')}</h2>
        <select class="input language" aria-label=${text.t('login.language')} @change=${this.#handleLanguage}>
          <option value="zh-CN" lang="zh-CN" ?selected=${text.locale === 'zh-CN'}>中文</option>
          <option value="en" lang="en" ?selected=${text.locale === 'en'}>English</option>
        </select>
      </div>
      ${this.#input('team', 'organization', preferences?.lastTeam ?? '')}
      ${this.#input('username', 'username', preferences?.lastUsername ?? '')}
      <div class="field">
        <label class="label" for="password">${text.t('login.password')}</label>
        <span class="password">
          <input
            class="input"
            id="password"
            name="password"
            type=${this.shown ? 'text' : 'password'}
            autocomplete="current-password"
            maxlength="200"
            required
          />
          <button
            class="button quiet icon-only"
            type="button"
            aria-label=${text.t(this.shown ? 'login.hide' : 'login.show')}
            aria-pressed=${this.shown ? 'true' : 'false'}
            @click=${() => (this.shown = !this.shown)}
          >
            ${icon(this.shown ? EyeOff : Eye)}
          </button>
        </span>
      </div>
      ${
        this.incomplete
          ? html`<p class="error-text" role="alert">${icon(CircleAlert)}${text.t('login.missing')}</p>`
          : nothing
      }
      <telebar-failure-note
        permanent
        .failure=${this.#desk.value?.failures.login ?? null}
      ></telebar-failure-note>
      <button class="button primary submit" type="submit" aria-busy=${busy ? 'true' : 'false'}>
        ${text.t(busy ? 'login.busy' : 'login.submit')}
      </button>
    </form>`;
  }

  #input(name: 'team' | 'username', autocomplete: AutoFill, value: string): unknown {
    const { text } = this.#locale;
    return html`<div class="field">
      <label class="label" for=${name}>${text.t(`login.${name}`)}</label>
      <input
        class="input"
        id=${name}
        name=${name}
        .defaultValue=${value}
        autocomplete=${autocomplete}
        autocapitalize="none"
        spellcheck="false"
        maxlength="64"
        required
      />
    </div>`;
  }

  readonly #handleLanguage = (event: Event): void => {
    this.#preferences.set({ locale: (event.target as HTMLSelectElement).value as Locale });
  };

  readonly #handleSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (this.#desk.value?.pending.has('login') === true) return;
    const form = event.currentTarget as HTMLFormElement;
    const read = (name: string): string => formText(form, name);
    const request = {
      team: read('team').trim(),
      username: read('username').trim(),
      password: read('password'),
    };
    this.incomplete = Object.values(request).includes('');
    if (this.incomplete) return this.focus();
    this.#preferences.set({ lastTeam: request.team, lastUsername: request.username });
    issue(this.#desk.commands?.login(request));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-login-form': LoginForm;
  }
}
