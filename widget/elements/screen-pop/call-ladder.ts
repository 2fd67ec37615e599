import { LitElement, css, html, nothing, svg } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { CallRecordDetail } from '../../../server/contract/call-record.ts';
import { QueryController } from '../../controllers/query-controller.ts';
import { clockText } from '../../i18n/clock-text.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { CommandError } from '../../live/command-error.ts';
import { button } from '../../styles/button.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { stateColours } from '../../styles/state.css.ts';

type Part = CallRecordDetail['parts'][number];

/** The length of the drawn call, whatever it lasted. */
const LENGTH = 1000;

/** The ladder of one call: who was in it, as what, since when, for how long, who called them in, and how they left. */
@customElement('telebar-call-ladder')
export class CallLadder extends LitElement {
  static override styles = [
    reset,
    button,
    stateColours,
    css`
      :host {
        display: block;
        margin-top: 6px;
      }
      li {
        padding: 6px 0;
        font-size: 12px;
        line-height: 16px;
      }
      li + li {
        border-top: 1px dashed var(--telebar-line);
      }
      .who {
        display: flex;
        align-items: baseline;
        gap: 8px;
        font-variant-numeric: tabular-nums;
      }
      .who b {
        font-weight: 600;
      }
      .how {
        color: var(--telebar-text-muted);
        font-variant-numeric: tabular-nums;
        overflow-wrap: anywhere;
      }
      .out {
        flex: none;
        margin-left: auto;
        color: var(--telebar-text-muted);
      }
      svg {
        display: block;
        width: 100%;
        height: 6px;
        margin: 4px 0;
        border-radius: 3px;
        background: var(--telebar-sunken);
      }
      rect {
        fill: var(--state, var(--telebar-line-strong));
      }
      @media (forced-colors: active) {
        svg {
          border: 1px solid CanvasText;
        }
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'screenPop');
  readonly #detail = new QueryController(this, ({ records }) => ({
    queryKey: ['calls', this.callId],
    queryFn: ({ signal }) => records.callRecord(this.callId, signal),
    staleTime: 5_000,
    retry: false,
  }));

  @property() callId = '';

  override render(): unknown {
    const { text } = this.#locale;
    const { data, error, isPending = true } = this.#detail.result ?? {};
    if (data !== undefined) return this.#renderParts(data.parts, Date.now());
    if (isPending) return html`<p class="how" role="status">${text.t('bar.loading')}</p>`;
    if (error instanceof CommandError && error.code === 'no-such-call') {
      return html`<p class="how" role="status">${text.t('ladder.foreign')}</p>`;
    }
    return html`<p class="how" role="alert">
      ${text.t('ladder.loadFailed')}
      <button class="button quiet small" type="button" @click=${() => this.#detail.refetch()}>
        ${text.t('bar.retry')}
      </button>
    </p>`;
  }

  #renderParts(parts: readonly Part[], now: number): unknown {
    const from = Math.min(...parts.map(({ startedAt }) => startedAt));
    const until = Math.max(from + 1, ...parts.map(({ endedAt }) => endedAt ?? now));
    const at = (time: number): number => Math.round(((time - from) / (until - from)) * LENGTH);
    return html`<ol aria-label=${this.#locale.text.t('ladder.label')}>
      ${parts.map((part) => this.#renderPart(part, at, now))}
    </ol>`;
  }

  #renderPart(part: Part, at: (time: number) => number, now: number): unknown {
    const { text } = this.#locale;
    const { startedAt, answeredAt, role, number, name, broughtBy } = part;
    const end = part.endedAt ?? now;
    const before = at(answeredAt ?? end);
    const by = broughtBy && [broughtBy.number, broughtBy.name].join(' ');
    const facts = [
      text.t('ladder.from', { time: text.moment(startedAt, now) }),
      by === null ? '' : text.t('ladder.by', { who: by }),
      ...(['ring', 'talk', 'hold', 'wrapUp'] as const).map((what) => {
        const ms = part[`${what}Ms`];
        return ms < 1000 ? '' : text.t(`ladder.${what}`, { time: clockText(ms) });
      }),
    ];
    return html`<li>
      <div class="who">
        <b class="ellipsis">${role === 'customer' ? (name ?? number) : `${number} ${name ?? ''}`}</b>
        <span>${text.t(`ladder.${role}`)}</span>
        <span class="out">${this.#out(part)}</span>
      </div>
      <svg viewBox="0 0 ${LENGTH} 6" preserveAspectRatio="none" aria-hidden="true">
        ${bar(at(startedAt), before, role === 'customer' ? 'held' : 'ringing')}
        ${answeredAt === null ? nothing : bar(before, at(end), role === 'supervisor' ? 'gone' : 'talking')}
      </svg>
      <p class="how">${facts.filter((fact) => fact !== '').join(' · ')}</p>
    </li>`;
  }

  /** How it has left; '' when somebody has just hung up. */
  #out({ endedAt, cause, outcome }: Part): string {
    const { text } = this.#locale;
    if (endedAt === null) return text.t('pop.ongoing');
    if (cause === 'handed-over' || cause === 'taken-over') return text.t(`ladder.${cause}`);
    if (outcome !== null && outcome !== 'answered') return text.t(`ladder.${outcome}`);
    return cause === null || cause === 'normal' ? '' : text.t('ladder.lost');
  }
}

function bar(from: number, until: number, look: 'held' | 'ringing' | 'talking' | 'gone'): unknown {
  // What was short is seen all the same.
  return until <= from
    ? nothing
    : svg`<rect data-party=${look} x=${from} y="0" width=${Math.max(until - from, 4)} height="6"></rect>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-call-ladder': CallLadder;
  }
}
