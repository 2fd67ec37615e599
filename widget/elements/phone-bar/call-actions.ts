import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import ClipboardCheck from 'lucide/dist/esm/icons/clipboard-check.mjs';
import Grid3x3 from 'lucide/dist/esm/icons/grip.mjs';
import Forward from 'lucide/dist/esm/icons/phone-forwarded.mjs';
import MicOff from 'lucide/dist/esm/icons/mic-off.mjs';
import Mic from 'lucide/dist/esm/icons/mic.mjs';
import Pause from 'lucide/dist/esm/icons/pause.mjs';
import CirclePause from 'lucide/dist/esm/icons/circle-pause.mjs';
import CirclePlay from 'lucide/dist/esm/icons/circle-play.mjs';
import PhoneCall from 'lucide/dist/esm/icons/phone-call.mjs';
import PhoneOff from 'lucide/dist/esm/icons/phone-off.mjs';
import Play from 'lucide/dist/esm/icons/play.mjs';
import UserPlus from 'lucide/dist/esm/icons/user-plus.mjs';
import type { CallView } from '../../../server/contract/desk.ts';
import { DeskController } from '../../controllers/desk-controller.ts';
import { ShellController } from '../../controllers/shell-controller.ts';
import type { MessageKey } from '../../i18n/catalog.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon, type IconShape } from '../../icons/icon.ts';
import '../../parts/failure-note.ts';
import type { CommandFailure } from '../../live/command-error.ts';
import type { CommandName } from '../../live/commands/table.ts';
import { button } from '../../styles/button.css.ts';
import { narrowTips } from '../../styles/narrow-tips.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { reasonAgainst, type ActionName } from './availability.ts';
import { actionStyles } from './call-actions.styles.ts';
import { isConflict } from './conflict.ts';
import { OpenIntent } from './intents.ts';
import { isSaidByLink } from './link.ts';
import { issue } from '../../parts/issue.ts';
import { asks, endsForAll, othersIn } from '../../live/call-parties.ts';
import { presentCall } from './present-call.ts';

/** The commands whose refusals are shown elsewhere, or nowhere; those of all others beside these buttons. */
const ELSEWHERE: readonly CommandName[] = [
  'login',
  'refreshPhone',
  'takeOver',
  'listPhones',
  'unlock',
  'answer',
  'reject',
  'setCallData',
  'linkCustomer',
  'forceHangup',
  'forcePause',
  'forceIdle',
  'forceSignOut',
];

/** Their refusals are shown in the panel while it is open. */
const CALLING_IN: readonly CommandName[] = ['consult', 'add', 'transfer'];

/** The action buttons; each keeps its place, and says in its tooltip why it is not possible. */
@customElement('telebar-call-actions')
export class CallActions extends LitElement {
  static override styles = [reset, button, actionStyles, narrowTips];

  readonly #desk = new DeskController(this);
  readonly #shell = new ShellController(this, (state) => state.panel);
  readonly #locale = new LocaleController(this);

  @property({ reflect: true }) layout: 'card' | 'strip' = 'card';
  /** The side of the page that the bar hangs on: what opens, opens away from it. */
  @property({ reflect: true }) edge: 'top' | 'bottom' = 'bottom';
  @property({ type: Boolean }) linkIgnored = false;
  @property({ type: Boolean }) keypadOpen = false;
  @property({ type: Boolean }) callInOpen = false;

  override render(): unknown {
    const { text } = this.#locale;
    const state = this.#desk.value;
    const call = presentCall(state);
    const hold = this.#toggle('hold', call, call?.phase === 'held');
    const mute = this.#toggle('mute', call, call?.muted === true && call.phase !== 'ended');
    const paused = state?.snapshot?.agent.state === 'paused';
    // Of several the call is passed on by the controls beside their cells; here somebody more is called in.
    const several = call !== null && isTalk(call) && (asks(call) || othersIn(call).length > 1);
    const forAll = call !== null && call.phase !== 'ended' && endsForAll(call);
    return html`<div class="actions" role="group" aria-label=${text.t('action.label')}>
        ${this.#button('dial', PhoneCall, 'action.dial', { expanded: this.#shell.value === 'dial' })}
        ${this.#button(
          'hold',
          hold.pressed ? CirclePlay : CirclePause,
          hold.on ? 'action.resume' : 'action.hold',
          {
            ...hold,
            busy: this.#busy('hold', 'resumeCall'),
          },
        )}
        ${this.#button('mute', mute.pressed ? MicOff : Mic, mute.on ? 'action.unmute' : 'action.mute', {
          ...mute,
          busy: this.#busy('mute', 'unmute'),
        })}
        ${this.#button('keypad', Grid3x3, 'action.keypad', { expanded: this.keypadOpen })}
        ${this.#button('transfer', several ? UserPlus : Forward, several ? 'action.add' : 'action.transfer', {
          expanded: this.callInOpen,
        })}
        ${this.#button('pause', paused ? Play : Pause, paused ? 'action.backToWork' : 'action.pause', {
          busy: this.#busy('pause', 'resumeWork'),
          owed: this.#isOwed('pause', null),
        })}
        ${this.#button('ready', ClipboardCheck, 'action.ready', { busy: this.#busy('endAcw') })}
        ${this.#button('hangup', PhoneOff, forAll ? 'action.endForAll' : 'action.hangup', {
          busy: this.#busy('hangup'),
          owed: this.#isOwed('hangup', call),
        })}
      </div>
      <telebar-failure-note
        class="failure"
        .failure=${this.layout === 'card' ? (this.#failure()?.[1] ?? null) : null}
        @telebar-dismiss=${this.#handleDismiss}
      ></telebar-failure-note>`;
  }

