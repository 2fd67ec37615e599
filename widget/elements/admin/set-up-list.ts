import type { InfiniteData } from '@tanstack/query-core';
import { LitElement, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import ArrowDown from 'lucide/dist/esm/icons/arrow-down.mjs';
import ArrowUp from 'lucide/dist/esm/icons/arrow-up.mjs';
import Columns3 from 'lucide/dist/esm/icons/columns-3.mjs';
import Plus from 'lucide/dist/esm/icons/plus.mjs';
import { PagesController } from '../../controllers/query-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { CommandError } from '../../live/command-error.ts';
import { availableStorage } from '../../live/preferences.ts';
import '../../parts/failure-note.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import type { Column, Kind } from './kind.ts';
import { setUpList, type ListPage } from './set-up-queries.ts';
import { listStyles } from './set-up-list.styles.ts';

/** One is to be opened; null: a new one. */
export class OpenRowEvent extends Event {
  static readonly type = 'telebar-open-row';
  readonly id: string | null;
  constructor(id: string | null) {
    super(OpenRowEvent.type);
    this.id = id;
  }
}

const TITLES = {
  agents: { title: 'admin.agents', add: 'admin.agents.add', empty: 'admin.agents.empty' },
  roles: { title: 'admin.roles', add: 'admin.roles.add', empty: 'admin.loading' },
  phones: { title: 'admin.phones', add: 'admin.phones.add', empty: 'admin.phones.empty' },
  groups: { title: 'admin.groups', add: 'admin.groups.add', empty: 'admin.groups.empty' },
  numbers: { title: 'admin.numbers', add: 'admin.numbers.add', empty: 'admin.numbers.empty' },
  reasons: { title: 'admin.reasons', add: 'admin.reasons.add', empty: 'admin.reasons.empty' },
  fields: { title: 'admin.fields', add: 'admin.fields.add', empty: 'admin.fields.empty' },
  links: { title: 'admin.links', add: 'admin.links.add', empty: 'admin.links.empty' },
  bindings: { title: 'admin.bindings', add: 'admin.bindings.add', empty: 'admin.bindings.empty' },
  keys: { title: 'admin.keys', add: 'admin.keys.add', empty: 'admin.keys.empty' },
  webhooks: { title: 'admin.webhooks', add: 'admin.webhooks.add', empty: 'admin.webhooks.empty' },
  log: { title: 'admin.log', add: 'admin.log', empty: 'admin.log.empty' },
} as const;

const SEARCH_AFTER_MS = 200;

/**
 * One section's list: found, sorted, with the columns that somebody has chosen.
 *
 * @fires telebar-open-row - One is to be opened: `id`; null: a new one.
 */
@customElement('telebar-set-up-list')
export class SetUpList extends LitElement {
  static override styles = [reset, button, field, listStyles];

  readonly #locale = new LocaleController(this, 'admin');
  readonly #pages = new PagesController<
    ListPage,
    InfiniteData<ListPage, string | undefined>,
    string | undefined
  >(this, (queries) => setUpList(queries, this.kind, { q: this.found, sort: this.sort }));

  @property({ attribute: false }) kind!: Kind;
  /** What is open beside the list. */
  @property({ attribute: false }) opened: string | null = null;
  @state() private found = '';
  @state() private sort = '';
  @state() private choosing = false;
  @state() private concealed: ReadonlySet<string> = new Set();
  #search: ReturnType<typeof setTimeout> | undefined;

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has('kind')) return;
    clearTimeout(this.#search);
    this.found = '';
    this.sort = '';
    this.choosing = false;
    this.concealed = hiddenOf(this.kind);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#search);
  }

  override render(): unknown {
    const { text } = this.#locale;
    const titles = TITLES[this.kind.section];
    return html`<header>
        <h2>${text.t(titles.title)}</h2>
        ${this.kind.tools?.() ?? nothing}
        ${
          this.kind.form === null
            ? nothing
            : html`<button
                class="button primary"
                type="button"
                @click=${() => this.dispatchEvent(new OpenRowEvent(null))}
              >
                ${icon(Plus)}${text.t(titles.add)}
              </button>`
        }
      </header>
      <div class="tools">
        ${
          this.kind.searchable
            ? html`<input
                class="input"
                type="search"
                maxlength="100"
                placeholder=${text.t('admin.search')}
                aria-label=${text.t('admin.search')}
                @input=${this.#handleSearch}
              />`
            : html`<span class="gap"></span>`
        }
        <button
          class="button"
          type="button"
          aria-expanded=${this.choosing ? 'true' : 'false'}
          @click=${() => (this.choosing = !this.choosing)}
        >
          ${icon(Columns3)}${text.t('admin.columns')}
        </button>
      </div>
      ${this.choosing ? this.#renderChoice() : nothing} ${this.#renderRows()}`;
  }

  #renderChoice(): unknown {
    const { text } = this.#locale;
    return html`<fieldset class="choice">
      <legend>${text.t('admin.columns')}</legend>
      ${this.kind.columns
        .slice(1)
        .map(
          ({ key, label }) =>
            html`<label>
              <input
                type="checkbox"
                .checked=${!this.concealed.has(key)}
                @change=${(event: Event) => this.#choose(key, (event.target as HTMLInputElement).checked)}
              />${text.t(label)}
            </label>`,
        )}
    </fieldset>`;
  }

  #renderRows(): unknown {
    const { text } = this.#locale;
    const { result } = this.#pages;
    if (result === undefined || result.isPending) {
      return html`<div class="bones" aria-busy="true" role="img" aria-label=${text.t('admin.loading')}>
        ${[1, 2, 3, 4, 5].map(() => html`<div class="bone"></div>`)}
      </div>`;
    }
    if (result.data === undefined) return this.#renderFailure(result.error, () => this.#pages.refetch());
    const rows = result.data.pages.flatMap(({ items }) => items);
    if (rows.length === 0) {
      return html`<p class="view">
        ${text.t(this.found === '' ? TITLES[this.kind.section].empty : 'admin.nothingFound')}
      </p>`;
    }
    const columns = this.kind.columns.filter(({ key }) => !this.concealed.has(key));
    return html`<div class="scroll">
        <table aria-busy=${result.isPlaceholderData ? 'true' : 'false'}>
          <thead>
            <tr>
              ${columns.map((column) => this.#renderHead(column))}
            </tr>
          </thead>
          <tbody>
            ${rows.map((row) => this.#renderRow(row, columns))}
          </tbody>
        </table>
      </div>
      ${
        result.isError
          ? this.#renderFailure(result.error, () =>
              result.isFetchNextPageError ? this.#pages.fetchNextPage() : this.#pages.refetch(),
            )
          : result.hasNextPage
            ? html`<button
                class="button quiet more"
                type="button"
                aria-busy=${result.isFetchingNextPage ? 'true' : 'false'}
                @click=${() => this.#pages.fetchNextPage()}
              >
                ${text.t('admin.more')}
              </button>`
            : nothing
      }`;
  }

  #renderFailure(error: unknown, retry: () => void): unknown {
    const { text } = this.#locale;
    return html`<div class="view">
      ${
        error instanceof CommandError
          ? html`<telebar-failure-note permanent .failure=${error}></telebar-failure-note>`
          : html`<p role="alert">${text.t('admin.failed')}</p>`
      }
      <button class="button" type="button" @click=${retry}>${text.t('bar.retry')}</button>
    </div>`;
  }

  #renderHead({ label, sort, numeric }: Column<unknown>): unknown {
    const { text } = this.#locale;
    const direction =
      sort === undefined
        ? null
        : this.sort === sort
          ? 'ascending'
          : this.sort === `-${sort}`
            ? 'descending'
            : null;
    return html`<th scope="col" class=${numeric === true ? 'numeric' : ''} aria-sort=${direction ?? nothing}>
      ${
        sort === undefined
          ? text.t(label)
          : html`<button
              type="button"
              @click=${() => (this.sort = direction === 'ascending' ? `-${sort}` : sort)}
            >
              ${text.t(label)}${direction === null ? nothing : icon(direction === 'ascending' ? ArrowUp : ArrowDown)}
            </button>`
      }
    </th>`;
  }

  #renderRow(row: unknown, columns: readonly Column<unknown>[]): unknown {
    const { text } = this.#locale;
    const id = this.kind.idOf(row);
    const open = (): unknown => this.dispatchEvent(new OpenRowEvent(id));
    const opens = this.kind.form !== null;
    return html`<tr
      class=${opens ? 'opens' : ''}
      aria-current=${id === this.opened ? 'true' : nothing}
      @click=${opens ? open : nothing}
    >
      ${columns.map((column, index) => {
        const { label, numeric } = column;
        const content = column.cell(row, text);
        return html`<td class=${numeric === true ? 'numeric' : ''} data-label=${text.t(label)}>
          ${index === 0 && opens ? html`<button class="row" type="button">${content}</button>` : html`<span>${content}</span>`}
        </td>`;
      })}
    </tr>`;
  }

  #choose(key: string, shown: boolean): void {
    const hidden = new Set(this.concealed);
    if (shown) hidden.delete(key);
    else hidden.add(key);
    this.concealed = hidden;
    try {
      availableStorage('localStorage')?.setItem(storageKey(this.kind), JSON.stringify([...hidden]));
    } catch {
      // Full or blocked: it holds until the page is left.
    }
  }

  readonly #handleSearch = (event: Event): void => {
    const { value } = event.target as HTMLInputElement;
    clearTimeout(this.#search);
    this.#search = setTimeout(() => (this.found = value.trim()), SEARCH_AFTER_MS);
  };
}

const storageKey = ({ section }: Kind): string => `telebar-admin-hidden:${section}`;

/** Columns that somebody has hidden here, or that are hidden at first. */
function hiddenOf(kind: Kind): Set<string> {
  const first = kind.columns.filter(({ shown }) => shown !== true).map(({ key }) => key);
  try {
    const kept: unknown = JSON.parse(availableStorage('localStorage')?.getItem(storageKey(kind)) ?? 'null');
    if (Array.isArray(kept)) return new Set(kept.filter((key): key is string => typeof key === 'string'));
  } catch {
    // Blocked, or written by somebody else.
  }
  return new Set(first);
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-set-up-list': SetUpList;
  }
}
