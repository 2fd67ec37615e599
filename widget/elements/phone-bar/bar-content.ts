import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import GripVertical from 'lucide/dist/esm/icons/grip-vertical.mjs';
import LogIn from 'lucide/dist/esm/icons/log-in.mjs';
import Minus from 'lucide/dist/esm/icons/minus.mjs';
import MonitorSmartphone from 'lucide/dist/esm/icons/monitor-smartphone.mjs';
import Settings from 'lucide/dist/esm/icons/settings.mjs';
import WifiOff from 'lucide/dist/esm/icons/wifi-off.mjs';
import { DeskController } from '../../controllers/desk-controller.ts';
import { PreferencesController } from '../../controllers/preferences-controller.ts';
import { ShellController } from '../../controllers/shell-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import type { DeskState } from '../../live/desk.ts';
import { button } from '../../styles/button.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { barContentStyles } from './bar-content.styles.ts';
import './call-actions.ts';
import './call-stage.ts';
import { OpenIntent } from './intents.ts';
import { issue } from '../../parts/issue.ts';
import './link-state.ts';
import './link-warning.ts';
import { hasControls } from '../../live/call-parties.ts';
import { LazyParts } from './lazy-parts.ts';
import { OverhangEvent } from '../../parts/notice-place.ts';
import { missingPart, missingPartStyles } from './missing-part.ts';
import { warningShown } from './link.ts';
import { presentCall } from './present-call.ts';
import './state-button.ts';

/** How a command is called that the page carries out alone at first; what follows the call is a pause, mostly. */
function nameOf(command: DeskState['owed'][number]['command']) {
  switch (command) {
    case 'lock':
    case 'signOut':
    case 'logout':
      return `menu.${command}` as const;
    case 'setNextState':
      return 'action.pause';
    case 'hangupLeg':
      return 'action.hangup';
    default:
      return `action.${command}` as const;
  }
}

/** The open bar: as a card that floats, or as a strip that is docked. */
@customElement('telebar-bar-content')
export class BarContent extends LitElement {
  static override styles = [reset, button, barContentStyles, missingPartStyles];

