import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { QueryController } from '../../controllers/query-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { CommandError } from '../../live/command-error.ts';
import '../../parts/failure-note.ts';
import { reset } from '../../styles/reset.css.ts';
import { roleHolders } from './set-up-queries.ts';

/** Who has a role. */
@customElement('telebar-role-holders')
export class RoleHolders extends LitElement {
  static override styles = [
    reset,
    css`
      :host {
        display: block;
        padding-top: 8px;
        font-size: 13px;
        line-height: 18px;
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 14px;
        max-height: 168px;
        margin: 0;
        padding: 0;
        overflow-y: auto;
        list-style: none;
        scrollbar-width: thin;
      }
      p,
      .number {
        margin: 0;
        color: var(--telebar-text-muted);
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'admin');
  readonly #holders = new QueryController(this, (queries) => roleHolders(queries, this.roleId));

  @property() roleId = '';

  override render(): unknown {
    const { text } = this.#locale;
    const { data, error } = this.#holders.result ?? {};
    if (error instanceof CommandError)
      return html`<telebar-failure-note permanent .failure=${error}></telebar-failure-note>`;
    if (data === undefined) return html`<p>${text.t('admin.loading')}</p>`;
    if (data.items.length === 0) return html`<p>${text.t('admin.role.nobody')}</p>`;
    return html`<ul>
      ${data.items.map(({ name, number }) => html`<li>${name} <span class="number">${number}</span></li>`)}
      ${data.next === null ? nothing : html`<li>…</li>`}
    </ul>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-role-holders': RoleHolders;
  }
}
