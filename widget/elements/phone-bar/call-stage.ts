import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import Headphones from 'lucide/dist/esm/icons/headphones.mjs';
import LogIn from 'lucide/dist/esm/icons/log-in.mjs';
import Phone from 'lucide/dist/esm/icons/phone.mjs';
import Play from 'lucide/dist/esm/icons/play.mjs';
import type { AgentView, CallView, Party } from '../../../server/contract/desk.ts';
import { ClockController } from '../../controllers/clock-controller.ts';
import { DeskController } from '../../controllers/desk-controller.ts';
import { ShellController } from '../../controllers/shell-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { contactName } from '../../parts/contact-name.ts';
import '../../parts/party-cell.ts';
import '../../parts/quality-mark.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { reasonAgainst } from './availability.ts';
import { stageStyles } from './call-stage.styles.ts';
import { dialString } from './dial-string.ts';
import './incoming-call.ts';
import { SignInIntent } from './intents.ts';
import { LazyParts } from './lazy-parts.ts';
import { formText } from '../../parts/form-text.ts';
import { issue } from '../../parts/issue.ts';
import { isAskedAside, isConference, othersIn } from '../../live/call-parties.ts';
import { partyLook, presentCall, shownParties } from './present-call.ts';

/** The middle of the bar: what is going on now and the next likely action, always in the same place and height. */
@customElement('telebar-call-stage')
export class CallStage extends LitElement {
  static override styles = [reset, button, field, stageStyles];

