import { LitElement, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
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

type Fault = 'missing' | 'wrong' | 'weak';

const SHORTEST = 8;

/** The password of who is logged in: the present one and the next. */
@customElement('telebar-change-password')
export class ChangePassword extends LitElement {
  static override styles = [reset, button, field, accountStyles];

  readonly #locale = new LocaleController(this, 'account');
  readonly #change = new MutationController(this, changeAccount);

  @state() private fault: Fault | null = null;

  override render(): unknown {
    const { text } = this.#locale;
    const { isPending, isSuccess, error } = this.#change.result ?? {};
    return html`<form novalidate aria-label=${text.t('account.password')} @submit=${this.#handleSubmit}>
      <h3>${text.t('account.password')}</h3>
      ${this.#input('password', 'current-password', this.fault === 'wrong')}
      ${this.#input('newPassword', 'new-password', this.fault === 'weak', text.t('account.password.hint'))}
      ${this.fault === null ? nothing : html`<p class="error-text" role="alert">${text.t(`account.password.${this.fault}`)}</p>`}
      ${
        this.fault === null && error instanceof CommandError
          ? html`<telebar-failure-note permanent .failure=${error}></telebar-failure-note>`
          : nothing
      }
      ${isSuccess === true ? html`<p class="note" role="status">${text.t('account.password.done')}</p>` : nothing}
      <div class="buttons">
        <button class="button" type="submit" aria-busy=${isPending === true ? 'true' : 'false'}>
          ${text.t('account.password.save')}
        </button>
      </div>
    </form>`;
  }

  #input(
    name: 'password' | 'newPassword',
    autocomplete: AutoFill,
    wrong: boolean,
    hint: string | null = null,
  ): unknown {
    const { text } = this.#locale;
    return html`<div class="field">
      <label class="label" for=${name}>
        ${text.t(name === 'password' ? 'account.password.now' : 'account.password.new')}
      </label>
      <input
        class="input"
        id=${name}
        name=${name}
        type="password"
        autocomplete=${autocomplete}
        maxlength="200"
        aria-invalid=${wrong ? 'true' : 'false'}
        aria-describedby=${hint === null ? nothing : `${name}-hint`}
      />
      ${hint === null ? nothing : html`<span class="hint" id="${name}-hint">${hint}</span>`}
    </div>`;
  }

  async #save(form: HTMLFormElement): Promise<void> {
    const body = { password: formText(form, 'password'), newPassword: formText(form, 'newPassword') };
    this.fault = body.password === '' || body.newPassword.length < SHORTEST ? 'missing' : null;
    if (this.fault !== null || this.#change.result?.isPending === true) return;
    try {
      await this.#change.mutate({ method: 'POST', path: '/sessions/current/password', body, schema: null });
      form.reset();
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      if (error.code === 'wrong-password') this.fault = 'wrong';
      if (error.code === 'invalid-request') this.fault = 'weak';
    }
  }

  readonly #handleSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    void this.#save(event.currentTarget as HTMLFormElement);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-change-password': ChangePassword;
  }
}
