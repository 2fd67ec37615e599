import type { InfiniteQueryObserverResult } from '@tanstack/query-core';
import { css, html, nothing } from 'lit';
import type { Page } from '../../server/contract/wire.ts';
import type { Texts } from '../i18n/localizer.ts';

interface Pages<T> {
  readonly result: InfiniteQueryObserverResult<{ pages: Page<T>[] }, Error> | undefined;
  refetch(): void;
  fetchNextPage(): void;
}

/** Every view of a paged query: coming, failed, empty, and the items with a button for more. */
export function pagedList<T>(
  text: Texts,
  pages: Pages<T>,
  {
    failed,
    empty,
    keep = () => true,
    item,
  }: {
    failed: string;
    empty: string;
    /** Which items are shown. */
    keep?: (item: T) => boolean;
    item: (item: T) => unknown;
  },
): unknown {
  const { result } = pages;
  if (result === undefined || result.isPending) {
    return html`<div aria-busy="true" aria-label=${text.t('bar.loading')} role="img">
      <div class="bone"></div>
      <div class="bone"></div>
      <div class="bone"></div>
    </div>`;
  }
  if (result.data === undefined) return failure(text, failed, () => pages.refetch());
  const items = result.data.pages.flatMap((page) => page.items).filter(keep);
  if (items.length === 0 && !result.hasNextPage) return html`<p class="view">${empty}</p>`;
  return html`<ul>
      ${items.map((one) => html`<li>${item(one)}</li>`)}
    </ul>
    ${
      result.isError
        ? failure(text, failed, () => (result.isFetchNextPageError ? pages.fetchNextPage() : pages.refetch()))
        : result.hasNextPage
          ? html`<button
              class="button quiet small more"
              type="button"
              aria-busy=${result.isFetchingNextPage ? 'true' : 'false'}
              @click=${() => pages.fetchNextPage()}
            >
              ${text.t('calls.more')}
            </button>`
          : nothing
    }`;
}

function failure(text: Texts, sentence: string, retry: () => void): unknown {
  return html`<div class="view" role="alert">
    ${sentence}
    <button class="button small" type="button" @click=${retry}>${text.t('bar.retry')}</button>
  </div>`;
}

export const pagedListStyles = css`
  .view {
    display: grid;
    justify-items: center;
    gap: 8px;
    padding: 24px 8px;
    text-align: center;
    font-size: 13px;
    color: var(--telebar-text-muted);
  }
  .bone {
    height: 36px;
    margin: 4px 8px;
    border-radius: var(--telebar-radius-small);
    background: var(--telebar-sunken);
  }
  .more {
    width: 100%;
    margin-top: 4px;
  }
`;
