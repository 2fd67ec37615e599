import { LitElement, css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { reset } from '../../styles/reset.css.ts';
import './change-password.ts';
import './open-sessions.ts';
import './second-factor.ts';

/** One's own password and second factor, and where one is logged in. */
@customElement('telebar-account-panel')
export class AccountPanel extends LitElement {
  static override styles = [
    reset,
    css`
      :host {
        display: grid;
        align-content: start;
        gap: 24px;
        min-width: 0;
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'account');

  override render(): unknown {
    if (!this.#locale.ready) return nothing;
    return html`<telebar-change-password></telebar-change-password
      ><telebar-second-factor></telebar-second-factor><telebar-open-sessions></telebar-open-sessions>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-account-panel': AccountPanel;
  }
}
