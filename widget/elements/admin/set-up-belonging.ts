import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import X from 'lucide/dist/esm/icons/x.mjs';
import { MOST_SKILL } from '../../../server/vocabulary/queue-rules.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import type { Entry } from './kind.ts';
import './set-up-name.ts';
import './set-up-pick.ts';
import type { PickEvent, SetUpPick } from './set-up-pick.ts';

/** A field holds other entries now. */
export class EntriesEvent extends Event {
  static readonly type = 'telebar-entries';
  readonly entries: readonly Entry[];
  constructor(entries: readonly Entry[]) {
    super(EntriesEvent.type);
    this.entries = entries;
  }
}

const LEVELS = Array.from({ length: MOST_SKILL }, (_, index) => index + 1);

/**
 * Who belongs to a group, or to which groups somebody belongs: each with a level of skill, and whether it is for always.
 *
 * @fires telebar-entries - Others belong there now: `entries`, each with `id`, `level`, `static`.
 */
@customElement('telebar-set-up-belonging')
export class SetUpBelonging extends LitElement {
  static override styles = [
    reset,
    button,
    field,
    css`
      :host {
        display: grid;
        gap: 6px;
      }
      table {
        width: 100%;
        border-collapse: collapse;
        font-size: 13px;
        line-height: 18px;
      }
      .rows {
        max-height: 292px;
        overflow-y: auto;
        border: 1px solid var(--telebar-line);
        border-radius: var(--telebar-radius-small);
        scrollbar-width: thin;
      }
      thead :is(th, td) {
        position: sticky;
        top: 0;
        z-index: 1;
        height: auto;
        padding: 5px 6px;
        border: 0;
        background: var(--telebar-sunken);
        font-size: 12px;
        line-height: 16px;
        font-weight: 500;
        color: var(--telebar-text-muted);
        text-align: start;
        white-space: nowrap;
      }
      td {
        height: 36px;
        padding: 2px 6px;
        border-top: 1px solid var(--telebar-line);
      }
      th:first-child,
      td:first-child {
        width: 100%;
        padding-inline-start: 10px;
        overflow-wrap: anywhere;
      }
      td:last-child {
        padding-inline: 0 2px;
      }
      .middle {
        text-align: center;
      }
      select.input {
        width: 60px;
        min-height: 28px;
        padding: 3px 24px 3px 8px;
        background-position:
          right 13px center,
          right 8px center;
        font-variant-numeric: tabular-nums;
      }
      input[type='checkbox'] {
        width: 16px;
        height: 16px;
        margin: 0;
        vertical-align: middle;
        accent-color: var(--telebar-accent);
      }
      .button {
        width: 28px;
        min-height: 28px;
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'admin');

  @property() of: 'agents' | 'groups' = 'agents';
  @property() label = '';
  @property({ attribute: false }) entries: readonly Entry[] = [];
  @query('telebar-set-up-pick') private readonly pick!: SetUpPick | null;

  override focus(): void {
    this.pick?.focus();
  }

  override render(): unknown {
    const { text } = this.#locale;
    return html`${
        this.entries.length === 0
          ? nothing
          : html`<div class="rows">
              <table aria-label=${this.label}>
                <thead>
                  <tr>
                    <th scope="col">${text.t(this.of === 'agents' ? 'admin.agent' : 'admin.group')}</th>
                    <th scope="col">${text.t('admin.level')}</th>
                    <th scope="col" class="middle">${text.t('admin.static')}</th>
                    <td></td>
                  </tr>
                </thead>
                <tbody>
                  ${this.entries.map((entry, at) => this.#renderEntry(entry, at))}
                </tbody>
              </table>
            </div>`
      }
      <telebar-set-up-pick
        several
        .of=${this.of}
        .label=${this.label}
        .ids=${[]}
        .taken=${this.entries.map(({ id }) => String(id))}
        @telebar-pick=${this.#handlePick}
      ></telebar-set-up-pick>
      ${this.entries.length === 0 ? nothing : html`<span class="hint">${text.t('admin.belonging.hint')}</span>`}`;
  }

  #renderEntry(entry: Entry, at: number): unknown {
    const { text } = this.#locale;
    return html`<tr>
      <td><telebar-set-up-name .of=${this.of} .id=${String(entry['id'])}></telebar-set-up-name></td>
      <td>
        <select
          class="input"
          aria-label=${text.t('admin.level')}
          @change=${({ target }: Event) => this.#change(at, { level: Number((target as HTMLSelectElement).value) })}
        >
          ${LEVELS.map((level) => html`<option value=${level} .selected=${live(level === entry['level'])}>${level}</option>`)}
        </select>
      </td>
      <td class="middle">
        <input
          type="checkbox"
          aria-label=${text.t('admin.static')}
          .checked=${entry['static'] === true}
          @change=${({ target }: Event) => this.#change(at, { static: (target as HTMLInputElement).checked })}
        />
      </td>
      <td>
        <button
          class="button quiet icon-only"
          type="button"
          aria-label=${text.t('admin.pick.remove')}
          @click=${() => this.#tell(this.entries.filter((_, other) => other !== at))}
        >
          ${icon(X)}
        </button>
      </td>
    </tr>`;
  }

  #change(at: number, patch: Entry): void {
    this.#tell(this.entries.map((entry, other) => (other === at ? { ...entry, ...patch } : entry)));
  }

  #tell(entries: readonly Entry[]): void {
    this.entries = entries;
    this.dispatchEvent(new EntriesEvent(entries));
  }

  readonly #handlePick = ({ ids }: PickEvent): void => {
    this.#tell([...this.entries, ...ids.map((id) => ({ id, level: 1, static: false }))]);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-set-up-belonging': SetUpBelonging;
  }
}
