import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import LogOut from 'lucide/dist/esm/icons/log-out.mjs';
import type { Session } from '../../../server/contract/session.ts';
import { DeskController } from '../../controllers/desk-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { issue } from '../../parts/issue.ts';
import { button } from '../../styles/button.css.ts';
import { reset } from '../../styles/reset.css.ts';
import '../account/account-panel.ts';
import './own-passkeys.ts';
import type { AccountPanel } from '../account/account-panel.ts';

/** The page of the administration for who may not set the team up: the own account, and the way out. */
@customElement('telebar-own-account')
export class OwnAccount extends LitElement {
  static override styles = [
    reset,
    button,
    css`
      :host {
        display: block;
        grid-area: 1 / 1 / -1 / -1;
        min-height: 0;
        min-width: 0;
        overflow-y: auto;
      }
      .page {
        display: grid;
        gap: 20px;
        box-sizing: border-box;
        width: min(560px, 100%);
        margin: 0 auto;
        padding: 24px 16px 40px;
      }
      .who {
        display: flex;
        align-items: flex-start;
        gap: 12px;
      }
      .name {
        flex: 1;
        min-width: 0;
      }
      h2 {
        font-size: 18px;
        line-height: 28px;
        overflow-wrap: anywhere;
      }
      p {
        margin: 0;
        font-size: 13px;
        line-height: 20px;
        color: var(--telebar-text-muted);
      }
      .hint {
        padding: 10px 12px;
        border-radius: var(--telebar-radius-small);
        background: var(--telebar-sunken);
      }
    `,
  ];

  readonly #desk = new DeskController(this);
  readonly #locale = new LocaleController(this, 'admin');

  @query('telebar-account-panel') private readonly panel!: AccountPanel | null;
  @property({ attribute: false }) session: Pick<Session, 'agent' | 'team'> | null = null;

  override render(): unknown {
    const { text } = this.#locale;
    if (this.session === null) return nothing;
    const { agent, team } = this.session;
    return html`<main class="page">
      <div class="who">
        <div class="name">
          <h2>${agent.name}</h2>
          <p>${text.t('admin.own.who', { number: agent.number, team: team.name })}</p>
        </div>
        <button class="button" type="button" @click=${this.#handleLogout}>
          ${icon(LogOut)}${text.t('admin.own.logout')}
        </button>
      </div>
      <p class="hint" role="status">${text.t('admin.notAllowed')}</p>
      <telebar-account-panel></telebar-account-panel>
      <telebar-own-passkeys></telebar-own-passkeys>
    </main>`;
  }

  /** What is told once is kept first. */
  readonly #handleLogout = (): void => {
    if (this.panel?.isTouched === true) this.panel.leave();
    else issue(this.#desk.commands?.logout());
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-own-account': OwnAccount;
  }
}
