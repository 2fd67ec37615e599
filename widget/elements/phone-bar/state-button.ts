import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import ChevronDown from 'lucide/dist/esm/icons/chevron-down.mjs';
import WifiOff from 'lucide/dist/esm/icons/wifi-off.mjs';
import type { AgentView, NextState } from '../../../server/contract/desk.ts';
import { DeskController } from '../../controllers/desk-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import '../../parts/running-clock.ts';
import { stateIcons } from '../../parts/state-look.ts';
import { reset } from '../../styles/reset.css.ts';
import { stateColours } from '../../styles/state.css.ts';
import { OpenIntent } from './intents.ts';
import { clockStart, presentCall } from './present-call.ts';

/** One word, one colour, one running clock; opens the state menu. */
@customElement('telebar-state-button')
export class StateButton extends LitElement {
  static override styles = [
    reset,
    stateColours,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      button {
        appearance: none;
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        align-items: center;
        gap: 8px;
        width: 100%;
        height: 40px;
        margin: 0;
        padding: 0 8px;
        border: 0;
        border-radius: var(--telebar-radius-small);
        background: color-mix(in srgb, var(--state) 12%, var(--telebar-raised));
        color: var(--state);
        font: inherit;
        text-align: start;
        cursor: pointer;
        transition: background var(--telebar-motion);
      }
      button:hover,
      button[aria-expanded='true'] {
        background: color-mix(in srgb, var(--state) 18%, var(--telebar-raised));
      }
      .mark {
        display: grid;
        place-items: center;
        width: 24px;
        height: 24px;
        border-radius: 50%;
        background: var(--state);
        color: var(--telebar-surface);
      }
      .words {
        display: flex;
        align-items: baseline;
        gap: 8px;
        min-width: 0;
        font-size: 16px;
        font-weight: 600;
      }
      .clock {
        font-weight: 500;
        font-variant-numeric: tabular-nums;
      }
      [data-state='ringing'] .clock {
        display: var(--telebar-ring-clock, inline);
      }
      .chevron {
        display: var(--telebar-chevron, block);
      }
      .second {
        display: block;
        font-size: 12px;
        line-height: 14px;
      }
      .two {
        display: grid;
        min-width: 0;
        line-height: 18px;
      }
      [data-state='ringing'] .mark {
        animation: telebar-pulse 1.2s ease-in-out infinite;
      }
      .lost .mark {
        box-shadow: 0 0 0 2px var(--telebar-danger);
      }
      @keyframes telebar-pulse {
        50% {
          box-shadow: 0 0 0 5px color-mix(in srgb, var(--state) 24%, transparent);
        }
      }
      @media (prefers-reduced-motion: reduce) {
        [data-state='ringing'] .mark {
          animation: none;
        }
      }
      @media (forced-colors: active) {
        button {
          border: 1px solid ButtonText;
        }
      }
    `,
  ];

  readonly #desk = new DeskController(this);
  readonly #locale = new LocaleController(this);

  /** Whether the menu is open. */
  @property({ type: Boolean }) expanded = false;

  override focus(): void {
    this.renderRoot.querySelector('button')?.focus();
  }

  override render(): unknown {
    const { text } = this.#locale;
    const state = this.#desk.value;
    const agent = state?.snapshot?.agent;
    if (state === undefined || agent === undefined) return nothing;
    const stale = state.connection !== 'online';
    const word = stale ? text.t('state.offline') : text.t(`state.${agent.state}`);
    const second = stale ? '' : this.#secondLine(agent);
    return html`<button
      type="button"
      class=${stale ? 'lost' : ''}
      data-state=${stale ? 'signed-out' : agent.state}
      aria-haspopup="menu"
      aria-expanded=${this.expanded ? 'true' : 'false'}
      @click=${() => this.dispatchEvent(new OpenIntent('menu'))}
    >
      <span class="mark">${icon(stale ? WifiOff : stateIcons[agent.state])}</span>
      <span class="two">
        <span class="words">
          <span class="visually-hidden">${text.t('menu.label')}:</span>
          <span class="ellipsis">${word}</span>
          <span class="clock"
            ><telebar-running-clock .since=${clockStart(agent, presentCall(state))}></telebar-running-clock
          ></span>
        </span>
        ${second === '' ? nothing : html`<span class="second ellipsis">${second}</span>`}
      </span>
      <span class="chevron">${icon(ChevronDown)}</span>
    </button>`;
  }

  /** The reason of a pause, or what follows the call. */
  #secondLine(agent: AgentView): string {
    const { text } = this.#locale;
    if (agent.next !== null) return text.t('state.next', { state: this.#next(agent.next) });
    if (agent.state !== 'paused' || agent.pause === null) return '';
    const { label, reasonId } = agent.pause;
    return label ? text.label(label) : this.#reason(reasonId);
  }

  #next(next: NextState): string {
    const { text } = this.#locale;
    switch (next.kind) {
      case 'idle':
        return text.t('state.idle');
      case 'sign-out':
        return text.t('state.signed-out');
      case 'pause':
        return this.#reason(next.reasonId) || text.t('state.paused');
    }
    return next satisfies never;
  }

  #reason(id: string): string {
    const reason = this.#desk.value?.snapshot?.team.pauseReasons.find((one) => one.id === id);
    return reason === undefined ? '' : this.#locale.text.label(reason.label);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-state-button': StateButton;
  }
}
