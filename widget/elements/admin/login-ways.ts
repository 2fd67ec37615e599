import { startAuthentication, type PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser';
import { LitElement, css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import KeyRound from 'lucide/dist/esm/icons/key-round.mjs';
import LogIn from 'lucide/dist/esm/icons/log-in.mjs';
import { PasskeyOptions, type PasskeyAnswer } from '../../../server/contract/passkeys.ts';
import type { LoginRequest, SignOnLogin } from '../../../server/contract/login.ts';
import { LoginWays as Ways, SignOnBegun } from '../../../server/contract/single-sign-on.ts';
import { DeskController } from '../../controllers/desk-controller.ts';
import { PreferencesController } from '../../controllers/preferences-controller.ts';
import { MutationController, QueryController } from '../../controllers/query-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { CommandError } from '../../live/command-error.ts';
import '../../parts/failure-note.ts';
import { formText } from '../../parts/form-text.ts';
import { issue } from '../../parts/issue.ts';
import type { Queries } from '../../records/queries.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import '../phone-bar/login-form.ts';
import { passkeyHindrance, wasCancelled } from './passkey-hindrance.ts';
import { beginSignOn, returnedSignOn } from './sign-on-return.ts';

/** So long nobody has typed on, ms. */
const TYPED_MS = 400;
const SHORTEST_CODE = 6;

/**
 * The login of pages of this server: around the form, what else the team has; and who comes back from the provider of the team is logged in.
 *
 * @slot - The form with the password.
 */
@customElement('telebar-login-ways')
export class LoginWays extends LitElement {
  static override styles = [
    reset,
    button,
    field,
    css`
      :host {
        display: block;
      }
      .ways,
      form {
        display: grid;
        gap: 12px;
        padding: 4px 16px 16px;
      }
      .or {
        display: flex;
        align-items: center;
        gap: 8px;
        font-size: 12px;
        color: var(--telebar-text-muted);
      }
      .or::before,
      .or::after {
        content: '';
        flex: 1;
        border-top: 1px solid var(--telebar-line);
      }
      .note {
        font-size: 13px;
        line-height: 18px;
      }
      .button {
        min-height: 40px;
      }
    `,
  ];

  readonly #desk = new DeskController(this);
  readonly #preferences = new PreferencesController(this);
  readonly #locale = new LocaleController(this, 'admin');
  readonly #ways = new QueryController(this, (queries) => waysOf(queries, this.#team));
  readonly #begin = new MutationController(this, beginning);
  readonly #ask = new MutationController(this, asking);

  /** As it was typed last; null: as the form proposes it. */
  @state() private typed: string | null = null;
  /** What the provider has answered, until somebody is logged in by it. */
  @state() private returned: SignOnLogin | null = null;
  @state() private isShort = false;
  /** The browser has given no passkey. */
  @state() private fault: 'cancelled' | 'failed' | null = null;
  #isRead = false;
  #later: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#later);
  }

  override willUpdate(): void {
    const { commands } = this.#desk;
    if (this.#isRead || commands === undefined) return;
    this.#isRead = true;
    this.returned = returnedSignOn();
    if (this.returned !== null) issue(commands.login({ singleSignOn: this.returned }));
  }

  override render(): unknown {
    const { text } = this.#locale;
    const failure = this.#desk.value?.failures.login;
    const isBusy = this.#desk.value?.pending.has('login') === true;
    if (this.returned !== null && isBusy && failure === undefined) {
      return html`<p class="ways note" role="status">${text.t('admin.ways.busy')}</p>`;
    }
    if (this.returned !== null && (failure?.code === 'code-required' || failure?.code === 'wrong-code')) {
      return this.#renderCode();
    }
    const isHalf = failure?.code === 'code-required' || failure?.code === 'wrong-code';
    return html`<slot @input=${this.#handleInput}></slot
      >${isHalf ? this.#renderInstead() : this.#renderWays()}`;
  }

  #renderWays(): unknown {
    const { text } = this.#locale;
    const { data } = this.#ways.result ?? {};
    if (data === undefined || (data.singleSignOn === null && !this.#takesPasskeys)) return nothing;
    return html`<div class="ways">
      <span class="or">${text.t('admin.ways.or')}</span>
      ${this.#renderProvider(data)} ${this.#renderPasskey('admin.ways.passkey')}
    </div>`;
  }

  /** For who has typed the password already. */
  #renderInstead(): unknown {
    return this.#takesPasskeys
      ? html`<div class="ways">${this.#renderPasskey('admin.ways.passkey.instead')}</div>`
      : nothing;
  }

  #renderPasskey(label: 'admin.ways.passkey' | 'admin.ways.passkey.instead'): unknown {
    const { text } = this.#locale;
    if (!this.#takesPasskeys) return nothing;
    const { error, isPending } = this.#ask.result ?? {};
    return html`<button
        class="button"
        type="button"
        aria-busy=${isPending === true ? 'true' : 'false'}
        @click=${this.#handlePasskey}
      >
        ${icon(KeyRound)}${text.t(label)}
      </button>
      ${this.fault === null ? nothing : html`<p class="error-text" role="alert">${text.t(`admin.passkeys.${this.fault}`)}</p>`}
      <telebar-failure-note
        permanent
        .failure=${error instanceof CommandError ? error : null}
      ></telebar-failure-note>`;
  }

  #renderProvider({ origin, singleSignOn }: Ways): unknown {
    const { text } = this.#locale;
    if (singleSignOn === null) return nothing;
    const { label } = singleSignOn;
    const { error, isPending } = this.#begin.result ?? {};
    return html`
      ${
        origin === location.origin
          ? html`<button
              class="button"
              type="button"
              aria-busy=${isPending === true ? 'true' : 'false'}
              @click=${this.#handleBegin}
            >
              ${icon(LogIn)}${text.t('admin.ways.signOn', { label })}
            </button>`
          : html`<a href="${origin}/admin/"> ${text.t('admin.ways.elsewhere', { label, origin })} </a>`
      }
      <telebar-failure-note
        permanent
        .failure=${error instanceof CommandError ? error : null}
      ></telebar-failure-note>
    `;
  }

  #renderCode(): unknown {
    const { text } = this.#locale;
    const failure = this.#desk.value?.failures.login ?? null;
    return html`<form novalidate aria-label=${text.t('admin.ways.code')} @submit=${this.#handleCode}>
      <p class="note">${text.t('admin.ways.code.hint')}</p>
      <label class="field">
        <span class="label">${text.t('admin.ways.code')}</span>
        <input
          class="input"
          name="code"
          autocomplete="one-time-code"
          autocapitalize="none"
          spellcheck="false"
          maxlength="32"
          aria-invalid=${this.isShort ? 'true' : 'false'}
        />
      </label>
      <telebar-failure-note
        permanent
        .failure=${failure?.code === 'code-required' ? null : failure}
      ></telebar-failure-note>
      <button
        class="button primary"
        type="submit"
        aria-busy=${this.#desk.value?.pending.has('login') === true ? 'true' : 'false'}
      >
        ${text.t('admin.ways.submit')}
      </button>
      ${this.#renderPasskey('admin.ways.passkey.instead')}
      <button class="button quiet" type="button" @click=${this.#handleBack}>
        ${text.t('admin.ways.back')}
      </button>
    </form>`;
  }

  /** Whether this page, in this browser, can use passkeys. */
  get #takesPasskeys(): boolean {
    const { data } = this.#ways.result ?? {};
    return data?.passkeys === true && passkeyHindrance(data.origin) === null;
  }

  get #team(): string {
    return (this.typed ?? this.#preferences.value?.lastTeam ?? '').trim();
  }

  /** Each team has ways of its own. */
  readonly #handleInput = (event: Event): void => {
    const [input] = event.composedPath();
    if (!(input instanceof HTMLInputElement) || input.name !== 'team') return;
    clearTimeout(this.#later);
    this.#later = setTimeout(() => (this.typed = input.value), TYPED_MS);
  };

  readonly #handleBegin = (): void => {
    if (this.#begin.result?.isPending === true) return;
    const team = this.#team;
    this.#begin.mutate(team).then(
      (begun) => {
        this.#preferences.set({ lastTeam: team });
        beginSignOn(begun);
      },
      (error: unknown) => {
        // It is shown below the button.
        if (!(error instanceof CommandError)) reportError(error);
      },
    );
  };

  readonly #handlePasskey = (): void => {
    if (this.#ask.result?.isPending === true || this.#desk.value?.pending.has('login') === true) return;
    this.fault = null;
    this.#prove().catch((error: unknown) => {
      // It is shown below the button.
      if (!(error instanceof CommandError) && this.fault === null) reportError(error);
    });
  };

  async #prove(): Promise<void> {
    const { options } = await this.#ask.mutate(undefined);
    const passkey = await this.#answer(options as unknown as PublicKeyCredentialRequestOptionsJSON);
    const half = this.querySelector('telebar-login-form')?.unfinished ?? null;
    const login: LoginRequest =
      this.returned !== null
        ? { singleSignOn: { ...this.returned, passkey } }
        : half !== null
          ? { ...half, passkey }
          : { passkey };
    issue(this.#desk.commands?.login(login));
  }

  async #answer(optionsJSON: PublicKeyCredentialRequestOptionsJSON): Promise<PasskeyAnswer> {
    try {
      return await startAuthentication({ optionsJSON });
    } catch (error) {
      this.fault = wasCancelled(error) ? 'cancelled' : 'failed';
      throw error;
    }
  }

  readonly #handleCode = (event: SubmitEvent): void => {
    event.preventDefault();
    const code = formText(event.currentTarget as HTMLFormElement, 'code').trim();
    this.isShort = code.length < SHORTEST_CODE;
    if (this.isShort || this.returned === null || this.#desk.value?.pending.has('login') === true) return;
    issue(this.#desk.commands?.login({ singleSignOn: { ...this.returned, code } }));
  };

  readonly #handleBack = (): void => {
    this.returned = null;
    this.#desk.desk?.dismissFailure('login');
  };
}

function waysOf({ http }: Queries, team: string) {
  return {
    queryKey: ['login-ways', team],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      http.request({
        method: 'GET',
        path: '/login-ways',
        query: team === '' ? {} : { team },
        schema: Ways,
        signal,
      }),
    staleTime: 30_000,
  };
}

function beginning({ http }: Queries) {
  return {
    mutationFn: (team: string) =>
      http.request({ method: 'POST', path: '/single-sign-on', body: { team }, schema: SignOnBegun }),
  };
}

function asking({ http }: Queries) {
  return {
    mutationFn: (_of: undefined) =>
      http.request({ method: 'POST', path: '/passkeys/options', schema: PasskeyOptions }),
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-login-ways': LoginWays;
  }
}
