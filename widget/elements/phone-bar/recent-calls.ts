import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import ArrowDownLeft from 'lucide/dist/esm/icons/arrow-down-left.mjs';
import ArrowUpRight from 'lucide/dist/esm/icons/arrow-up-right.mjs';
import UserCheck from 'lucide/dist/esm/icons/user-check.mjs';
import UserPlus from 'lucide/dist/esm/icons/user-plus.mjs';
import type { CallRecord } from '../../../server/contract/call-record.ts';
import { PagesController } from '../../controllers/query-controller.ts';
import { clockText } from '../../i18n/clock-text.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { contactName } from '../../parts/contact-name.ts';
import { pagedList, pagedListStyles } from '../../parts/paged-list.ts';
import { tabList } from '../../parts/tab-list.ts';
import { callHistory } from '../../records/queries.ts';
import { button } from '../../styles/button.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { tabs } from '../../styles/tabs.css.ts';

/** Call this number of the history again. */
export class RedialEvent extends Event {
  static readonly type = 'telebar-redial';
  readonly number: string;
  constructor(number: string) {
    super(RedialEvent.type);
    this.number = number;
  }
}

/** Keep this number of the history as a contact; `name`: as far as it is known. */
export class KeepNumberEvent extends Event {
  static readonly type = 'telebar-keep-number';
  readonly number: string;
  readonly name: string;
  constructor(number: string, name: string) {
    super(KeepNumberEvent.type);
    this.number = number;
    this.name = name;
  }
}

/**
 * The agent's own calls by side, newest first, page by page. Double-click or Enter dials.
 *
 * @fires telebar-redial - Call this number again.
 * @fires telebar-keep-number - Keep this number as a contact: `number`, `name`.
 */
@customElement('telebar-recent-calls')
export class RecentCalls extends LitElement {
  static override styles = [
    reset,
    button,
    tabs,
    pagedListStyles,
    css`
      :host {
        display: block;
      }
      ul {
        margin: 4px -8px 0;
      }
      .line {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: center;
        gap: 4px;
      }
      .line > .entry:only-child {
        grid-column: span 2;
      }
      .keep[aria-disabled='true'] {
        color: var(--telebar-success);
        cursor: default;
      }
      .entry {
        appearance: none;
        display: grid;
        grid-template-columns: 16px minmax(0, 1fr) auto;
        align-items: center;
        gap: 2px 10px;
        width: 100%;
        min-height: 44px;
        margin: 0;
        padding: 4px 8px;
        border: 0;
        border-radius: var(--telebar-radius-small);
        background: transparent;
        color: var(--telebar-text);
        font: inherit;
        font-size: 13px;
        line-height: 18px;
        text-align: start;
        cursor: pointer;
      }
      .entry:hover {
        background: var(--telebar-hover);
      }
      .entry > .icon {
        color: var(--telebar-text-muted);
      }
      .missed > .icon,
      .missed .end b {
        color: var(--telebar-danger);
      }
      .who {
        display: grid;
        min-width: 0;
        font-weight: 500;
      }
      .who small,
      .end {
        font-size: 12px;
        line-height: 16px;
        font-weight: 400;
        color: var(--telebar-text-muted);
      }
      .end {
        display: grid;
        text-align: end;
        font-variant-numeric: tabular-nums;
      }
      .end b {
        font-weight: 500;
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'panels');
  readonly #pages = new PagesController(this, ({ records }) => callHistory(records, this.side));

  /** The list can be read, not dialled from. */
  @property({ type: Boolean }) disabled = false;
  /** Numbers can be kept as contacts. */
  @property({ type: Boolean }) keeps = false;
  /** Numbers that were kept from here. */
  @property({ attribute: false }) kept: ReadonlySet<string> = new Set();
  @state() private side: 'inbound' | 'outbound' = 'outbound';

  override render(): unknown {
    const { text } = this.#locale;
    return html`${tabList({
        label: text.t('dial.recent'),
        tabs: [
          ['outbound', text.t('dial.outbound')],
          ['inbound', text.t('dial.inbound')],
        ],
        selected: this.side,
        choose: (side) => (this.side = side),
        panel: 'list',
      })}
      <div id="list" role="tabpanel" aria-labelledby=${this.side}>
        ${pagedList(text, this.#pages, {
          failed: text.t('calls.error'),
          empty: text.t(this.side === 'inbound' ? 'dial.emptyInbound' : 'dial.emptyOutbound'),
          item: (call) => this.#renderCall(call),
        })}
      </div>`;
  }

  #renderCall(call: CallRecord): unknown {
    const { text } = this.#locale;
    const name = contactName(text, call);
    const missed = call.answeredAt === null;
    const inbound = this.side === 'inbound';
    const outcome = missed ? text.t(inbound ? 'calls.missed' : 'calls.failed') : clockText(call.talkMs);
    return html`<div class="line">
      <button
        class="entry ${missed ? 'missed' : ''}"
        type="button"
        aria-disabled=${this.disabled || call.number === '' ? 'true' : 'false'}
        @dblclick=${() => this.#redial(call)}
        @keydown=${(event: KeyboardEvent) => event.key === 'Enter' && this.#redial(call)}
      >
        ${icon(inbound ? ArrowDownLeft : ArrowUpRight)}
        <span class="visually-hidden">${text.t('action.call')}</span>
        <span class="who">
          <span class="ellipsis num">${name}</span>
          <small class="ellipsis num">
            ${[name === call.number ? '' : call.number, call.groupName ?? ''].filter((part) => part !== '').join(' · ')}
          </small>
        </span>
        <span class="end"
          ><span>${text.moment(call.startedAt, Date.now())}</span><b>${outcome}</b></span
        ></button
      >${this.keeps && call.direction !== 'internal' && call.number !== '' ? this.#renderKeep(call) : nothing}
    </div>`;
  }

  #renderKeep({ number, name }: CallRecord): unknown {
    const kept = this.kept.has(number);
    const label = this.#locale.text.t(kept ? 'dial.kept' : 'dial.keep', { number });
    return html`<button
      class="button quiet icon-only keep"
      type="button"
      aria-label=${label}
      title=${label}
      aria-disabled=${kept ? 'true' : 'false'}
      @click=${() => kept || this.dispatchEvent(new KeepNumberEvent(number, name ?? ''))}
    >
      ${icon(kept ? UserCheck : UserPlus)}
    </button>`;
  }

  #redial(call: CallRecord): void {
    if (this.disabled || call.number === '') return;
    this.dispatchEvent(new RedialEvent(call.number));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-recent-calls': RecentCalls;
  }
}
