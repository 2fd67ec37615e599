import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import CirclePause from 'lucide/dist/esm/icons/circle-pause.mjs';
import Mic from 'lucide/dist/esm/icons/mic.mjs';
import MicOff from 'lucide/dist/esm/icons/mic-off.mjs';
import PhoneForwarded from 'lucide/dist/esm/icons/phone-forwarded.mjs';
import PhoneOff from 'lucide/dist/esm/icons/phone-off.mjs';
import Phone from 'lucide/dist/esm/icons/phone.mjs';
import Users from 'lucide/dist/esm/icons/users.mjs';
import X from 'lucide/dist/esm/icons/x.mjs';
import type { Party } from '../../server/contract/desk.ts';
import { LocaleController } from '../i18n/locale-controller.ts';
import { icon } from '../icons/icon.ts';
import { button } from '../styles/button.css.ts';
import { reset } from '../styles/reset.css.ts';
import { stateColours } from '../styles/state.css.ts';
import './running-clock.ts';

/** End this party's leg. */
class HangupPartyEvent extends Event {
  static readonly type = 'telebar-hangup-party';
  constructor() {
    super(HangupPartyEvent.type);
  }
}

/** Mute this party, or end that. */
class MutePartyEvent extends Event {
  static readonly type = 'telebar-mute-party';
  constructor() {
    super(MutePartyEvent.type);
  }
}

const marks = {
  dialling: PhoneForwarded,
  ringing: PhoneForwarded,
  talking: Phone,
  conference: Users,
  held: CirclePause,
  gone: PhoneOff,
} as const;

/**
 * One cell of the call-state table: ringing red, talking green, in conference yellow, gone grey; each with mark and word.
 *
 * @fires telebar-hangup-party - End this party's leg.
 * @fires telebar-mute-party - Mute this party, or end that.
 */
@customElement('telebar-party-cell')
export class PartyCell extends LitElement {
  static override styles = [
    reset,
    button,
    stateColours,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .cell {
        display: grid;
        position: relative;
        grid-template-columns: auto minmax(0, 1fr);
        align-items: center;
        gap: 8px;
        height: 40px;
        padding: 0 8px 0 10px;
        border-radius: var(--telebar-radius-small);
        background: color-mix(in srgb, var(--state) 12%, var(--telebar-raised));
        box-shadow: inset 3px 0 var(--state);
        transition: background var(--telebar-motion);
      }
      .cell > .icon,
      .word {
        color: var(--state);
      }
      .who {
        display: block;
        font-size: 13px;
        line-height: 18px;
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
      .how {
        display: flex;
        align-items: center;
        gap: 6px;
        min-width: 0;
        font-size: 12px;
        line-height: 16px;
        color: var(--telebar-text-muted);
        white-space: nowrap;
        /* What does not fit wraps out of sight, whole. */
        flex-wrap: wrap;
        height: 16px;
        overflow: hidden;
      }
      .word {
        flex: none;
        font-weight: 500;
      }
      .gone .who {
        font-weight: 500;
        color: var(--telebar-text-muted);
      }
      .buttons {
        display: flex;
        position: absolute;
        right: 6px;
        gap: 4px;
      }
      .button.icon-only {
        width: 28px;
        min-height: 28px;
        background: var(--telebar-raised);
        opacity: 0;
      }
      .cell:hover .button,
      .buttons:has(:focus-visible) .button,
      .button[aria-busy='true'] {
        opacity: 1;
      }
      /* So that the number beside them goes as a whole. */
      .cell:is(:hover, :has(:focus-visible)):has(.button + .button) {
        padding-right: 70px;
      }
      .button.hangup:hover {
        color: var(--telebar-danger);
      }
      @media (hover: none) {
        .cell:has(.button) {
          padding-right: 38px;
        }
        .cell:has(.button + .button) {
          padding-right: 70px;
        }
        .button.icon-only {
          opacity: 1;
        }
      }
      @media (forced-colors: active) {
        .cell {
          border: 1px solid CanvasText;
        }
      }
    `,
  ];

  readonly #locale = new LocaleController(this);

  @property({ attribute: false }) party: Party | null = null;
  /** Colour and word; `conference` when three or more talk. */
  @property() look: Party['state'] | 'conference' = 'dialling';
  @property() name = '';
  /** Hanging up was sent. */
  @property({ type: Boolean }) pending = false;
  /** Can be muted, or unmuted. */
  @property({ type: Boolean }) mutable = false;
  /** That was sent. */
  @property({ type: Boolean }) muting = false;
  /** Without its own hang-up. */
  @property({ type: Boolean }) fixed = false;

  override render(): unknown {
    const { text } = this.#locale;
    const { party } = this;
    if (party === null) return nothing;
    const word =
      this.look === 'conference' ? text.t('call.party.talking') : text.t(`call.party.${this.look}`);
    const gone = party.state === 'gone';
    return html`<div class="cell ${gone ? 'gone' : ''}" data-party=${this.look}>
      ${icon(party.muted && !gone ? MicOff : marks[this.look])}
      <span class="ellipsis">
        <span class="who ellipsis" title=${this.name}>${this.name}</span>
        <span class="how">
          ${party.muted && !gone ? this.#renderMuted(party) : html`<span class="word">${word}</span>`}
          ${
            gone
              ? nothing
              : html`<span class="num"
                  ><telebar-running-clock .since=${party.since}></telebar-running-clock
                ></span>`
          }
          ${
            party.number !== '' && party.number !== this.name
              ? html`<span class="num ellipsis">${party.number}</span>`
              : nothing
          }
        </span>
      </span>
      ${
        gone || (this.fixed && !this.mutable)
          ? nothing
          : html`<span class="buttons">
              ${this.mutable ? this.#renderMute(party.muted) : nothing}
              ${this.fixed ? nothing : this.#renderHangup()}
            </span>`
      }
    </div>`;
  }

  #renderMuted({ mutedBy }: Party): unknown {
    const { text } = this.#locale;
    const by =
      mutedBy === null ? nothing : text.t('call.party.mutedBy', { who: mutedBy.name || mutedBy.number });
    return html`<span class="word" title=${by}>${text.t('call.party.muted')}</span>`;
  }

  #renderMute(muted: boolean): unknown {
    const what = this.#locale.text.t(muted ? 'call.unmuteParty' : 'call.muteParty', { who: this.name });
    return html`<button
      class="button quiet icon-only"
      type="button"
      aria-label=${what}
      title=${what}
      aria-busy=${this.muting ? 'true' : 'false'}
      @click=${() => this.dispatchEvent(new MutePartyEvent())}
    >
      ${icon(muted ? Mic : MicOff)}
    </button>`;
  }

  #renderHangup(): unknown {
    const what = this.#locale.text.t('call.hangupParty', { who: this.name });
    return html`<button
      class="button quiet icon-only hangup"
      type="button"
      aria-label=${what}
      title=${what}
      aria-busy=${this.pending ? 'true' : 'false'}
      @click=${() => this.dispatchEvent(new HangupPartyEvent())}
    >
      ${icon(X)}
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-party-cell': PartyCell;
  }
}
