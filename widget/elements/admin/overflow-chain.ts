import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { GroupSetUp } from '../../../server/contract/set-up.ts';
import { QueryController } from '../../controllers/query-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { reset } from '../../styles/reset.css.ts';
import './set-up-name.ts';
import { overflowChain } from './set-up-queries.ts';

/** Where callers get to from a group that they overflow to, from group to group. */
@customElement('telebar-overflow-chain')
export class OverflowChain extends LitElement {
  static override styles = [
    reset,
    css`
      :host {
        display: block;
        font-size: 13px;
        line-height: 18px;
        color: var(--telebar-text-muted);
      }
      ol {
        display: grid;
        gap: 4px;
        margin: 0;
        padding-inline-start: 12px;
        border-inline-start: 2px solid var(--telebar-line-strong);
        list-style: none;
        overflow-wrap: anywhere;
      }
      strong {
        font-weight: 500;
        color: var(--telebar-text);
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'admin');
  readonly #chain = new QueryController(this, (queries) => overflowChain(queries, this.groupId));

  @property({ attribute: false }) groupId: string | null = null;

  override render(): unknown {
    const groups = this.groupId === null ? undefined : this.#chain.result?.data;
    if (groups === undefined) return nothing;
    return html`<ol aria-label=${this.#locale.text.t('admin.chain')}>
      ${groups.map((group) => html`<li><strong>${group.name}</strong> · ${this.#renderEnd(group)}</li>`)}
    </ol>`;
  }

  #renderEnd({ overflow }: GroupSetUp): unknown {
    const { text } = this.#locale;
    if (overflow === null) return text.t('admin.chain.waits');
    const { afterMs, to } = overflow;
    const when =
      afterMs === null
        ? text.t('admin.chain.full')
        : text.t('admin.chain.after', { seconds: afterMs / 1000 });
    switch (to.kind) {
      case 'group':
        return html`${when} ${text.t('admin.chain.group')}`;
      case 'agent':
        return html`${when} <telebar-set-up-name of="agents" .id=${to.agentId}></telebar-set-up-name>`;
      case 'number':
        return html`${when} ${to.number}`;
      case 'end':
        return html`${when} ${text.t('admin.chain.end')}`;
    }
    return to satisfies never;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-overflow-chain': OverflowChain;
  }
}
