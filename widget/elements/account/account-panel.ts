import { LitElement, css, html, nothing } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { reset } from '../../styles/reset.css.ts';
import './change-password.ts';
import './open-sessions.ts';
import type { SecondFactor } from './second-factor.ts';
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

  @query('telebar-second-factor') private readonly factor!: SecondFactor | null;

  /** Whether something would be lost that is told this once. */
  get isTouched(): boolean {
    return this.factor?.isTouched === true;
  }

  /** Says what would be lost. */
  leave(): void {
    this.factor?.leave();
  }

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
