import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import UserPlus from 'lucide/dist/esm/icons/user-plus.mjs';
import User from 'lucide/dist/esm/icons/user.mjs';
import type { Customer } from '../../../server/contract/customer.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { button } from '../../styles/button.css.ts';
import { reset } from '../../styles/reset.css.ts';

/** One of several customers was chosen; null: none of them. */
export class CustomerChosenEvent extends Event {
  static readonly type = 'telebar-customer-chosen';
  readonly customerId: string | null;
  constructor(customerId: string | null) {
    super(CustomerChosenEvent.type);
    this.customerId = customerId;
  }
}

/**
 * Several customers have the number: who is it?
 *
 * @fires telebar-customer-chosen - One was chosen, or none of them: `customerId`.
 */
@customElement('telebar-customer-choice')
export class CustomerChoice extends LitElement {
  static override styles = [
    reset,
    button,
    css`
      :host,
      ul {
        display: grid;
        gap: 12px;
      }
      ul {
        gap: 4px;
      }
      .match {
        appearance: none;
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        align-items: center;
        gap: 12px;
        width: 100%;
        min-height: 52px;
        margin: 0;
        padding: 6px 12px;
        border: 1px solid var(--telebar-line);
        border-radius: var(--telebar-radius);
        background: transparent;
        color: var(--telebar-text);
        font: inherit;
        font-weight: 500;
        text-align: start;
        cursor: pointer;
      }
      .match:hover {
        background: var(--telebar-hover);
      }
      .match .icon {
        color: var(--telebar-text-muted);
      }
      .two {
        display: grid;
        min-width: 0;
      }
      small {
        font-size: 12px;
        line-height: 16px;
        font-weight: 400;
        color: var(--telebar-text-muted);
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'screenPop');

  @property({ attribute: false }) customers: readonly Customer[] = [];

  override render(): unknown {
    const { text } = this.#locale;
    const choose = (customerId: string | null) => (): void => {
      this.dispatchEvent(new CustomerChosenEvent(customerId));
    };
    return html`<div>
        <h3>${text.t('pop.several', { count: this.customers.length })}</h3>
        <p class="muted">${text.t('pop.choose')}</p>
      </div>
      <ul>
        ${this.customers.map(
          (customer) =>
            html`<li>
              <button class="match" type="button" @click=${choose(customer.id)}>
                ${icon(User, 20)}
                <span class="two">
                  <span class="ellipsis">${customer.name || customer.numbers[0]}</span>
                  <small class="ellipsis">
                    ${[customer.company, ...customer.numbers].filter((part) => part !== '').join(' · ')}
                  </small>
                </span>
              </button>
            </li>`,
        )}
      </ul>
      <button class="button" type="button" @click=${choose(null)}>
        ${icon(UserPlus)}${text.t('pop.createInstead')}
      </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-customer-choice': CustomerChoice;
  }
}
