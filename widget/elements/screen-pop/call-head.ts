import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { AgentStateWord, CallView } from '../../../server/contract/desk.ts';
import type { LocalizedText } from '../../../server/contract/wire.ts';
import { clockText } from '../../i18n/clock-text.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { isAskedAside } from '../../live/call-parties.ts';
import '../../parts/running-clock.ts';
import { stateIcons } from '../../parts/state-look.ts';
import { reset } from '../../styles/reset.css.ts';
import { stateColours } from '../../styles/state.css.ts';

/** So many keys of the call's data are shown; the host page and the API have all. */
const MOST_DATA = 6;

/** Name, number, state with clock, and what is known of the call. */
@customElement('telebar-call-head')
export class CallHead extends LitElement {
  static override styles = [
    reset,
    stateColours,
    css`
      :host {
        display: grid;
        gap: 12px;
        flex: 1;
        min-width: 0;
      }
      .who {
        display: grid;
        grid-template-columns: 44px minmax(0, 1fr);
        padding-right: 32px;
        align-items: center;
        gap: 12px;
      }
      .mark {
        display: grid;
        place-items: center;
        width: 44px;
        height: 44px;
        border-radius: 50%;
        background: color-mix(in srgb, var(--state) 14%, transparent);
        color: var(--state);
      }
      h2 {
        font-size: 20px;
        line-height: 26px;
      }
      .line {
        display: flex;
        gap: 8px;
        min-width: 0;
        font-size: 13px;
        line-height: 18px;
        color: var(--telebar-text-muted);
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }
      .state {
        color: var(--state);
        font-weight: 600;
      }
      dl {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 28px;
        padding-top: 12px;
        border-top: 1px solid var(--telebar-line);
      }
      dl > div {
        min-width: 0;
        max-width: 100%;
      }
      .notes {
        font-size: 13px;
        line-height: 18px;
        overflow-wrap: anywhere;
      }
      .notes b {
        font-weight: 400;
        color: var(--telebar-text-muted);
      }
      dt {
        font-size: 12px;
        line-height: 16px;
        color: var(--telebar-text-muted);
      }
      dd {
        font-size: 13px;
        line-height: 18px;
        font-weight: 500;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'screenPop');

  @property({ attribute: false }) call: CallView | null = null;
  @property() name = '';

  override render(): unknown {
    const { text } = this.#locale;
    const { call, name } = this;
    if (call === null) return nothing;
    const looks: Readonly<Record<CallView['phase'], AgentStateWord>> = {
      offered: 'ringing',
      dialling: 'dialling',
      ringing: 'ringing',
      talking: 'talking',
      held: 'holding',
      ended: 'signed-out',
    };
    const look = looks[call.phase];
    const word = call.phase === 'ended' ? text.t('pop.callEnded') : text.t(`state.${look}`);
    const { from } = call;
    const facts: readonly (readonly [string, string | null])[] = [
      [text.t('pop.direction'), text.t(`direction.${call.direction}`)],
      [text.t(call.direction === 'queue' ? 'pop.queue' : 'pop.group'), call.group?.name ?? null],
      [text.t('pop.waited'), call.waitedMs === null ? null : clockText(call.waitedMs)],
      [text.t('pop.did'), call.did],
      [text.t(howItCame(call)), from && [from.number, from.name].join(' ')],
      ...Object.entries(call.data).slice(0, MOST_DATA),
    ];
    const notes = noted(call.wrapUp, (label) => text.label(label), text.t('pop.colon'));
    return html`<div class="who" data-state=${look}>
        <span class="mark">${icon(stateIcons[call.phase === 'ended' ? 'talking' : look], 20)}</span>
        <div>
          <h2 class="ellipsis num" title=${name}>${name}</h2>
          <p class="line">
            <span class="state">
              ${word}
              <telebar-running-clock .since=${clockStart(call)} .end=${call.endedAt}></telebar-running-clock>
            </span>
            ${call.number === '' || call.number === name ? nothing : html`<span class="ellipsis">${call.number}</span>`}
          </p>
        </div>
      </div>
      <dl>
        ${facts.map(([label, value]) =>
          value === null
            ? nothing
            : html`<div>
                <dt>${label}</dt>
                <dd class="ellipsis" title=${value}>${value}</dd>
              </div>`,
        )}
      </dl>
      ${notes === '' ? nothing : html`<p class="notes"><b>${text.t('pop.notes')}</b> ${notes}</p>`}`;
  }
}

/** What has been noted down about the call so far, by whoever had it before. */
function noted(wrapUp: CallView['wrapUp'], labelOf: (label: LocalizedText) => string, colon: string): string {
  if (wrapUp === null) return '';
  const reason = wrapUp.label === null ? '' : labelOf(wrapUp.label);
  return [reason, wrapUp.notes].filter((part) => part !== '').join(colon);
}

/** A talk counts from the answer, over any holds; what has ended shows how long it was; the rest counts its state. */
function clockStart(call: CallView): number {
  switch (call.phase) {
    case 'talking':
      return call.answeredAt ?? call.since;
    case 'ended':
      return call.answeredAt ?? call.createdAt;
    case 'offered':
    case 'dialling':
    case 'ringing':
    case 'held':
      return call.since;
  }
  return call.phase satisfies never;
}

function howItCame(call: CallView): 'pop.askedBy' | 'pop.calledInBy' | 'pop.via' {
  if (isAskedAside(call)) return 'pop.askedBy';
  return call.parties.some(({ self, role }) => self && role === 'consulted') ? 'pop.calledInBy' : 'pop.via';
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-call-head': CallHead;
  }
}
