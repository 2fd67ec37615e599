import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import ArrowLeftRight from 'lucide/dist/esm/icons/arrow-left-right.mjs';
import LogOut from 'lucide/dist/esm/icons/log-out.mjs';
import PhoneForwarded from 'lucide/dist/esm/icons/phone-forwarded.mjs';
import Undo2 from 'lucide/dist/esm/icons/undo-2.mjs';
import Users from 'lucide/dist/esm/icons/users.mjs';
import type { Asking, CallView, Party } from '../../../server/contract/desk.ts';
import { DeskController } from '../../controllers/desk-controller.ts';
import { ShellController } from '../../controllers/shell-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon, type IconShape } from '../../icons/icon.ts';
import { askedAside, othersIn, passesOutside } from '../../live/call-parties.ts';
import { contactName } from '../../parts/contact-name.ts';
import { issue } from '../../parts/issue.ts';
import '../../parts/running-clock.ts';
import { button } from '../../styles/button.css.ts';
import { narrowTips } from '../../styles/narrow-tips.css.ts';
import { reset } from '../../styles/reset.css.ts';

type Control = 'swap' | 'retrieve' | 'conference' | 'transfer' | 'leave';

/** What can be done with who is asked aside, or with a conference; a sentence says who hears whom. */
@customElement('telebar-party-controls')
export class PartyControls extends LitElement {
  static override styles = [
    reset,
    button,
    css`
      :host {
        display: block;
        position: relative;
      }
      .controls {
        display: grid;
        gap: 4px 8px;
      }
      .how {
        display: flex;
        gap: 6px;
        min-width: 0;
        padding: 0 4px;
        font-size: 12px;
        line-height: 16px;
        color: var(--telebar-text-muted);
      }
      .row {
        display: grid;
        grid-auto-flow: column;
        grid-auto-columns: minmax(0, 1fr);
        gap: 4px;
      }
      .button {
        gap: 6px;
        padding: 0 6px;
        font-size: 12px;
      }
      .word {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      :host([layout='card']) .consult .button {
        flex-direction: column;
        gap: 2px;
        min-height: 48px;
        line-height: 16px;
      }
      :host([layout='card']) .together {
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: center;
      }
      .together .button {
        padding: 0 12px;
      }
      /* In the strip the cells beside it say the same, but for a group that is asked. */
      :host([layout='strip']) .controls:not(.waits) .how {
        position: absolute;
        clip-path: inset(50%);
      }
      :host([layout='strip']) .row {
        grid-auto-columns: minmax(0, 104px);
        justify-content: end;
      }
      :host([layout='strip']) .waits {
        grid-template-columns: minmax(0, 200px) auto;
        align-items: center;
        justify-content: end;
      }
      @container (width < 900px) {
        :host([layout='strip']) .waits {
          grid-template-columns: minmax(0, 1fr);
        }
      }
      @container (width < 640px) {
        :host([layout='strip']) .consult .row {
          grid-auto-columns: minmax(0, 1fr);
          justify-content: stretch;
        }
        :host([layout='strip']) .consult .button {
          flex-direction: column;
          gap: 1px;
          min-height: 40px;
          padding: 2px;
          line-height: 14px;
        }
      }
      @container (width < 480px) {
        :host([layout='strip']) .consult .word {
          position: absolute;
          clip-path: inset(50%);
        }
      }
    `,
    narrowTips,
  ];

  readonly #desk = new DeskController(this);
  readonly #shell = new ShellController(this, (state) => state.contacts);
  readonly #locale = new LocaleController(this, 'parties');

  @property({ attribute: false }) call: CallView | null = null;
  @property({ reflect: true }) layout: 'card' | 'strip' = 'card';
  /** The side of the page that the bar hangs on: tooltips open away from it. */
  @property({ reflect: true }) edge: 'top' | 'bottom' = 'bottom';