  #button(
    action: ActionName,
    shape: IconShape,
    label: MessageKey & `action.${string}`,
    is: { pressed?: boolean; expanded?: boolean; busy?: boolean; owed?: boolean } = {},
  ): TemplateResult {
    const { text } = this.#locale;
    const reason = reasonAgainst(action, this.#desk.value, this.linkIgnored);
    const word = text.t(label);
    const owed = is.owed === true ? text.t('connection.owed', { commands: word }) : null;
    const tip = owed ?? (reason === null ? word : text.t(reason));
    return html`<button
      type="button"
      class="button quiet action ${owed !== null ? 'owed' : reason === null ? 'ready' : ''} ${action === 'hangup' && reason === null ? 'danger' : ''} ${is.pressed === true ? 'on' : ''}"
      data-action=${action}
      data-tip=${tip}
      data-tip-side=${this.edge === 'top' ? 'below' : 'above'}
      aria-label=${word}
      aria-description=${tip === word ? nothing : tip}
      aria-disabled=${reason === null ? 'false' : 'true'}
      aria-busy=${is.busy === true ? 'true' : 'false'}
      aria-pressed=${is.pressed === undefined ? nothing : String(is.pressed)}
      aria-expanded=${is.expanded === undefined ? nothing : String(is.expanded)}
      @click=${() => this.#handle(action)}
    >
      ${icon(shape, 20)}<span class="word">${word}</span>
    </button>`;
  }

  #busy(...commands: CommandName[]): boolean {
    return commands.some((command) => this.#desk.value?.pending.has(command));
  }

  /** A click would be one too many. What is owed can be taken back while the server is still waited for. */
  #waits(command: CommandName, opposite: CommandName, call: CallView): boolean {
    return this.#busy(opposite) || (this.#busy(command) && !this.#isOwed(command, call));
  }

  /** @param on whether the server says so; what it will be told counts as well */
  #toggle(command: CommandName, call: CallView | null, on: boolean) {
    const owed = this.#isOwed(command, call);
    return { on, owed, pressed: on || owed };
  }

  /** Done on this page and not by the server. */
  #isOwed(command: CommandName, call: CallView | null): boolean {
    const { owed } = this.#desk.value ?? { owed: [] };
    return owed.some((each) => each.command === command && each.callId === (call?.id ?? null));
  }

  #failure(): readonly [CommandName, CommandFailure] | undefined {
    const failures = this.#desk.value?.failures ?? {};
    for (const command of Object.keys(failures) as CommandName[]) {
      const failure = failures[command];
      if (failure === undefined || ELSEWHERE.includes(command) || isConflict(failure)) continue;
      if (isSaidByLink(failure, this.#desk.value, this.linkIgnored)) continue;
      // The panel shows it beside its own field.
      if (command === 'dial' && this.#shell.value === 'dial') continue;
      if (CALLING_IN.includes(command) && this.callInOpen) continue;
      return [command, failure];
    }
    return undefined;
  }

  readonly #handleDismiss = (): void => {
    const failure = this.#failure();
    if (failure !== undefined) this.#desk.desk?.dismissFailure(failure[0]);
  };

  #handle(action: ActionName): void {
    const state = this.#desk.value;
    if (reasonAgainst(action, state, this.linkIgnored) !== null) return;
    const { commands } = this.#desk;
    const call = presentCall(state);
    switch (action) {
      case 'dial':
        return this.#shell.shell?.openPanel(this.#shell.value === 'dial' ? null : 'dial');
      case 'keypad':
        return void this.dispatchEvent(new OpenIntent('keypad'));
      case 'transfer':
        return void this.dispatchEvent(new OpenIntent('call-in'));
      case 'pause':
        if (state?.snapshot?.agent.state === 'paused') return issue(commands?.resumeWork());
        return void this.dispatchEvent(new OpenIntent('menu'));
      case 'ready':
        return issue(commands?.endAcw());
      case 'hold':
        if (call === null || this.#waits('hold', 'resumeCall', call)) return;
        return issue(
          call.phase === 'held' || this.#isOwed('hold', call)
            ? commands?.resumeCall(call.id)
            : commands?.hold(call.id),
        );
      case 'mute':
        if (call === null || this.#waits('mute', 'unmute', call)) return;
        return issue(
          call.muted || this.#isOwed('mute', call) ? commands?.unmute(call.id) : commands?.mute(call.id),
        );
      case 'hangup':
        if (call === null || this.#busy('hangup')) return;
        return issue(commands?.hangup(call.id));
    }
    return action satisfies never;
  }
}

function isTalk({ phase }: CallView): boolean {
  return phase === 'talking' || phase === 'held';
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-call-actions': CallActions;
  }
}
