import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { TemporaryPassword } from '../../../server/contract/people.ts';
import { MutationController } from '../../controllers/query-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { CommandError } from '../../live/command-error.ts';
import '../../parts/failure-note.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { changeAccount } from './account-queries.ts';
import { accountStyles } from './account.styles.ts';
import './open-sessions.ts';
import { RowChangedEvent } from './row-changed-event.ts';

/**
 * What an administrator does with an agent's login: a temporary password, and where the agent is logged in.
 *
 * @fires telebar-row-changed - The agent has another version.
 */
@customElement('telebar-agent-access')
export class AgentAccess extends LitElement {
  static override styles = [
    reset,
    button,
    field,
    accountStyles,
    css`
      .made {
        display: grid;
        gap: 8px;
        padding: 10px 12px;
        border-radius: var(--telebar-radius-small);
        background: var(--telebar-sunken);
        font-size: 13px;
        line-height: 18px;
      }
      code {
        font:
          600 16px/24px ui-monospace,
          monospace;
        user-select: all;
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'account');
  readonly #reset = new MutationController(this, changeAccount);

  @property() agentId = '';
  @property() name = '';
  @state() private asking = false;
  @state() private made: string | null = null;
  @state() private isCopied = false;
  readonly #factor = new MutationController(this, changeAccount);
  @state() private askingFactor = false;

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has('agentId')) return;
    this.asking = false;
    this.made = null;
    this.#reset.reset();
    this.askingFactor = false;
    this.#factor.reset();
  }

  override render(): unknown {
    if (!this.#locale.ready || this.agentId === '') return nothing;
    return html`${this.made === null ? this.#renderReset() : this.#renderMade(this.made)}
      ${this.#renderFactor()}
      <telebar-open-sessions .path="/set-up/agents/${encodeURIComponent(this.agentId)}/sessions">
      </telebar-open-sessions>`;
  }

  #renderReset(): unknown {
    const { text } = this.#locale;
    const { error, isPending } = this.#reset.result ?? {};
    return html`${this.asking ? html`<p class="note">${text.t('account.reset.sentence', { name: this.name })}</p>` : nothing}
      <div class="buttons">
        <button
          class="button ${this.asking ? 'danger' : ''}"
          type="button"
          aria-busy=${isPending === true ? 'true' : 'false'}
          @click=${this.#handleReset}
        >
          ${text.t(this.asking ? 'account.reset.confirm' : 'account.reset')}
        </button>
        ${
          this.asking
            ? html`<button class="button" type="button" @click=${() => (this.asking = false)}>
                ${text.t('account.cancel')}
              </button>`
            : nothing
        }
      </div>
      ${
        error instanceof CommandError
          ? html`<telebar-failure-note
              .failure=${error}
              @telebar-dismiss=${() => this.#reset.reset()}
            ></telebar-failure-note>`
          : nothing
      }`;
  }

  #renderFactor(): unknown {
    const { text } = this.#locale;
    const { error, isSuccess } = this.#factor.result ?? {};
    if (isSuccess === true)
      return html`<p class="note" role="status">${text.t('account.factor.reset.done')}</p>`;
    return html`${this.askingFactor ? html`<p class="note">${text.t('account.factor.reset.sentence', { name: this.name })}</p>` : nothing}
      <div class="buttons">
        <button
          class="button ${this.askingFactor ? 'danger' : ''}"
          type="button"
          @click=${this.#handleFactor}
        >
          ${text.t('account.factor.reset')}
        </button>
      </div>
      ${
        error instanceof CommandError
          ? html`<telebar-failure-note
              .failure=${error}
              @telebar-dismiss=${() => this.#factor.reset()}
            ></telebar-failure-note>`
          : nothing
      }`;
  }

  readonly #handleFactor = (): void => {
    if (!this.askingFactor) {
      this.askingFactor = true;
      return;
    }
    const path = `/set-up/agents/${encodeURIComponent(this.agentId)}/second-factor`;
    this.#factor.mutate({ method: 'DELETE', path, schema: null }).catch((error: unknown) => {
      // It is shown below the button.
      if (!(error instanceof CommandError)) reportError(error);
    });
  };

  #renderMade(password: string): unknown {
    const { text } = this.#locale;
    return html`<div class="made" role="status">
      <p>${text.t('account.reset.done', { name: this.name })}</p>
      <div class="buttons">
        <code>${password}</code>
        <button class="button small" type="button" @click=${() => void this.#copy(password)}>
          ${text.t(this.isCopied ? 'account.copied' : 'account.copy')}
        </button>
      </div>
    </div>`;
  }

  async #copy(password: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(password);
      this.isCopied = true;
    } catch {
      // Not allowed here: it stands there to be selected.
    }
  }

  readonly #handleReset = (): void => {
    if (!this.asking) this.asking = true;
    else if (this.#reset.result?.isPending !== true) void this.#make();
  };

  async #make(): Promise<void> {
    const path = `/set-up/agents/${encodeURIComponent(this.agentId)}/password`;
    try {
      const answer = await this.#reset.mutate({ method: 'POST', path, schema: TemporaryPassword });
      this.made = (answer as TemporaryPassword).password;
      this.dispatchEvent(new RowChangedEvent());
    } catch (error) {
      // It is shown below the button.
      if (!(error instanceof CommandError)) throw error;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-agent-access': AgentAccess;
  }
}
