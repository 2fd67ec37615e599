import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { MutationController } from '../../controllers/query-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { CommandError } from '../../live/command-error.ts';
import '../../parts/failure-note.ts';
import { formText } from '../../parts/form-text.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { changeAccount } from './account-queries.ts';
import { accountStyles } from './account.styles.ts';

const SHORTEST = 8;

/** The link has done what it could, or is left. */
export class ResetDoneEvent extends Event {
  static readonly type = 'telebar-reset-done';
  constructor() {
    super(ResetDoneEvent.type);
  }
}

/**
 * Another password, by the link of a mail.
 *
 * @fires telebar-reset-done - The link is not needed any more.
 */
@customElement('telebar-reset-password')
export class ResetPassword extends LitElement {
  static override styles = [
    reset,
    button,
    field,
    accountStyles,
    css`
      :host {
        padding: 8px 20px 20px;
      }
      h2 {
        font-size: 18px;
        line-height: 28px;
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'account');
  readonly #complete = new MutationController(this, changeAccount);

  @property() token = '';
  @state() private fault: 'missing' | 'weak' | null = null;

  override render(): unknown {
    if (!this.#locale.ready) return nothing;
    const { text } = this.#locale;
    const { isPending, isSuccess, error } = this.#complete.result ?? {};
    const isOver = error instanceof CommandError && error.code.startsWith('token-');
    if (isSuccess === true || isOver) {
      return html`<h2>${text.t('account.link.title')}</h2>
        <p role="status">${text.t(isOver ? 'account.link.over' : 'account.link.done')}</p>
        ${isOver ? nothing : html`<p class="note">${text.t('account.link.where')}</p>`}
        <div class="buttons">
          <button
            class="button primary"
            type="button"
            @click=${() => this.dispatchEvent(new ResetDoneEvent())}
          >
            ${text.t('account.link.login')}
          </button>
        </div>`;
    }
    return html`<h2>${text.t('account.link.title')}</h2>
      <form novalidate aria-label=${text.t('account.link.title')} @submit=${this.#handleSubmit}>
        <label class="field">
          <span class="label">${text.t('account.password.new')}</span>
          <input
            class="input"
            name="newPassword"
            type="password"
            autocomplete="new-password"
            maxlength="200"
            aria-invalid=${this.fault === null ? 'false' : 'true'}
          />
          <span class="hint">${text.t('account.password.hint')}</span>
        </label>
        ${this.fault === null ? nothing : html`<p class="error-text" role="alert">${text.t(this.fault === 'weak' ? 'account.password.weak' : 'account.link.short')}</p>`}
        <telebar-failure-note
          permanent
          .failure=${this.fault === null && error instanceof CommandError ? error : null}
        ></telebar-failure-note>
        <button class="button primary" type="submit" aria-busy=${isPending === true ? 'true' : 'false'}>
          ${text.t('account.link.save')}
        </button>
      </form>`;
  }

  async #save(newPassword: string): Promise<void> {
    this.fault = newPassword.length < SHORTEST ? 'missing' : null;
    if (this.fault !== null || this.#complete.result?.isPending === true) return;
    const body = { token: this.token, newPassword };
    try {
      await this.#complete.mutate({ method: 'POST', path: '/password-resets/complete', body, schema: null });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      if (error.code === 'invalid-request') this.fault = 'weak';
    }
  }

  readonly #handleSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    void this.#save(formText(event.currentTarget as HTMLFormElement, 'newPassword'));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-reset-password': ResetPassword;
  }
}
