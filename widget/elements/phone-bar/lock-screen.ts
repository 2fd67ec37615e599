import { LitElement, css, html, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import Lock from 'lucide/dist/esm/icons/lock.mjs';
import { DeskController } from '../../controllers/desk-controller.ts';
import type { UnlockRequest } from '../../../server/contract/login.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import '../../parts/failure-note.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { formText } from '../../parts/form-text.ts';
import { issue } from '../../parts/issue.ts';
import { LACKS, SHORTEST_CODE, SHORTEST_PASSWORD, type Lack } from './login-lacks.ts';

const AUTOCOMPLETE = {
  password: 'current-password',
  newPassword: 'new-password',
  code: 'one-time-code',
} as const;

/** Covers the whole page until the password is entered, and another one where somebody else has made it, or the agent logs out. A modal dialog: nothing behind it can be reached. */
@customElement('telebar-lock-screen')
export class LockScreen extends LitElement {
  static override styles = [
    reset,
    button,
    field,
    css`
      dialog {
        width: 100vw;
        height: 100dvh;
        max-width: none;
        max-height: none;
        margin: 0;
        padding: 16px;
        border: 0;
        background: var(--telebar-sunken);
        color: var(--telebar-text);
      }
      dialog[open] {
        display: grid;
        place-items: center;
      }
      form {
        display: grid;
        gap: 16px;
        width: min(320px, 100%);
      }
      .mark {
        display: grid;
        place-items: center;
        width: 48px;
        height: 48px;
        border-radius: 50%;
        background: var(--telebar-hover);
        color: var(--telebar-text-muted);
      }
      h2 {
        font-size: 20px;
        line-height: 28px;
      }
      .button {
        min-height: 40px;
      }
    `,
  ];

  readonly #desk = new DeskController(this);
  readonly #locale = new LocaleController(this, 'panels');

  @query('dialog') private readonly dialog!: HTMLDialogElement | null;
  /** The request that was right but for what it lacks: another password, or the code of an app. */
  @state() private unfinished: UnlockRequest | null = null;
  @state() private lack: Lack = 'newPassword';
  @state() private isShort = false;
  #sent: UnlockRequest | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#cover();
  }

  override firstUpdated(): void {
    this.#cover();
  }

  override willUpdate(): void {
    const failure = this.#desk.value?.failures.unlock;
    const lack = failure === undefined ? undefined : LACKS[failure.code];
    if (lack !== undefined) [this.unfinished, this.lack] = [this.#sent, lack];
    // It was another one by then.
    else if (failure?.code === 'wrong-password') this.unfinished = null;
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if ((changed.has('unfinished') || changed.has('lack')) && this.unfinished !== null)
      this.renderRoot.querySelector('input')?.focus();
  }

  override render(): unknown {
    const { text } = this.#locale;
    const state = this.#desk.value;
    const name = state?.snapshot?.agent.name ?? '';
    return html`<dialog
      aria-labelledby="title"
      @cancel=${(event: Event) => event.preventDefault()}
      @keydown=${this.#handleKey}
      @close=${() => this.dialog?.open === true || this.#cover()}
    >
      <form @submit=${this.#handleSubmit}>
        <span class="mark">${icon(Lock, 20)}</span>
        <div>
          <h2 id="title">${text.t('lock.title')}</h2>
          <p class="muted">
            ${
              this.unfinished === null
                ? text.t('lock.hint', { name })
                : this.lack === 'code'
                  ? text.t('login.codeNeeded')
                  : text.t('lock.mustChange')
            }
          </p>
        </div>
        ${this.#renderField()} ${this.#renderFailure()}
        <button
          class="button primary"
          type="submit"
          aria-busy=${state?.pending.has('unlock') === true ? 'true' : 'false'}
        >
          ${text.t(this.unfinished !== null && this.lack === 'newPassword' ? 'lock.change' : 'lock.unlock')}
        </button>
        ${
          this.unfinished === null
            ? nothing
            : html`<button class="button" type="button" @click=${() => issue(this.#desk.commands?.logout())}>
                ${text.t('menu.logout')}
              </button>`
        }
      </form>
    </dialog>`;
  }

  /** Above whatever is there by now. Leaving the document ends what is modal of it, and leaves it open. */
  readonly #cover = (): void => {
    if (this.dialog?.isConnected !== true) return;
    this.dialog.close();
    this.dialog.showModal();
  };

  /** Escape twice closes a modal dialog even when `cancel` is prevented (HTML, close watchers). */
  readonly #handleKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') event.preventDefault();
  };

  /** What is asked for now. Another one is another element: what was typed does not stand in it. */
  #renderField(): unknown {
    const { text } = this.#locale;
    const name = this.#asked;
    return keyed(
      name,
      html`<div class="field">
        <label class="label" for=${name}>${text.t(`login.${name}`)}</label>
        <input
          class="input"
          id=${name}
          name=${name}
          type=${name === 'code' ? 'text' : 'password'}
          autocomplete=${AUTOCOMPLETE[name]}
          autocapitalize="none"
          spellcheck="false"
          maxlength=${name === 'code' ? 32 : 200}
          required
          autofocus
        />
      </div>`,
    );
  }

  #renderFailure(): unknown {
    const { text } = this.#locale;
    const failure = this.#desk.value?.failures.unlock ?? null;
    const isWeak = this.#asked === 'newPassword' && failure?.code === 'invalid-request';
    if (this.isShort || isWeak) {
      const sentence = isWeak ? 'login.weak' : this.#asked === 'code' ? 'login.codeMissing' : 'login.short';
      return html`<p class="error-text" role="alert">${text.t(sentence)}</p>`;
    }
    const isAsked = failure !== null && failure.code in LACKS && this.unfinished !== null;
    return html`<telebar-failure-note permanent .failure=${isAsked ? null : failure}></telebar-failure-note>`;
  }

  get #asked(): 'password' | Lack {
    return this.unfinished === null ? 'password' : this.lack;
  }

  readonly #handleSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (this.#desk.value?.pending.has('unlock') === true) return;
    const form = event.currentTarget as HTMLFormElement;
    const asked = this.#asked;
    const written = formText(form, asked);
    if (written === '') return;
    const least = { password: 0, newPassword: SHORTEST_PASSWORD, code: SHORTEST_CODE }[asked];
    this.isShort = written.trim().length < least;
    if (this.isShort) return;
    form.reset();
    this.#sent = { password: '', ...this.unfinished, [asked]: written };
    issue(this.#desk.commands?.unlock(this.#sent));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-lock-screen': LockScreen;
  }
}
