import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import PhoneIncoming from 'lucide/dist/esm/icons/phone-incoming.mjs';
import PhoneOff from 'lucide/dist/esm/icons/phone-off.mjs';
import Phone from 'lucide/dist/esm/icons/phone.mjs';
import type { CallView } from '../../../server/contract/desk.ts';
import { DeskController } from '../../controllers/desk-controller.ts';
import { ShellController } from '../../controllers/shell-controller.ts';
import { clockText } from '../../i18n/clock-text.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { isAskedAside } from '../../live/call-parties.ts';
import { contactName } from '../../parts/contact-name.ts';
import '../../parts/failure-note.ts';
import '../../parts/ring-countdown.ts';
import { button } from '../../styles/button.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { incomingStyles } from './incoming-call.styles.ts';
import { issue } from '../../parts/issue.ts';

/** A call that rings here: who, why, and the two answers to it. */
@customElement('telebar-incoming-call')
export class IncomingCall extends LitElement {
  static override styles = [reset, button, incomingStyles];

  readonly #desk = new DeskController(this);
  readonly #shell = new ShellController(this, (state) => state.contacts);
  readonly #locale = new LocaleController(this);

  @property({ attribute: false }) call: CallView | null = null;
  /** card: grown, in the floating bar. strip: one line, in the docked bar. pill: answers only, collapsed. */
  @property({ reflect: true }) layout: 'card' | 'strip' | 'pill' = 'card';

  override render(): unknown {
    const { text } = this.#locale;
    const { call } = this;
    const state = this.#desk.value;
    if (call === null || state === undefined) return nothing;
    const name = contactName(text, call, this.#shell.value);
    const failed = state.failures.answer ?? state.failures.reject ?? null;
    return html`<div class="call">
        <span class="mark">${icon(PhoneIncoming, 20)}</span>
        <div class="who">
          <span class="name ellipsis num" title=${name}>${name}</span>
          <span class="facts ellipsis"
            >${this.#facts(call, name).map((fact) => html`<span class="fact">${fact}</span> `)}</span
          >
        </div>
        <div class="answers">
          <button
            class="button danger outline reject"
            type="button"
            aria-busy=${state.pending.has('reject') ? 'true' : 'false'}
            aria-label=${text.t('action.reject')}
            @click=${() => issue(this.#desk.commands?.reject(call.id))}
          >
            ${icon(PhoneOff)}<span class="word">${text.t('action.reject')}</span>
          </button>
          <button
            class="button success answer"
            type="button"
            aria-busy=${state.pending.has('answer') ? 'true' : 'false'}
            aria-label=${text.t('action.answer')}
            @click=${() => issue(this.#desk.commands?.answer(call.id))}
          >
            <telebar-ring-countdown .since=${call.since} .until=${call.ringEndsAt}
              >${icon(Phone)}</telebar-ring-countdown
            >
            <span class="word">${text.t('action.answer')}</span>
          </button>
        </div>
      </div>
      <telebar-failure-note
        class="failure"
        .failure=${this.layout === 'card' ? failed : null}
        @telebar-dismiss=${this.#handleDismiss}
      ></telebar-failure-note>`;
  }

  /** What is known besides the name, most useful first. */
  #facts(call: CallView, name: string): string[] {
    const { text } = this.#locale;
    return [
      ...(call.from === null
        ? []
        : [
            text.t(isAskedAside(call) ? 'call.asks' : 'call.via', {
              who: call.from.name || call.from.number,
            }),
          ]),
      ...(call.number !== '' && call.number !== name ? [call.number] : []),
      call.group?.name ?? text.t(`call.${call.direction}`),
      ...(call.waitedMs === null ? [] : [text.t('call.waited', { time: clockText(call.waitedMs) })]),
    ];
  }

  readonly #handleDismiss = (): void => {
    this.#desk.desk?.dismissFailure('answer');
    this.#desk.desk?.dismissFailure('reject');
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-incoming-call': IncomingCall;
  }
}
