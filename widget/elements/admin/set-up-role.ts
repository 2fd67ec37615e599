import { LitElement, css, html } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { RoleSetUp } from '../../../server/contract/people.ts';
import { ROLES } from '../../../server/vocabulary/roles.ts';
import { QueryController } from '../../controllers/query-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { roleName } from './roles.ts';
import { PickEvent } from './set-up-pick.ts';
import { setUpRoles } from './set-up-queries.ts';

/**
 * One of the team's roles.
 *
 * @fires telebar-pick - Another one is chosen: `ids`, of which there is one.
 */
@customElement('telebar-set-up-role')
export class SetUpRole extends LitElement {
  static override styles = [
    reset,
    field,
    css`
      :host {
        display: block;
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'admin');
  readonly #roles = new QueryController(this, setUpRoles);

  @property() label = '';
  /** Id of the one that is chosen. */
  @property() chosen = 'agent';
  /** One that cannot be chosen. */
  @property() except: string | null = null;
  @query('select') private readonly select!: HTMLSelectElement | null;

  override focus(): void {
    this.select?.focus();
  }

  override render(): unknown {
    const { text } = this.#locale;
    return html`<select
      class="input"
      aria-label=${this.label}
      @change=${({ target }: Event) =>
        this.dispatchEvent(new PickEvent([(target as HTMLSelectElement).value]))}
    >
      ${this.#choosable().map(
        (role) =>
          html`<option value=${role.id} .selected=${live(role.id === this.chosen)}>
            ${roleName(role, text)}
          </option>`,
      )}
    </select>`;
  }

  /** Those that every team has are known before the others have come; the chosen one is there whatever happens. */
  #choosable(): Pick<RoleSetUp, 'id' | 'name'>[] {
    const known = this.#roles.result?.data?.items ?? ROLES.map((id) => ({ id, name: id }));
    const unknown = known.some(({ id }) => id === this.chosen)
      ? []
      : [{ id: this.chosen, name: this.#locale.text.t('admin.role.own') }];
    return [...known, ...unknown].filter(({ id }) => id !== this.except);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-set-up-role': SetUpRole;
  }
}