  override render(): unknown {
    const { call } = this;
    if (call === null || !this.#locale.ready) return nothing;
    const asked = askedAside(call);
    if (asked !== undefined) return this.#renderConsult(call, asked);
    return call.asking === null ? this.#renderConference(call) : this.#renderAsking(call, call.asking);
  }

  #renderConsult(call: CallView, asked: Party): TemplateResult {
    const { text } = this.#locale;
    const who = contactName(text, asked, this.#shell.value);
    const rings = asked.state === 'ringing' || asked.state === 'dialling';
    const how = rings
      ? text.t('parties.asking', { who })
      : asked.state === 'held'
        ? text.t('parties.withCaller', { who })
        : text.t('parties.withAsked', { who });
    const later = rings ? text.t('parties.notAnswered', { who }) : null;
    const agent = this.#desk.value?.snapshot?.agent;
    const passes = asked.agentId !== null || (agent !== undefined && passesOutside(call, agent));
    const outside = passes ? null : text.t('parties.agentsOnly');
    return this.#render('consult', how, [
      this.#button(call, 'swap', ArrowLeftRight, text.t('parties.swap'), { reason: later }),
      this.#button(call, 'retrieve', Undo2, text.t('parties.retrieve'), {
        tip: text.t('parties.retrieve.tip', { who }),
      }),
      this.#button(call, 'conference', Users, text.t('parties.conference'), { reason: later }),
      this.#button(call, 'transfer', PhoneForwarded, text.t('parties.transfer'), {
        reason: outside,
        primary: true,
      }),
    ]);
  }

  /** In the line of a group: the first one who is free will be asked, or gets the call. */
  #renderAsking(call: CallView, { group: { name: group }, since }: Asking): TemplateResult {
    const { text } = this.#locale;
    const later = text.t('parties.notAnswered', { who: group });
    const how = text.t('parties.waiting', { group });
    return this.#render(
      'consult waits',
      how,
      [
        this.#button(call, 'swap', ArrowLeftRight, text.t('parties.swap'), { reason: later }),
        this.#button(call, 'retrieve', Undo2, text.t('parties.retrieve'), {
          tip: text.t('parties.retrieve.tip', { who: group }),
        }),
        this.#button(call, 'conference', Users, text.t('parties.conference'), { reason: later }),
        this.#button(call, 'transfer', PhoneForwarded, text.t('parties.transfer'), {
          reason: othersIn(call).length > 1 ? text.t('parties.oneToGroup') : null,
          primary: true,
        }),
      ],
      { short: this.layout === 'strip' ? text.t('parties.waits', { group }) : how, since },
    );
  }

  #renderConference(call: CallView): TemplateResult {
    const { text } = this.#locale;
    return this.#render('together', text.t('parties.together', { count: othersIn(call).length }), [
      this.#button(call, 'leave', LogOut, text.t('parties.leave'), { tip: text.t('parties.leave.tip') }),
    ]);
  }

  /** `short`: where there is no room for the sentence. `since`: the time waited is shown. */
  #render(
    kind: 'consult' | 'consult waits' | 'together',
    how: string,
    buttons: readonly TemplateResult[],
    { short = how, since = null }: { short?: string; since?: number | null } = {},
  ): TemplateResult {
    return html`<div
      class="controls ${kind}"
      role="group"
      aria-label=${this.#locale.text.t('parties.controls')}
    >
      <p class="how" title=${how}>
        <span class="ellipsis">${short}</span>
        ${since === null ? nothing : html`<telebar-running-clock class="num" .since=${since}></telebar-running-clock>`}
      </p>
      <div class="row">${buttons}</div>
    </div>`;
  }

  #button(
    call: CallView,
    control: Control,
    shape: IconShape,
    word: string,
    {
      reason = null,
      tip = null,
      primary = false,
    }: { reason?: string | null; tip?: string | null; primary?: boolean },
  ): TemplateResult {
    const state = this.#desk.value;
    const { text } = this.#locale;
    const blocked = state?.connection === 'online' ? reason : text.t('reason.notConnected');
    const said = blocked ?? tip;
    const busy = state?.pending.has(control) === true;
    return html`<button
      type="button"
      class="button ${primary && blocked === null ? 'primary' : ''}"
      data-control=${control}
      data-tip=${said ?? nothing}
      data-tip-side=${this.edge === 'top' ? 'below' : 'above'}
      aria-label=${word}
      aria-description=${said ?? nothing}
      aria-disabled=${blocked === null ? 'false' : 'true'}
      aria-busy=${busy ? 'true' : 'false'}
      @click=${() => {
        if (blocked === null && !busy) issue(this.#desk.commands?.[control](call.id));
      }}
    >
      ${icon(shape)}<span class="word">${word}</span>
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-party-controls': PartyControls;
  }
}
