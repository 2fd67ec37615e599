import { LitElement, css, html } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { ReasonSetUp } from '../../../server/contract/set-up.ts';
import type { ReasonKind } from '../../../server/vocabulary/reason-kinds.ts';
import { QueryController } from '../../controllers/query-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import type { Words } from './kind.ts';
import { PickEvent } from './set-up-pick.ts';
import { setUpReasons } from './set-up-queries.ts';

/** With those above it. */
export function reasonPath({ above, label }: Pick<ReasonSetUp, 'above' | 'label'>, text: Words): string {
  return [...above, label].map((each) => text.label(each)).join(' › ');
}

/**
 * The reason below which another one stands, or none.
 *
 * @fires telebar-pick - Another one is chosen: `ids`; empty: none.
 */
@customElement('telebar-set-up-reason')
export class SetUpReason extends LitElement {
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
  readonly #reasons = new QueryController(this, (queries) => setUpReasons(queries, this.of));

  @property() of: ReasonKind = 'pause';
  @property() label = '';
  /** '': none. */
  @property() chosen = '';
  /** Which is to stand there: neither it nor what stands below it is offered. */
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
      @change=${({ target }: Event) => {
        const { value } = target as HTMLSelectElement;
        this.dispatchEvent(new PickEvent(value === '' ? [] : [value]));
      }}
    >
      <option value="" .selected=${live(this.chosen === '')}>${text.t('admin.reason.top')}</option>
      ${this.#choosable().map(
        (reason) =>
          html`<option value=${reason.id} .selected=${live(reason.id === this.chosen)}>
            ${reasonPath(reason, text)}
          </option>`,
      )}
    </select>`;
  }

  #choosable(): ReasonSetUp[] {
    const { text } = this.#locale;
    const reasons = this.#reasons.result?.data?.items ?? [];
    const parents = new Map(reasons.map(({ id, parentId }) => [id, parentId]));
    const isBelow = (id: string | null | undefined): boolean =>
      typeof id === 'string' && (id === this.except || isBelow(parents.get(id)));
    return reasons
      .filter(({ id }) => !isBelow(id))
      .toSorted((a, b) => reasonPath(a, text).localeCompare(reasonPath(b, text), text.locale));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-set-up-reason': SetUpReason;
  }
}
