import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import Headphones from 'lucide/dist/esm/icons/headphones.mjs';
import MessageCircle from 'lucide/dist/esm/icons/message-circle.mjs';
import Users from 'lucide/dist/esm/icons/users.mjs';
import X from 'lucide/dist/esm/icons/x.mjs';
import type { MonitorMode, Supervision } from '../../../server/contract/supervision.ts';
import { DeskController } from '../../controllers/desk-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { issue } from '../../parts/issue.ts';
import '../../parts/running-clock.ts';
import { button } from '../../styles/button.css.ts';
import { narrowTips } from '../../styles/narrow-tips.css.ts';
import { reset } from '../../styles/reset.css.ts';

const MODES: readonly MonitorMode[] = ['listen', 'whisper', 'barge'];
const MARKS = { listen: Headphones, whisper: MessageCircle, barge: Users } as const;

/** In whose call this leader is and who hears the leader, with the other ways, taking over, and the end. */
@customElement('telebar-monitor-strip')
export class MonitorStrip extends LitElement {
  static override styles = [
    reset,
    button,
    css`
      :host {
        display: block;
        position: relative;
      }
      .strip {
        display: grid;
        grid-template: 'who stop' 'ways ways' / minmax(0, 1fr) auto;
        align-items: center;
        gap: 8px;
        padding: 8px;
        border-radius: var(--telebar-radius);
        background: color-mix(in srgb, var(--mode) 10%, var(--telebar-raised));
        box-shadow: inset 3px 0 var(--mode);
      }
      .listen {
        --mode: var(--telebar-state-consulting);
      }
      .whisper {
        --mode: var(--telebar-state-conference);
      }
      .barge {
        --mode: var(--telebar-danger);
      }
      .who {
        display: flex;
        align-items: center;
        gap: 8px;
        min-width: 0;
        grid-area: who;
        padding-left: 4px;
        font-size: 13px;
        line-height: 18px;
        font-weight: 600;
        color: var(--mode);
      }
      .who .ellipsis {
        flex: 1;
      }
      .ways {
        grid-area: ways;
        display: grid;
        grid-template-columns: minmax(0, 3fr) minmax(0, 1fr);
        gap: 4px;
      }
      .modes {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        border: 1px solid var(--telebar-line-strong);
        border-radius: var(--telebar-radius-small);
        background: var(--telebar-raised);
      }
      .button {
        min-height: 32px;
        padding: 0 6px;
        font-size: 12px;
      }
      .modes .button {
        border: 0;
        border-radius: 5px;
      }
      .modes .button[aria-checked='true'] {
        background: color-mix(in srgb, var(--mode) 16%, var(--telebar-raised));
        color: var(--mode);
        font-weight: 600;
      }
      .stop {
        grid-area: stop;
        padding: 0 10px;
      }
      :host([layout='strip']) .strip {
        grid-template: 'who ways stop' / minmax(0, 1fr) 360px auto;
      }
      @container (width < 800px) {
        :host([layout='strip']) .strip {
          grid-template: 'who stop' 'ways ways' / minmax(0, 1fr) auto;
        }
      }
      @media (forced-colors: active) {
        .strip {
          border: 1px solid CanvasText;
        }
        .modes .button[aria-checked='true'] {
          outline: 2px solid Highlight;
          outline-offset: -3px;
        }
      }
    `,
    narrowTips,
  ];

  readonly #desk = new DeskController(this);
  readonly #locale = new LocaleController(this, 'supervision');

  @property({ attribute: false }) supervision: Supervision | null = null;
  @property({ reflect: true }) layout: 'card' | 'strip' = 'card';
  /** The side of the page that the bar hangs on: tooltips open away from it. */
  @property({ reflect: true }) edge: 'top' | 'bottom' = 'bottom';

  override render(): unknown {
    const { supervision } = this;
    const { text } = this.#locale;
    if (supervision === null || !this.#locale.ready) return nothing;
    const { mode, agent, since, connected } = supervision;
    const who = `${agent.number} ${agent.name}`;
    const now = connected ? text.t(`monitor.${mode}.now`, { who }) : text.t('monitor.calling', { who });
    const side = this.edge === 'top' ? 'below' : 'above';
    return html`<section class="strip ${mode}" aria-label=${text.t('monitor.label')}>
      <p class="who" role="status">
        ${icon(MARKS[mode])}<span class="ellipsis" title=${now}>${now}</span>
        <telebar-running-clock class="num" .since=${since}></telebar-running-clock>
      </p>
      <button
        type="button"
        class="button danger outline stop"
        aria-busy=${this.#busy('stopMonitoring') ? 'true' : 'false'}
        @click=${() => this.#busy('stopMonitoring') || issue(this.#desk.commands?.stopMonitoring(agent.id))}
      >
        ${icon(X)}${text.t('monitor.stop')}
      </button>
      <div class="ways">
        <div
          class="modes"
          role="radiogroup"
          aria-label=${text.t('monitor.label')}
          @keydown=${this.#handleKey}
        >
          ${MODES.map(
            (each) =>
              html`<button
                type="button"
                class="button quiet"
                role="radio"
                data-mode=${each}
                data-tip=${text.t(`monitor.${each}.tip`, { who })}
                data-tip-side=${side}
                aria-checked=${each === mode ? 'true' : 'false'}
                aria-busy=${this.#busy(each) ? 'true' : 'false'}
                tabindex=${each === mode ? 0 : -1}
                @click=${() => this.#change(each)}
              >
                ${text.t(`monitor.${each}`)}
              </button>`,
          )}
        </div>
        <button
          type="button"
          class="button"
          data-tip=${text.t('monitor.takeOver.tip', { who })}
          data-tip-side=${side}
          aria-description=${text.t('monitor.takeOver.tip', { who })}
          aria-busy=${this.#busy('takeOverCall') ? 'true' : 'false'}
          @click=${() => this.#busy('takeOverCall') || issue(this.#desk.commands?.takeOverCall(agent.id))}
        >
          ${text.t('monitor.takeOver')}
        </button>
      </div>
    </section>`;
  }

  #busy(command: MonitorMode | 'takeOverCall' | 'stopMonitoring'): boolean {
    return this.#desk.value?.pending.has(command) === true;
  }

  #change(mode: MonitorMode): void {
    const { supervision } = this;
    if (supervision === null || supervision.mode === mode || this.#busy(mode)) return;
    issue(this.#desk.commands?.[mode](supervision.agent.id));
  }

  /** Arrows move, and only Enter or Space changes: a mode in which others hear the leader is not walked through. */
  readonly #handleKey = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const buttons = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[role=radio]')];
    const at = buttons.findIndex((each) => each === this.shadowRoot?.activeElement);
    buttons[(at + step + buttons.length) % buttons.length]?.focus();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-monitor-strip': MonitorStrip;
  }
}
