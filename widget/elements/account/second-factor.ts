import { LitElement, css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import {
  RecoveryCodes,
  SecondFactorBegun,
  type SecondFactorState,
} from '../../../server/contract/second-factor.ts';
import type { HttpRequest } from '../../api/http-client.ts';
import { MutationController, QueryController } from '../../controllers/query-controller.ts';
import { UnloadGuard } from '../../controllers/unload-guard.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { CommandError } from '../../live/command-error.ts';
import '../../parts/failure-note.ts';
import { formText } from '../../parts/form-text.ts';
import { qrCode } from '../../parts/qr-code.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { changeAccount, secondFactor } from './account-queries.ts';
import { accountStyles } from './account.styles.ts';

const PATH = '/sessions/current/second-factor';

/** A second factor of who is logged in: set up with an app, switched off with the password and a code. */
@customElement('telebar-second-factor')
export class SecondFactor extends LitElement {
  static override styles = [
    reset,
    button,
    field,
    accountStyles,
    css`
      code {
        font:
          600 14px/22px ui-monospace,
          monospace;
        overflow-wrap: anywhere;
        user-select: all;
      }
      .qr {
        width: 168px;
        height: 168px;
        border-radius: var(--telebar-radius-small);
      }
      .codes {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 4px 16px;
        padding: 10px 12px;
        border-radius: var(--telebar-radius-small);
        background: var(--telebar-sunken);
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'account');
  readonly #state = new QueryController(this, secondFactor);
  readonly #change = new MutationController(this, changeAccount);

  @state() private begun: SecondFactorBegun | null = null;
  @state() private codes: readonly string[] = [];
  @state() private copied = false;
  /** Somebody wants to leave before they have said that they have the codes. */
  @state() private leaving = false;

  constructor() {
    super();
    new UnloadGuard(this);
  }

  /** Whether codes would be lost that are told this once. */
  get isTouched(): boolean {
    return this.codes.length > 0;
  }

  /** Says what would be lost. */
  leave(): void {
    this.leaving = true;
  }

  override render(): unknown {
    const { text } = this.#locale;
    const { data } = this.#state.result ?? {};
    if (data === undefined) return nothing;
    const error = this.#change.result?.error;
    return html`<h3>${text.t('account.factor')}</h3>
      ${this.codes.length > 0 ? this.#renderCodes() : this.begun === null ? this.#renderState(data) : this.#renderKey(this.begun)}
      <telebar-failure-note
        permanent
        .failure=${error instanceof CommandError ? error : null}
      ></telebar-failure-note>`;
  }

  #renderState({ active, recoveryCodes }: SecondFactorState): unknown {
    const { text } = this.#locale;
    return active
      ? html`<p class="note">${text.t('account.factor.on', { count: recoveryCodes })}</p>
          ${this.#renderPassword('account.factor.remove', this.#handleRemove, this.#renderCode())}`
      : html`<p class="hint">${text.t('account.factor.lead')}</p>
          ${this.#renderPassword('account.factor.begin', this.#handleBegin)}`;
  }

  #renderPassword(
    label: 'account.factor.begin' | 'account.factor.remove',
    handle: (event: SubmitEvent) => void,
    more: unknown = nothing,
  ): unknown {
    const { text } = this.#locale;
    return html`<form novalidate aria-label=${text.t('account.factor')} @submit=${handle}>
      <label class="field">
        <span class="label">${text.t('account.password.now')}</span>
        <input
          class="input"
          name="password"
          type="password"
          autocomplete="current-password"
          maxlength="200"
          required
        />
      </label>
      ${more}
      <div class="buttons"><button class="button" type="submit">${text.t(label)}</button></div>
    </form>`;
  }

  #renderCode(): unknown {
    return html`<label class="field">
      <span class="label">${this.#locale.text.t('account.factor.proof')}</span>
      <input class="input" name="code" autocomplete="one-time-code" maxlength="32" required />
    </label>`;
  }

  #renderKey({ key, uri }: SecondFactorBegun): unknown {
    const { text } = this.#locale;
    return html`<form novalidate aria-label=${text.t('account.factor')} @submit=${this.#handleConfirm}>
      <p class="note">${text.t('account.factor.key')}</p>
      ${qrCode(uri, text.t('account.factor.qr'))}
      <code>${key.match(/.{1,4}/g)?.join(' ')}</code>
      <a href=${uri}>${text.t('account.factor.link')}</a>
      <label class="field">
        <span class="label">${text.t('account.factor.code')}</span>
        <input class="input" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="6" />
      </label>
      <div class="buttons">
        <button class="button primary" type="submit">${text.t('account.factor.confirm')}</button>
        <button class="button" type="button" @click=${() => (this.begun = null)}>
          ${text.t('account.cancel')}
        </button>
      </div>
    </form>`;
  }

  #renderCodes(): unknown {
    const { text } = this.#locale;
    return html`<p class="note" role="status">${text.t('account.factor.codes')}</p>
      <div class="codes">${this.codes.map((code) => html`<code>${code}</code>`)}</div>
      ${this.leaving ? html`<p class="error-text" role="alert">${text.t('account.factor.unsaved')}</p>` : nothing}
      <div class="buttons">
        <button class="button" type="button" @click=${() => void this.#copy()}>
          ${text.t(this.copied ? 'account.copied' : 'account.copy')}
        </button>
        <button class="button primary" type="button" @click=${this.#handleKept}>
          ${text.t('account.factor.kept')}
        </button>
      </div>`;
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.codes.join('\n'));
      this.copied = true;
    } catch {
      // Not allowed here: they stand there to be selected.
    }
  }

  readonly #handleKept = (): void => this.#tell([]);

  #tell(codes: readonly string[]): void {
    this.codes = codes;
    this.copied = false;
    this.leaving = false;
  }

  /** @returns undefined when it is refused, which the note says */
  async #send(request: Omit<HttpRequest<unknown>, 'signal'>): Promise<unknown> {
    try {
      return await this.#change.mutate(request);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return undefined;
    }
  }

  readonly #handleBegin = (event: SubmitEvent): void => {
    event.preventDefault();
    const body = { password: formText(event.currentTarget as HTMLFormElement, 'password') };
    if (body.password === '') return;
    this.#tell([]);
    void this.#send({ method: 'POST', path: PATH, body, schema: SecondFactorBegun }).then((begun) => {
      if (begun !== undefined) this.begun = begun as SecondFactorBegun;
    });
  };

  readonly #handleConfirm = (event: SubmitEvent): void => {
    event.preventDefault();
    const body = { code: formText(event.currentTarget as HTMLFormElement, 'code').trim() };
    if (body.code.length < 6) return;
    void this.#send({ method: 'POST', path: `${PATH}/confirm`, body, schema: RecoveryCodes }).then((told) => {
      if (told === undefined) return;
      this.#tell((told as { codes: string[] }).codes);
      this.begun = null;
    });
  };

  readonly #handleRemove = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const body = { password: formText(form, 'password'), code: formText(form, 'code').trim() };
    if (body.password === '' || body.code.length < 6) return;
    this.#tell([]);
    void this.#send({ method: 'POST', path: `${PATH}/remove`, body, schema: null });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-second-factor': SecondFactor;
  }
}
