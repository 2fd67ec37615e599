import { LitElement, css, html, nothing } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import Lock from 'lucide/dist/esm/icons/lock.mjs';
import { DeskController } from '../../controllers/desk-controller.ts';
import { PreferencesController } from '../../controllers/preferences-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import '../../parts/failure-note.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { formText } from '../../parts/form-text.ts';
import { issue } from '../../parts/issue.ts';

/** Covers the whole page until the password is entered, or the agent logs out. A modal dialog: nothing behind it can be reached. */
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
  readonly #preferences = new PreferencesController(this);

  @query('dialog') private readonly dialog!: HTMLDialogElement | null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#cover();
  }

  override firstUpdated(): void {
    this.#cover();
  }

  override render(): unknown {
    const { text } = this.#locale;
    const state = this.#desk.value;
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
          <p class="muted">${text.t('lock.hint', { name: state?.snapshot?.agent.name ?? '' })}</p>
        </div>
        <div class="field">
          <label class="label" for="password">${text.t('login.password')}</label>
          <input
            class="input"
            id="password"
            name="password"
            type="password"
            autocomplete="current-password"
            maxlength="200"
            required
            autofocus
          />
        </div>
        <telebar-failure-note permanent .failure=${state?.failures.unlock ?? null}></telebar-failure-note>
        <button
          class="button primary"
          type="submit"
          aria-busy=${state?.pending.has('unlock') === true ? 'true' : 'false'}
        >
          ${text.t('lock.unlock')}
        </button>
        ${
          state?.failures.unlock?.code === 'password-must-change'
            ? html`<button class="button" type="button" @click=${this.#handleLogout}>
                ${text.t('menu.logout')}
              </button>`
            : nothing
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

  readonly #handleSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const password = formText(form, 'password');
    if (password === '' || this.#desk.value?.pending.has('unlock') === true) return;
    form.reset();
    issue(this.#desk.commands?.unlock(password));
  };

  /** A password that somebody else has made unlocks nothing: the log-in form takes another one in its place. */
  readonly #handleLogout = (): void => {
    const session = this.#desk.value?.session;
    if (session) {
      this.#preferences.set({ lastTeam: session.team.slug, lastUsername: session.agent.username });
    }
    issue(this.#desk.commands?.logout());
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-lock-screen': LockScreen;
  }
}
