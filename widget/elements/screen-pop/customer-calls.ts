import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import ArrowDownLeft from 'lucide/dist/esm/icons/arrow-down-left.mjs';
import ArrowUpRight from 'lucide/dist/esm/icons/arrow-up-right.mjs';
import type { CallRecord } from '../../../server/contract/call-record.ts';
import { PagesController } from '../../controllers/query-controller.ts';
import { clockText } from '../../i18n/clock-text.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { pagedList, pagedListStyles } from '../../parts/paged-list.ts';
import { customerCalls } from '../../records/queries.ts';
import { button } from '../../styles/button.css.ts';
import { reset } from '../../styles/reset.css.ts';
import './call-ladder.ts';

/** The earlier calls with one customer, whoever had them, newest first: when, who, how long, and what they were about. */
@customElement('telebar-customer-calls')
export class CustomerCalls extends LitElement {
  static override styles = [
    reset,
    button,
    pagedListStyles,
    css`
      :host {
        display: block;
      }
      li + li {
        border-top: 1px solid var(--telebar-line);
      }
      .entry {
        display: grid;
        grid-template-columns: 16px minmax(0, 1fr) auto;
        align-items: baseline;
        gap: 2px 10px;
        padding: 10px 0;
        font-size: 13px;
        line-height: 18px;
      }
      li:first-child .entry {
        padding-top: 0;
      }
      .entry > .icon {
        align-self: center;
        color: var(--telebar-text-muted);
      }
      .entry > :is(.facts, .about, .parts) {
        grid-column: 2 / -1;
      }
      .when {
        font-weight: 500;
        font-variant-numeric: tabular-nums;
      }
      .outcome {
        font-size: 12px;
        font-weight: 500;
        font-variant-numeric: tabular-nums;
        color: var(--telebar-text-muted);
      }
      .missed > .icon,
      .missed .outcome {
        color: var(--telebar-danger);
      }
      .facts {
        font-size: 12px;
        line-height: 16px;
        color: var(--telebar-text-muted);
      }
      .parts .button {
        margin-left: -10px;
        font-size: 12px;
        color: var(--telebar-text-muted);
      }
      .parts .button::after {
        content: '';
        width: 5px;
        height: 5px;
        border: solid currentColor;
        border-width: 0 1.5px 1.5px 0;
        translate: 0 -2px;
        rotate: 45deg;
      }
      .parts [aria-expanded='true']::after {
        translate: 0 1px;
        rotate: 225deg;
      }
      .about {
        margin-top: 4px;
        overflow-wrap: anywhere;
        white-space: pre-line;
      }
      .about b {
        font-weight: 600;
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'screenPop');
  readonly #pages = new PagesController(this, ({ records }) => customerCalls(records, this.customerId));

  @property() customerId = '';
  /** The call that is going on here: it is no earlier one. */
  @property() callId = '';
  /** Of which the ladder is open. */
  @state() private open: string | null = null;

  override render(): unknown {
    const { text } = this.#locale;
    return pagedList(text, this.#pages, {
      failed: text.t('calls.error'),
      empty: text.t('pop.noCalls'),
      keep: (call) => call.id !== this.callId,
      item: (call) => this.#renderCall(call),
    });
  }

  #renderCall(call: CallRecord): unknown {
    const { text } = this.#locale;
    const outbound = call.direction === 'outbound';
    const agent = [call.agentNumber, call.agentName].filter((part) => part !== null).join(' ');
    const facts = [text.t(`direction.${call.direction}`), call.groupName ?? '', agent];
    const missed = call.answeredAt === null && call.endedAt !== null;
    return html`<article class="entry ${missed ? 'missed' : ''}">
      ${icon(outbound ? ArrowUpRight : ArrowDownLeft)}
      <time class="when" datetime=${new Date(call.startedAt).toISOString()}
        >${text.moment(call.startedAt, Date.now())}</time
      >
      <span class="outcome">${this.#outcome(call)}</span>
      <p class="facts">${facts.filter((part) => part !== '').join(' · ')}</p>
      ${this.#renderAbout(call)} ${this.#renderLadder(call)}
    </article>`;
  }

  #renderLadder({ id }: CallRecord): unknown {
    const open = this.open === id;
    return html`<div class="parts">
      <button
        class="button quiet small"
        type="button"
        aria-expanded=${open ? 'true' : 'false'}
        @click=${() => (this.open = open ? null : id)}
      >
        ${this.#locale.text.t('ladder.show')}
      </button>
      ${open ? html`<telebar-call-ladder .callId=${id}></telebar-call-ladder>` : nothing}
    </div>`;
  }

  #outcome(call: CallRecord): string {
    const { text } = this.#locale;
    if (call.endedAt === null) return text.t('pop.ongoing');
    if (call.answeredAt !== null) return clockText(call.talkMs);
    return text.t(call.direction === 'outbound' ? 'calls.failed' : 'calls.missed');
  }

  #renderAbout({ wrapUp }: CallRecord): unknown {
    if (wrapUp === null) return nothing;
    const { text } = this.#locale;
    const reason = [wrapUp.label, wrapUp.result?.label]
      .flatMap((label) => (label ? [text.label(label)] : []))
      .join(' · ');
    const between = reason !== '' && wrapUp.notes !== '' ? text.t('pop.colon') : '';
    return html`<p class="about"><b>${reason}${between}</b>${wrapUp.notes}</p>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-customer-calls': CustomerCalls;
  }
}
