import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import CircleAlert from 'lucide/dist/esm/icons/circle-alert.mjs';
import EyeOff from 'lucide/dist/esm/icons/eye-off.mjs';
import Eye from 'lucide/dist/esm/icons/eye.mjs';
import { DeskController } from '../../controllers/desk-controller.ts';
import { PreferencesController } from '../../controllers/preferences-controller.ts';
import type { LoginRequest } from '../../../server/contract/login.ts';
import type { Locale } from '../../../server/contract/wire.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import '../../parts/failure-note.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { formText } from '../../parts/form-text.ts';
import { issue } from '../../parts/issue.ts';
import { LazyParts } from './lazy-parts.ts';
import { LACKS, SHORTEST_CODE, SHORTEST_PASSWORD, type Lack } from './login-lacks.ts';

const PARTS = { forgot: { load: () => import('../account/forgot-password.ts'), words: 'account' } } as const;

type PasswordLogin = Extract<LoginRequest, { password: string }>;

/** Team, user name, password and language; and another password where somebody else has made the one that was typed. */
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
      form,
      .forgot {
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
      .lead {
        font-size: 13px;
        line-height: 18px;
        color: var(--telebar-text-muted);
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
  readonly #parts = new LazyParts(this, PARTS);

  /** Somebody wants another password by mail. */
  @state() private forgot = false;
  @state() private incomplete = false;
  /** The login that was right but for what it lacks: another password, or the code of an app. */
  @state() unfinished: PasswordLogin | null = null;
  @state() private lack: Lack = 'newPassword';
  #sent: PasswordLogin | null = null;

  /** The agent has asked for it, so that it may take the focus; on a page that has just loaded it may not. */
  @property({ type: Boolean }) asked = false;

  override willUpdate(): void {
    const failure = this.#desk.value?.failures.login;
    const lack = failure === undefined ? undefined : LACKS[failure.code];
    if (lack !== undefined) [this.unfinished, this.lack] = [this.#sent, lack];
    // It was another one by then.
    else if (failure?.code === 'wrong-credentials') this.unfinished = null;
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if ((changed.has('unfinished') || changed.has('lack')) && this.unfinished !== null) this.focus();
  }

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
    if (this.forgot) return this.#renderForgot();
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
      ${
        this.unfinished === null
          ? html`${this.#input('team', 'organization', preferences?.lastTeam ?? '')}
            ${this.#input('username', 'username', preferences?.lastUsername ?? '')}
            ${this.#password('password', 'current-password')}`
          : this.lack === 'code'
            ? this.#renderCode()
            : html`<p class="lead">${text.t('login.mustChange', { username: this.unfinished.username })}</p>
                ${this.#password('newPassword', 'new-password')}`
      }
      ${this.#renderFailure()}
      <button class="button primary submit" type="submit" aria-busy=${busy ? 'true' : 'false'}>
        ${text.t(busy ? 'login.busy' : this.unfinished === null || this.lack === 'code' ? 'login.submit' : 'login.change')}
      </button>
      ${
        this.unfinished === null
          ? html`<button class="button quiet" type="button" @click=${() => (this.forgot = true)}>
              ${text.t('login.forgot')}
            </button>`
          : html`<button class="button quiet" type="button" @click=${this.#handleBack}>
              ${text.t('login.back')}
            </button>`
      }
    </form>`;
  }

  #renderCode(): unknown {
    const { text } = this.#locale;
    return html`<p class="lead">${text.t('login.codeNeeded')}</p>
      <label class="field">
        <span class="label">${text.t('login.code')}</span>
        <input
          class="input"
          name="code"
          autocomplete="one-time-code"
          autocapitalize="none"
          spellcheck="false"
          maxlength="32"
        />
      </label>`;
  }

  #renderForgot(): unknown {
    const { text } = this.#locale;
    const part = this.#parts.need('forgot');
    return html`<div class="forgot">
      <h2>${text.t('login.forgot')}</h2>
      ${
        part === 'ready'
          ? html`<telebar-forgot-password
              .team=${this.#preferences.value?.lastTeam ?? ''}
            ></telebar-forgot-password>`
          : part === 'failed'
            ? html`<p role="alert">
                ${text.t('bar.loadFailed')}
                <button class="button small" type="button" @click=${() => this.#parts.retry('forgot')}>
                  ${text.t('bar.retry')}
                </button>
              </p>`
            : nothing
      }
      <button class="button quiet" type="button" @click=${() => (this.forgot = false)}>
        ${text.t('login.back')}
      </button>
    </div>`;
  }

  #renderFailure(): unknown {
    const { text } = this.#locale;
    const failure = this.#desk.value?.failures.login ?? null;
    const isWeak =
      this.unfinished !== null && this.lack === 'newPassword' && failure?.code === 'invalid-request';
    if (this.incomplete || isWeak) {
      return html`<p class="error-text" role="alert">
        ${icon(CircleAlert)}${text.t(
          isWeak
            ? 'login.weak'
            : this.unfinished === null
              ? 'login.missing'
              : this.lack === 'code'
                ? 'login.codeMissing'
                : 'login.short',
        )}
      </p>`;
    }
    return html`<telebar-failure-note
      permanent
      .failure=${failure !== null && failure.code in LACKS && this.unfinished !== null ? null : failure}
    ></telebar-failure-note>`;
  }

  /** Hidden or shown, as the agent likes. */
  #password(name: 'password' | 'newPassword', autocomplete: AutoFill): unknown {
    const { text } = this.#locale;
    return html`<div class="field">
      <label class="label" for=${name}>${text.t(`login.${name}`)}</label>
      <span class="password">
        <input
          class="input"
          id=${name}
          name=${name}
          type=${this.shown ? 'text' : 'password'}
          autocomplete=${autocomplete}
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
    </div>`;
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
    if (this.unfinished !== null) return this.#finish(this.unfinished, read(this.lack));
    const request: PasswordLogin = {
      team: read('team').trim(),
      username: read('username').trim(),
      password: read('password'),
    };
    this.incomplete = Object.values(request).includes('');
    if (this.incomplete) return this.focus();
    this.#preferences.set({ lastTeam: request.team, lastUsername: request.username });
    this.#send(request);
  };

  #finish(request: PasswordLogin, written: string): void {
    this.incomplete = written.trim().length < (this.lack === 'code' ? SHORTEST_CODE : SHORTEST_PASSWORD);
    if (this.incomplete) return this.focus();
    this.#send({ ...request, [this.lack]: written });
  }

  #send(request: PasswordLogin): void {
    this.#sent = request;
    issue(this.#desk.commands?.login(request));
  }

  readonly #handleBack = (): void => {
    this.unfinished = null;
    this.#sent = null;
    this.#desk.desk?.dismissFailure('login');
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-login-form': LoginForm;
  }
}