  readonly #desk = new DeskController(this);
  readonly #shell = new ShellController(this, (state) => state.panel);
  readonly #preferences = new PreferencesController(this);
  readonly #locale = new LocaleController(this);
  readonly #parts = new LazyParts(this, {
    parties: { load: () => import('./party-controls.ts'), words: 'parties' },
    monitor: { load: () => import('./monitor-strip.ts'), words: 'supervision' },
  });

  #overhung: Element | null = null;

  @property({ reflect: true }) layout: 'card' | 'strip' = 'card';
  /** The side of the page it hangs on: what grows, grows away from it. */
  @property({ reflect: true }) edge: 'top' | 'bottom' = 'bottom';
  @property({ type: Boolean }) linkIgnored = false;
  @property({ type: Boolean }) menuOpen = false;
  @property({ type: Boolean }) keypadOpen = false;
  @property({ type: Boolean }) callInOpen = false;

  /** Focuses what the agent most likely needs next. */
  override focus(): void {
    const target = this.renderRoot.querySelector<HTMLElement>('telebar-state-button, .button.primary');
    (target ?? this.querySelector<HTMLElement>('telebar-login-form'))?.focus();
  }

  /** The warning that hangs over the edge of a docked bar; null: none. */
  get overhang(): Element | null {
    return this.layout === 'strip' ? this.renderRoot.querySelector('.banner, .banner-host') : null;
  }

  override updated(): void {
    const { overhang } = this;
    if (overhang === this.#overhung) return;
    this.#overhung = overhang;
    this.dispatchEvent(new OverhangEvent());
  }

  override render(): unknown {
    const state = this.#desk.value;
    if (state === undefined || !this.#locale.text.ready) return nothing;
    if (state.connection === 'anonymous') return this.#renderAnonymous(state);
    if (state.connection === 'taken-over') return this.#renderTakenOver();
    if (state.snapshot === null) return this.#renderConnecting();
    const call = presentCall(state);
    const wrapsUp = state.snapshot.agent.acw !== null && (call === null || call.phase === 'ended');
    // Whoever is called in is spoken to with them; the connection may be gone by then.
    const wanted = this.callInOpen || (call !== null && hasControls(call));
    const parties = wanted ? this.#parts.need('parties') : 'loading';
    const many = call !== null && hasControls(call) && parties !== 'loading';
    const { supervision } = state.snapshot;
    const monitor = supervision === null ? 'loading' : this.#parts.need('monitor');
    const monitors = monitor !== 'loading';
    return html`<div
      class="bar ${wrapsUp ? 'wraps-up' : ''} ${many ? 'many' : ''} ${monitors ? 'monitors' : ''}"
      part="bar"
    >
      ${this.#renderBanner()}
      <div class="head" part="head">
        ${this.#renderGrip()}
        <telebar-state-button ?expanded=${this.menuOpen}></telebar-state-button>
        ${this.layout === 'card' ? this.#renderTools() : nothing}
      </div>
      <telebar-call-stage
        part="stage"
        layout=${this.layout}
        edge=${this.edge}
        ?linkIgnored=${this.linkIgnored}
      ></telebar-call-stage>
      ${monitor === 'failed' ? this.#renderMissing('monitor') : nothing}
      ${many && parties === 'failed' ? this.#renderMissing('parties') : nothing}
      ${
        monitor === 'ready'
          ? html`<telebar-monitor-strip
              .supervision=${supervision}
              layout=${this.layout}
              edge=${this.edge}
            ></telebar-monitor-strip>`
          : nothing
      }
      ${
        many && parties === 'ready'
          ? html`<telebar-party-controls
              .call=${call}
              layout=${this.layout}
              edge=${this.edge}
            ></telebar-party-controls>`
          : nothing
      }
      <telebar-call-actions
        part="actions"
        layout=${this.layout}
        edge=${this.edge}
        ?linkIgnored=${this.linkIgnored}
        ?keypadOpen=${this.keypadOpen}
        ?callInOpen=${this.callInOpen}
      ></telebar-call-actions>
      <div class="foot" part="foot">
        <telebar-link-state
          ?stacked=${this.layout === 'strip'}
          ?ignored=${this.linkIgnored}
        ></telebar-link-state>
      </div>
      ${this.layout === 'strip' ? this.#renderTools() : nothing}
    </div>`;
  }

  #renderMissing(name: 'parties' | 'monitor'): unknown {
    return missingPart(name, this.#locale.text, () => this.#parts.retry(name));
  }

  #renderTools(): unknown {
    const { text } = this.#locale;
    return html`<div class="tools">
      <button
        class="button quiet icon-only"
        type="button"
        aria-label=${text.t('bar.settings')}
        title=${text.t('bar.settings')}
        aria-expanded=${this.#shell.value === 'settings' ? 'true' : 'false'}
        @click=${() => this.#shell.shell?.openPanel(this.#shell.value === 'settings' ? null : 'settings')}
      >
        ${icon(Settings)}
      </button>
      ${this.#renderCollapse()}
    </div>`;
  }

  #renderCollapse(): unknown {
    const { text } = this.#locale;
    return html`<button
      class="button quiet icon-only"
      type="button"
      aria-label=${text.t('bar.collapse')}
      title=${text.t('bar.collapse')}
      @click=${() => this.#preferences.set({ collapsed: true })}
    >
      ${icon(Minus)}
    </button>`;
  }

  #renderGrip(): unknown {
    if (this.layout === 'strip') return nothing;
    const label = this.#locale.text.t('bar.move');
    return html`<button class="grip" type="button" data-grip aria-label=${label} title=${label}>
      ${icon(GripVertical)}
    </button>`;
  }

  #renderBanner(): unknown {
    const state = this.#desk.value;
    if (state === undefined) return nothing;
    if (state.connection === 'reconnecting' || state.owed.length > 0) return this.#renderLost(state);
    if (warningShown(state, this.linkIgnored) === null) return nothing;
    return html`<telebar-link-warning class="banner-host"></telebar-link-warning>`;
  }

  /** The server is away, or has still to be told of something. */
  #renderLost({ connection, owed }: DeskState): unknown {
    const { text } = this.#locale;
    const lost = connection === 'reconnecting';
    const names = new Set(owed.map(({ command }) => text.t(nameOf(command))));
    return html`<div class="banner lost" role="status">
      ${icon(WifiOff)}
      <span>
        ${lost ? html`<b>${text.t('connection.reconnecting')}</b>` : nothing}
        ${
          names.size > 0
            ? text.t('connection.owed', { commands: [...names].join(', ') })
            : text.t('connection.reconnecting.detail')
        }
      </span>
    </div>`;
  }

  #renderAnonymous(state: DeskState): unknown {
    const { text } = this.#locale;
    const owed = state.owed.length > 0 ? this.#renderLost(state) : nothing;
    if (this.layout === 'card') {
      return html`<div class="bar" part="bar">
        ${owed}
        <div class="head" part="head">
          ${this.#renderGrip()}<span class="brand">Telebar</span>
          <div class="tools">${this.#renderCollapse()}</div>
        </div>
        <slot></slot>
      </div>`;
    }
    return html`<div class="bar plain" part="bar">
      ${owed}
      <span class="brand">Telebar</span>
      <span class="ellipsis muted">${text.t('login.title')}</span>
      <button
        class="button primary"
        type="button"
        @click=${() => this.dispatchEvent(new OpenIntent('login'))}
      >
        ${icon(LogIn)}${text.t('login.open')}
      </button>
      <div class="tools">${this.#renderCollapse()}</div>
    </div>`;
  }

  #renderTakenOver(): unknown {
    const { text } = this.#locale;
    const busy = this.#desk.value?.pending.has('takeOver') === true;
    return html`<div class="bar plain" part="bar">
      <div class="message">
        ${icon(MonitorSmartphone, 20)}
        <span>
          <b>${text.t('connection.takenOver')}</b>
          <span class="muted">${text.t('connection.takenOver.detail')}</span>
        </span>
      </div>
      <button
        class="button primary"
        type="button"
        aria-busy=${busy ? 'true' : 'false'}
        @click=${() => issue(this.#desk.commands?.takeOver())}
      >
        ${text.t('connection.useHere')}
      </button>
      <div class="tools">${this.#renderCollapse()}</div>
    </div>`;
  }

  #renderConnecting(): unknown {
    const { text } = this.#locale;
    const call = this.#desk.value?.phone.legs.find(({ phase }) => phase !== 'ringing')?.callId;
    return html`<div class="bar waiting" part="bar" aria-busy="true">
      <div class="head" part="head">
        ${this.#renderGrip()}
        <span class="message" role="status" title=${text.t('connection.connecting.detail')}>
          <span class="bone round"></span><span class="muted">${text.t('connection.connecting')}</span>
        </span>
        ${this.layout === 'card' ? html`<div class="tools">${this.#renderCollapse()}</div>` : nothing}
      </div>
      <div class="stage-bone">
        ${
          call
            ? html`<button
                class="button danger"
                type="button"
                @click=${() => issue(this.#desk.commands?.hangup(call))}
              >
                ${text.t('action.hangup')}
              </button>`
            : html`<span class="bone"></span>`
        }
      </div>
      <div class="action-bones">${[1, 2, 3, 4, 5, 6, 7, 8].map(() => html`<span class="bone"></span>`)}</div>
      <div class="foot"><span class="bone line"></span></div>
      ${this.layout === 'strip' ? html`<div class="tools">${this.#renderCollapse()}</div>` : nothing}
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-bar-content': BarContent;
  }
}