  readonly #desk = new DeskController(this);
  readonly #shell = new ShellController(this);
  readonly #locale = new LocaleController(this);
  /** Runs while somebody who has left is still shown. */
  readonly #clock = new ClockController(this, () => {
    const call = presentCall(this.#desk.value);
    return call !== null && call.phase !== 'ended' && shownParties(call, this.#clock.now).some(hasLeft);
  });
  readonly #parts = new LazyParts(this, {
    afterCall: { load: () => import('./after-call.ts'), words: 'panels' },
  });

  @property({ reflect: true }) layout: 'card' | 'strip' = 'card';
  /** The side of the page that the bar hangs on. */
  @property({ reflect: true }) edge: 'top' | 'bottom' = 'bottom';
  @property({ type: Boolean }) linkIgnored = false;

  override render(): unknown {
    const state = this.#desk.value;
    const agent = state?.snapshot?.agent;
    if (state === undefined || agent === undefined) return nothing;
    const call = presentCall(state);
    if (call !== null && call.phase === 'offered') {
      return html`<telebar-incoming-call .call=${call} layout=${this.layout}></telebar-incoming-call>`;
    }
    if (call !== null && call.phase !== 'ended') return this.#renderCall(call);
    if (agent.acw !== null) return this.#renderAfterCall(agent.acw, call);
    // Before the news of the last call: whoever comes back to work need not wait until that has gone.
    if (agent.state === 'signed-out') return this.#renderSignedOut();
    if (call !== null) return this.#renderCall(call);
    return this.#renderDial(agent);
  }

  #renderSignedOut(): unknown {
    const { text } = this.#locale;
    const state = this.#desk.value;
    return html`<div class="row out">
      <span class="lead ellipsis">${text.t('stage.signedOut')}</span>
      <button
        class="button primary"
        type="button"
        aria-busy=${state?.pending.has('signIn') === true ? 'true' : 'false'}
        @click=${() => this.dispatchEvent(new SignInIntent({}))}
      >
        ${icon(LogIn)}${text.t('menu.signIn')}
      </button>
    </div>`;
  }

  #renderDial(agent: AgentView): unknown {
    const { text } = this.#locale;
    const state = this.#desk.value;
    const reason = reasonAgainst('dial', state, this.linkIgnored);
    const restricted = agent.groups.every(
      (group) => group.signedInSince === null || group.dialling !== 'free',
    );
    const paused = agent.state === 'paused';
    return html`<form class="row dial ${paused ? 'paused' : ''}" @submit=${this.#handleDial}>
      <input
        class="input num"
        name="number"
        type="tel"
        inputmode="tel"
        autocomplete="off"
        maxlength="40"
        aria-label=${text.t('dial.number')}
        placeholder=${text.t('stage.dialPlaceholder')}
        ?disabled=${reason !== null || restricted}
        title=${reason === null ? (restricted ? text.t('dial.restricted') : '') : text.t(reason)}
      />
      <button
        class="button ${paused ? '' : 'primary'}"
        type="submit"
        aria-disabled=${reason !== null || restricted ? 'true' : 'false'}
        aria-busy=${state?.pending.has('dial') === true ? 'true' : 'false'}
      >
        ${icon(Phone)}<span class="word">${text.t('action.call')}</span>
      </button>
      ${
        paused
          ? html`<button
              class="button primary"
              type="button"
              aria-busy=${state?.pending.has('resumeWork') === true ? 'true' : 'false'}
              @click=${() => issue(this.#desk.commands?.resumeWork())}
            >
              ${icon(Play)}${text.t('action.backToWork')}
            </button>`
          : nothing
      }
    </form>`;
  }

  #renderAfterCall(work: NonNullable<AgentView['acw']>, call: CallView | null): unknown {
    const { text } = this.#locale;
    if (this.#parts.need('afterCall') === 'ready') {
      const name = call === null ? '' : contactName(text, call, this.#shell.value?.contacts);
      return html`<telebar-after-call
        .work=${work}
        .name=${name}
        layout=${this.layout}
      ></telebar-after-call>`;
    }
    // The form comes with the first call that needs it, and may never come; work can be ended without.
    return html`<div class="row after">
      <span class="lead ellipsis">${text.t('stage.acw')}</span>
      <button
        class="button primary"
        type="button"
        aria-busy=${this.#desk.value?.pending.has('endAcw') === true ? 'true' : 'false'}
        @click=${() => issue(this.#desk.commands?.endAcw())}
      >
        ${text.t('action.ready')}
      </button>
    </div>`;
  }

  #renderCall(call: CallView): unknown {
    const { text } = this.#locale;
    const note =
      call.phase === 'ended'
        ? this.#endText(call)
        : call.phase === 'dialling'
          ? text.t('call.connecting')
          : isAskedAside(call)
            ? text.t('call.asks', { who: call.from?.name ?? '' })
            : isConference(call)
              ? text.t('call.conference', { count: othersIn(call).length + 1 })
              : '';
    const shown = shownParties(call, this.#clock.now);
    return html`<div class="call ${call.phase}">
      <div class="kind">
        <span class="ellipsis">
          ${note === '' ? (call.group?.name ?? text.t(`call.${call.direction}`)) : note}
        </span>
        ${call.phase === 'ended' ? nothing : this.#renderMonitors()}
        ${
          call.phase === 'ended'
            ? nothing
            : html`<telebar-quality-mark
                .quality=${this.#desk.value?.quality ?? null}
              ></telebar-quality-mark>`
        }
      </div>
      <ul class="cells ${shown.length > 3 ? 'several' : ''}" aria-label=${text.t('call.list')}>
        ${shown.map((party) => this.#renderParty(call, party))}
      </ul>
    </div>`;
  }

  #renderParty(call: CallView, party: Party): unknown {
    const { text } = this.#locale;
    const state = this.#desk.value;
    const owed = state?.owed.some(({ command, callId }) => command === 'mute' && callId === call.id) === true;
    const name = party.self ? text.t('call.you') : contactName(text, party, this.#shell.value?.contacts);
    // With nobody else there it ends the call, and is owed like a hang-up.
    const alone = othersIn(call).length === 1;
    const mayGo = !party.self && call.phase !== 'ended' && (alone || party.mayKick);
    return html`<li class=${party.self ? 'self' : ''}>
      <telebar-party-cell
        .party=${party.self ? { ...party, number: '', muted: party.muted || owed } : party}
        .look=${partyLook(party, call.parties)}
        .name=${name}
        ?fixed=${!mayGo}
        ?mutable=${call.phase !== 'ended' && party.mayMute && (!alone || party.muted)}
        ?pending=${state?.pending.has(alone ? 'hangupLeg' : 'kick') === true}
        ?muting=${state?.pending.has(party.muted ? 'unmuteParty' : 'muteParty') === true}
        @telebar-mute-party=${() => this.#mute(call, party)}
        @telebar-hangup-party=${() => this.#letGo(call, party, alone)}
      ></telebar-party-cell>
    </li>`;
  }

  /** Leaders in the call of whom the agent may know. */
  #renderMonitors(): unknown {
    const { text } = this.#locale;
    return (this.#desk.value?.snapshot?.monitored ?? []).map(({ mode, name, number }) => {
      const how = text.t(`call.monitor.${mode}`, { who: name || number });
      return html`<div class="monitor" title=${how}>${icon(Headphones)}<b class="ellipsis">${how}</b></div>`;
    });
  }

  #letGo(call: CallView, party: Party, alone: boolean): void {
    const { commands } = this.#desk;
    issue(alone ? commands?.hangupLeg(call.id, party.legId) : commands?.kick(call.id, party.id));
  }

  #mute(call: CallView, { id, muted }: Party): void {
    const { commands } = this.#desk;
    issue(muted ? commands?.unmuteParty(call.id, id) : commands?.muteParty(call.id, id));
  }

  #endText(call: CallView): string {
    const { text } = this.#locale;
    // What rang here and was not answered: the agent was the other side.
    if (call.cause === 'rejected' && call.endedBy === 'agent') return text.t('call.rejected');
    const came = call.direction === 'queue' || call.direction === 'direct';
    if (call.cause === 'no-answer' && came) return text.t('call.missed');
    if (call.cause === 'handed-over') return text.t('toast.passedOnAway');
    if (call.cause !== null && call.cause !== 'normal') return text.t(`cause.${call.cause}`);
    const by = { agent: 'call.endedAgent', customer: 'call.endedCustomer', peer: 'call.endedPeer' } as const;
    return call.endedBy === null || call.endedBy === 'system'
      ? text.t('call.ended')
      : text.t(by[call.endedBy]);
  }

  readonly #handleDial = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const number = dialString(formText(form, 'number'));
    if (number === null || reasonAgainst('dial', this.#desk.value, this.linkIgnored) !== null) return;
    issue(this.#shell.shell?.requestDial({ number }, 'pad').then((dialled) => dialled && form.reset()));
  };
}

function hasLeft({ self, state }: Party): boolean {
  return !self && state === 'gone';
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-call-stage': CallStage;
  }
}
