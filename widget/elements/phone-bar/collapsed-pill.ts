import { LitElement, css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import LoaderCircle from 'lucide/dist/esm/icons/loader-circle.mjs';
import LogIn from 'lucide/dist/esm/icons/log-in.mjs';
import WifiOff from 'lucide/dist/esm/icons/wifi-off.mjs';
import { DeskController } from '../../controllers/desk-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { contactName } from '../../parts/contact-name.ts';
import '../../parts/running-clock.ts';
import { stateIcons } from '../../parts/state-look.ts';
import { reset } from '../../styles/reset.css.ts';
import { stateColours } from '../../styles/state.css.ts';
import './incoming-call.ts';
import { clockStart, presentCall } from './present-call.ts';

/** The bar made small: mark, clock, and who is in the call; the two answers while it rings. A click opens the bar. */
@customElement('telebar-collapsed-pill')
export class CollapsedPill extends LitElement {
  static override styles = [
    reset,
    stateColours,
    css`
      :host {
        display: block;
      }
      .pill {
        display: flex;
        align-items: center;
        gap: 6px;
        height: 44px;
        padding: 4px;
        border: 1px solid color-mix(in srgb, var(--state) 45%, var(--telebar-line));
        border-radius: 22px;
        background: var(--telebar-raised);
        box-shadow: var(--telebar-shadow);
      }
      button {
        appearance: none;
        display: flex;
        align-items: center;
        gap: 8px;
        height: 34px;
        margin: 0;
        padding: 0 10px 0 2px;
        border: 0;
        border-radius: 17px;
        background: transparent;
        color: var(--telebar-text);
        font: inherit;
        font-weight: 600;
        white-space: nowrap;
        cursor: pointer;
        touch-action: none;
      }
      .mark {
        display: grid;
        place-items: center;
        width: 30px;
        height: 30px;
        border-radius: 50%;
        background: var(--state);
        color: var(--telebar-surface);
      }
      .clock {
        color: var(--state);
        font-variant-numeric: tabular-nums;
      }
      .who {
        max-width: 160px;
      }
      telebar-incoming-call {
        padding-right: 2px;
      }
    `,
  ];

  readonly #desk = new DeskController(this);
  readonly #locale = new LocaleController(this);

  override focus(): void {
    this.renderRoot.querySelector('button')?.focus();
  }

  override render(): unknown {
    const { text } = this.#locale;
    const state = this.#desk.value;
    if (state === undefined || !text.ready) return nothing;
    const agent = state.snapshot?.agent;
    const online = state.connection === 'online' && agent !== undefined;
    const call = presentCall(state);
    const offered = online && call?.phase === 'offered' ? call : null;
    const word =
      state.connection === 'anonymous'
        ? text.t('login.open')
        : online
          ? text.t(`state.${agent.state}`)
          : state.connection === 'connecting'
            ? text.t('connection.connecting')
            : text.t('state.offline');
    const shape =
      state.connection === 'anonymous'
        ? LogIn
        : online
          ? stateIcons[agent.state]
          : state.connection === 'connecting'
            ? LoaderCircle
            : WifiOff;
    const live = online && call !== null && call.phase !== 'ended' ? call : null;
    return html`<div class="pill" part="pill" data-state=${online ? agent.state : 'signed-out'}>
      <button type="button" title=${text.t('bar.expand')}>
        <span class="mark">${icon(shape)}</span>
        <span class="visually-hidden"
          >${text.t('bar.expand')}: ${live === null && offered === null ? '' : word}</span
        >
        ${
          offered !== null
            ? nothing
            : html`${
                live === null
                  ? html`<span>${word}</span>`
                  : html`<span class="who ellipsis num">${contactName(text, live)}</span>`
              }
              ${
                online
                  ? html`<span class="clock">
                      <telebar-running-clock .since=${clockStart(agent, live)}></telebar-running-clock>
                    </span>`
                  : nothing
              }`
        }
      </button>
      ${
        offered === null
          ? nothing
          : html`<telebar-incoming-call layout="pill" .call=${offered}></telebar-incoming-call>`
      }
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-collapsed-pill': CollapsedPill;
  }
}
