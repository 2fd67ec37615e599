import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { QueryController } from '../../controllers/query-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { setUpName, type NamedSection } from './set-up-queries.ts';

/** The name of an agent, a group or a key of which the id is known. */
@customElement('telebar-set-up-name')
export class SetUpName extends LitElement {
  static override styles = css`
    :host {
      display: inline;
    }
    .number {
      color: var(--telebar-text-muted);
      font-variant-numeric: tabular-nums;
    }
  `;

  readonly #locale = new LocaleController(this, 'admin');
  readonly #row = new QueryController(this, (queries) => setUpName(queries, this.of, this.id));

  @property() of: NamedSection = 'groups';
  @property() override id = '';

  override render(): unknown {
    const { data, isError } = this.#row.result ?? {};
    if (isError === true) return this.#locale.text.t('admin.gone');
    return data === undefined ? nothing : html`${data.name} <span class="number">${data.number}</span>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-set-up-name': SetUpName;
  }
}
