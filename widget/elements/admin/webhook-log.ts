import type { InfiniteData, InfiniteQueryObserverOptions, QueryKey } from '@tanstack/query-core';
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { Delivery, DeliveryPage } from '../../../server/contract/webhooks.ts';
import type { Page } from '../../../server/contract/wire.ts';
import { MutationController, PagesController } from '../../controllers/query-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { CommandError } from '../../live/command-error.ts';
import '../../parts/failure-note.ts';
import type { Queries } from '../../records/queries.ts';
import { button } from '../../styles/button.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { changeSetUp } from './set-up-queries.ts';

type Deliveries = Page<Delivery>;

const STATES = {
  waiting: 'admin.delivery.waiting',
  delivered: 'admin.delivery.delivered',
  failed: 'admin.delivery.failed',
} as const satisfies Record<Delivery['state'], string>;

const REFRESH_MS = 3_000;
const pathOf = (id: string): string => `/set-up/webhooks/${encodeURIComponent(id)}`;

function deliveriesOf(
  { http }: Queries,
  id: string,
): InfiniteQueryObserverOptions<
  Deliveries,
  Error,
  InfiniteData<Deliveries, string | undefined>,
  QueryKey,
  string | undefined
> {
  return {
    queryKey: ['set-up', 'deliveries', id],
    queryFn: ({ pageParam, signal }) =>
      http.request({
        method: 'GET',
        path: `${pathOf(id)}/deliveries`,
        query: { cursor: pageParam, limit: 20 },
        schema: DeliveryPage,
        signal,
      }),
    initialPageParam: undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: REFRESH_MS,
  };
}

/** What was sent to a webhook and how it went; sends it again, or a test. */
@customElement('telebar-webhook-log')
export class WebhookLog extends LitElement {
  static override styles = [
    reset,
    button,
    css`
      :host {
        display: grid;
        gap: 8px;
      }
      ul {
        display: grid;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 0 8px;
        align-items: center;
        padding: 6px 0;
        border-top: 1px solid var(--telebar-line);
        font-size: 13px;
      }
      .how {
        color: var(--telebar-text-muted);
        font-variant-numeric: tabular-nums;
        overflow-wrap: anywhere;
      }
      .failed {
        color: var(--telebar-danger);
      }
      li button {
        grid-row: 1 / span 2;
        grid-column: 2;
      }
      p {
        margin: 0;
        color: var(--telebar-text-muted);
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'admin');
  readonly #pages = new PagesController<
    Deliveries,
    InfiniteData<Deliveries, string | undefined>,
    string | undefined
  >(this, (queries) => deliveriesOf(queries, this.webhookId));
  readonly #send = new MutationController(this, changeSetUp);

  @property({ attribute: false }) webhookId = '';

  override render(): unknown {
    const { text } = this.#locale;
    const { data, isError, hasNextPage, error } = this.#pages.result ?? {};
    const failure = this.#send.result?.error ?? (isError === true ? error : null);
    const rows = data?.pages.flatMap(({ items }) => items) ?? [];
    return html`<div>
        <button class="button small" type="button" @click=${() => this.#ask('/test')}>
          ${text.t('admin.hook.test')}
        </button>
      </div>
      ${failure instanceof CommandError ? html`<telebar-failure-note permanent .failure=${failure}></telebar-failure-note>` : nothing}
      ${
        rows.length === 0
          ? html`<p>${data === undefined ? text.t('admin.loading') : text.t('admin.delivery.none')}</p>`
          : html`<ul>
              ${rows.map((row) => this.#renderRow(row))}
            </ul>`
      }
      ${
        hasNextPage === true
          ? html`<button class="button quiet small" type="button" @click=${() => this.#pages.fetchNextPage()}>
              ${text.t('admin.more')}
            </button>`
          : nothing
      }`;
  }

  #renderRow(row: Delivery): unknown {
    const { text } = this.#locale;
    const { state, attempts, lastStatus, lastError } = row;
    const answer = lastError ?? (lastStatus === null ? null : `HTTP ${lastStatus}`);
    const how = [
      text.moment(row.createdAt, Date.now()),
      ...(attempts === 0 ? [] : [text.t('admin.delivery.attempts', { count: attempts })]),
      ...(answer === null ? [] : [answer]),
      ...(state === 'waiting' && attempts > 0
        ? [text.t('admin.delivery.next', { time: text.moment(row.dueAt, Date.now()) })]
        : []),
    ];
    return html`<li>
      <span
        >${row.type} · <span class=${state === 'failed' ? 'failed' : ''}>${text.t(STATES[state])}</span></span
      >
      <span class="how">${how.join(' · ')}</span>
      ${
        state === 'waiting' && attempts === 0
          ? nothing
          : html`<button
              class="button quiet small"
              type="button"
              @click=${() => this.#ask(`/deliveries/${encodeURIComponent(row.id)}/redeliver`)}
            >
              ${text.t('admin.delivery.again')}
            </button>`
      }
    </li>`;
  }

  #ask(path: string): void {
    const request = { method: 'POST', path: `${pathOf(this.webhookId)}${path}`, schema: Delivery } as const;
    this.#send.mutate(request).catch((error: unknown) => {
      // The note shows a refusal.
      if (!(error instanceof CommandError)) reportError(error);
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-webhook-log': WebhookLog;
  }
}
