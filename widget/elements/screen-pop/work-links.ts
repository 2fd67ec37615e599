import type { QueryKey, QueryObserverOptions } from '@tanstack/query-core';
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import ExternalLink from 'lucide/dist/esm/icons/external-link.mjs';
import type { Customer } from '../../../server/contract/customer.ts';
import type { AgentView, CallView } from '../../../server/contract/desk.ts';
import { WorkLinks as Links, type LinkPlace } from '../../../server/contract/work-links.ts';
import { DeskController } from '../../controllers/desk-controller.ts';
import { QueryController } from '../../controllers/query-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import type { Queries } from '../../records/queries.ts';
import { button } from '../../styles/button.css.ts';
import { reset } from '../../styles/reset.css.ts';

/** What an address is filled with. */
export interface LinkValues {
  readonly call: CallView;
  readonly customer: Pick<Customer, 'id' | 'name'> | null;
  readonly agent: Pick<AgentView, 'id' | 'number' | 'name'>;
}

/** The address with everything filled in, percent-encoded; what is not known is empty. Null: it leads to no web page. */
export function linkAddress(template: string, { call, customer, agent }: LinkValues): string | null {
  const values: Readonly<Record<LinkPlace, string>> = {
    'customer.id': call.customerId ?? customer?.id ?? '',
    'customer.name': customer?.name || (call.name ?? ''),
    'customer.number': call.number,
    'call.id': call.id,
    'call.direction': call.direction,
    'call.did': call.did ?? '',
    'call.group': call.group?.name ?? '',
    'agent.id': agent.id,
    'agent.number': agent.number,
    'agent.name': agent.name,
  };
  const filled = template.replaceAll(/\{([\w.-]+)\}/g, (_, place: string) =>
    encodeURIComponent(
      place.startsWith('data.') ? (call.data[place.slice(5)] ?? '') : (values[place as LinkPlace] ?? ''),
    ),
  );
  return /^https?:\/\//i.test(filled) && URL.canParse(filled) ? new URL(filled).href : null;
}

function workLinks({ http }: Queries): QueryObserverOptions<Links, Error, Links, Links, QueryKey> {
  return {
    queryKey: ['work-links'],
    queryFn: ({ signal }) => http.request({ method: 'GET', path: '/work-links', schema: Links, signal }),
    staleTime: 5_000,
  };
}

/** What the team lets its agents open during a call, each in a tab of its own. */
@customElement('telebar-work-links')
export class WorkLinksOfCall extends LitElement {
  static override styles = [
    reset,
    button,
    css`
      :host {
        display: contents;
      }
      nav {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
        padding: 0 16px 12px;
      }
      a.button {
        max-width: 100%;
        text-decoration: none;
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'screenPop');
  readonly #desk = new DeskController(this);
  readonly #links = new QueryController(this, workLinks);

  @property({ attribute: false }) call: CallView | null = null;
  @property({ attribute: false }) customer: Customer | null = null;

  override render(): unknown {
    const { text } = this.#locale;
    const { call, customer } = this;
    const agent = this.#desk.value?.snapshot?.agent;
    if (call === null || agent === undefined) return nothing;
    const links = (this.#links.result?.data ?? []).flatMap(({ label, url }) => {
      const address = linkAddress(url, { call, customer, agent });
      return address === null ? [] : [{ label, address }];
    });
    if (links.length === 0) return nothing;
    return html`<nav aria-label=${text.t('pop.links')}>
      ${links.map(
        ({ label, address }) =>
          html`<a class="button small" href=${address} target="_blank" rel="noopener noreferrer">
            ${icon(ExternalLink)}<span class="ellipsis">${text.label(label)}</span>
          </a>`,
      )}
    </nav>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-work-links': WorkLinksOfCall;
  }
}
