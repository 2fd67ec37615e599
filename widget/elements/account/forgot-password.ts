import { LitElement, html } from 'lit';
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

/** Has a link sent with which another password is chosen. */
@customElement('telebar-forgot-password')
export class ForgotPassword extends LitElement {
  static override styles = [reset, button, field, accountStyles];

  readonly #locale = new LocaleController(this, 'account');
  readonly #ask = new MutationController(this, changeAccount);

  /** Short name of the team that was typed already. */
  @property() team = '';
  @state() private incomplete = false;

  override firstUpdated(): void {
    const inputs = [...this.renderRoot.querySelectorAll<HTMLInputElement>('input')];
    (inputs.find((input) => input.value === '') ?? inputs[0])?.focus();
  }

  override render(): unknown {
    const { text } = this.#locale;
    const { isPending, isSuccess, error } = this.#ask.result ?? {};
    if (isSuccess === true) return html`<p class="note" role="status">${text.t('account.forgot.sent')}</p>`;
    return html`<form novalidate aria-label=${text.t('account.forgot')} @submit=${this.#handleSubmit}>
      <p class="hint">${text.t('account.forgot.lead')}</p>
      <label class="field">
        <span class="label">${text.t('account.forgot.team')}</span>
        <input class="input" name="team" .defaultValue=${this.team} autocapitalize="none" maxlength="64" />
      </label>
      <label class="field">
        <span class="label">${text.t('account.forgot.email')}</span>
        <input class="input" name="email" type="email" autocomplete="email" maxlength="254" />
      </label>
      ${this.incomplete ? html`<p class="error-text" role="alert">${text.t('account.forgot.missing')}</p>` : null}
      <telebar-failure-note
        permanent
        .failure=${error instanceof CommandError ? error : null}
      ></telebar-failure-note>
      <button class="button primary" type="submit" aria-busy=${isPending === true ? 'true' : 'false'}>
        ${text.t('account.forgot.send')}
      </button>
    </form>`;
  }

  readonly #handleSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const body = {
      team: formText(form, 'team').trim(),
      email: formText(form, 'email').trim(),
      locale: this.#locale.text.locale,
    };
    this.incomplete = body.team === '' || !body.email.includes('@');
    if (this.incomplete || this.#ask.result?.isPending === true) return;
    this.#ask
      .mutate({ method: 'POST', path: '/password-resets', body, schema: null })
      .catch((error: unknown) => {
        // The note says it.
        if (!(error instanceof CommandError)) reportError(error);
      });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-forgot-password': ForgotPassword;
  }
}
