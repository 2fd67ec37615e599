import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import Check from 'lucide/dist/esm/icons/check.mjs';
import ClipboardCheck from 'lucide/dist/esm/icons/clipboard-check.mjs';
import Headphones from 'lucide/dist/esm/icons/headphones.mjs';
import Lock from 'lucide/dist/esm/icons/lock.mjs';
import LogIn from 'lucide/dist/esm/icons/log-in.mjs';
import LogOut from 'lucide/dist/esm/icons/log-out.mjs';
import Pause from 'lucide/dist/esm/icons/pause.mjs';
import Phone from 'lucide/dist/esm/icons/phone.mjs';
import Play from 'lucide/dist/esm/icons/play.mjs';
import Power from 'lucide/dist/esm/icons/power.mjs';
import Smartphone from 'lucide/dist/esm/icons/smartphone.mjs';
import type { SignInRequest } from '../../../server/contract/commands.ts';
import type { AgentView, Membership, NextState } from '../../../server/contract/desk.ts';
import { DeskController } from '../../controllers/desk-controller.ts';
import { TopicsController } from '../../controllers/topics-controller.ts';
import { QueryController } from '../../controllers/query-controller.ts';
import { whoText } from '../../i18n/failure-text.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon, type IconShape } from '../../icons/icon.ts';
import { deskPhones } from '../../records/queries.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { stateColours } from '../../styles/state.css.ts';
import { CloseIntent, SignInIntent } from './intents.ts';
import { issue } from '../../parts/issue.ts';
import { menuStyles } from './state-menu.styles.ts';

type Device = NonNullable<SignInRequest['device']>;

interface Item {
  shape?: IconShape;
  label: string;
  /** The headings below which it stands. */
  below?: string;
  /** How many headings it stands below. */
  level?: number;
  /** Others stand below it, and it is not chosen itself. */
  heading?: boolean;
  colour?: string;
  note?: string;
  checked?: boolean;
  disabled?: boolean;
  /** Stays open after the choice. */
  stay?: boolean;
  role?: 'menuitem' | 'menuitemradio' | 'menuitemcheckbox';
  run: () => void;
}

/** Menu of the state button: sign in and out, pause with a reason, what follows the call, lock, log out. */
@customElement('telebar-state-menu')
export class StateMenu extends LitElement {
  static override styles = [reset, button, stateColours, field, menuStyles];

  readonly #desk = new DeskController(this);
  readonly #locale = new LocaleController(this, 'panels');
  readonly #phones = new QueryController(this, ({ records }) => ({
    ...deskPhones(records),
    enabled: this.#desk.value?.snapshot?.agent.state === 'signed-out',
  }));

  readonly #queues = new TopicsController(this, () =>
    (this.#desk.value?.snapshot?.agent.groups ?? []).map(({ groupId }) => `queue:${groupId}` as const),
  );

  /** To sign in with. */
  @state() private device: Device = { kind: 'browser' };

  override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLElement>('[role^="menuitem"]:not([aria-disabled="true"])')?.focus();
  }

  override render(): unknown {
    const { text } = this.#locale;
    const agent = this.#desk.value?.snapshot?.agent;
    if (agent === undefined) return nothing;
    return html`<div class="menu" role="menu" aria-label=${text.t('menu.label')} @keydown=${this.#handleKey}>
        ${this.#renderWork(agent)} ${this.#renderGroups(agent)} ${this.#renderDevice(agent)}
        <div class="group" role="group">
          ${this.#item({
            shape: Lock,
            label: text.t('menu.lock'),
            run: () => issue(this.#desk.commands?.lock()),
          })}
          ${this.#item({
            shape: Power,
            label: text.t('menu.logout'),
            run: () => issue(this.#desk.commands?.logout()),
          })}
        </div>
      </div>
      ${this.#renderNumber(agent)}`;
  }

  /** The first group is what the agent most likely wants in this state. */
  #renderWork(agent: AgentView): unknown {
    const { text } = this.#locale;
    const { commands } = this.#desk;
    switch (agent.state) {
      case 'signed-out':
        return this.#group('', [
          {
            shape: LogIn,
            label: text.t('menu.signInAll'),
            disabled: agent.groups.length === 0,
            run: () => this.#signIn({}),
          },
        ]);
      case 'paused':
        return this.#group('', [
          { shape: Play, label: text.t('menu.backToWork'), run: () => issue(commands?.resumeWork()) },
        ]);
      case 'idle':
        return this.#group(
          text.t('menu.pause'),
          this.#reasons((id) => issue(commands?.pause(id))),
        );
      case 'acw':
        return html`${this.#group('', [
          { shape: ClipboardCheck, label: text.t('menu.ready'), run: () => issue(commands?.endAcw()) },
        ])}
        ${this.#group(
          text.t('menu.pause'),
          this.#reasons((id) => issue(commands?.pause(id))),
        )}`;
      case 'ringing':
      case 'dialling':
      case 'talking':
      case 'holding':
      case 'monitoring':
        return this.#renderNext(agent.next);
    }
    return agent.state satisfies never;
  }

  #renderNext(next: NextState | null): unknown {
    const { text } = this.#locale;
    const choose = (choice: NextState | null) => issue(this.#desk.commands?.setNextState(choice));
    const radio = (item: Item): Item => ({ ...item, role: 'menuitemradio' });
    return this.#group(text.t('menu.pauseAfterCall'), [
      radio({
        label: text.t('menu.stayIdle'),
        checked: next === null || next.kind === 'idle',
        run: () => choose(null),
      }),
      ...this.#reasons(
        (reasonId) => choose({ kind: 'pause', reasonId }),
        next?.kind === 'pause' ? next.reasonId : '',
      ).map(radio),
      radio({
        label: text.t('menu.signOut'),
        checked: next?.kind === 'sign-out',
        run: () => choose({ kind: 'sign-out' }),
      }),
    ]);
  }

  #reasons(run: (id: string) => void, chosen?: string): Item[] {
    const { text } = this.#locale;
    const reasons = this.#desk.value?.snapshot?.team.pauseReasons ?? [];
    if (reasons.length === 0)
      return [{ label: text.t('menu.noReasons'), disabled: true, run: () => undefined }];
    const above: string[] = [];
    return reasons.map(({ id, label, level = 0, heading = false, colour, limitMs }) => ({
      ...(chosen === undefined ? { shape: Pause } : { checked: chosen === id }),
      ...{ label: text.label(label), level, heading, colour: colour ?? '' },
      below: above.splice(level, above.length, text.label(label)) && above.slice(0, level).join(' › '),
      note: limitMs ? text.t('menu.limit', { count: Math.round(limitMs / 60_000) }) : '',
      run: () => run(id),
    }));
  }

  #renderGroups(agent: AgentView): unknown {
    const { text } = this.#locale;
    if (agent.groups.length === 0) return html`<p class="hint">${text.t('menu.noGroups')}</p>`;
    const items = agent.groups.map((group): Item => {
      const joined = group.signedInSince !== null;
      return {
        label: group.name,
        note: this.#groupNote(group),
        checked: joined,
        disabled: group.static && joined,
        role: 'menuitemcheckbox',
        stay: true,
        run: () =>
          joined
            ? issue(this.#desk.commands?.signOut([group.groupId]))
            : this.#signIn({ groups: [group.groupId] }),
      };
    });
    if (agent.state !== 'signed-out') {
      items.push({
        shape: LogOut,
        label: text.t('menu.signOutAll'),
        run: () => issue(this.#desk.commands?.signOut()),
      });
    }
    return this.#group(text.t('menu.groups'), items);
  }

  #groupNote(group: Membership): string {
    const { text } = this.#locale;
    if (group.static) return text.t('menu.static');
    if (group.signedInSince === null) return text.t('menu.signedOut');
    const waiting = this.#queues.state(`queue:${group.groupId}`)?.waiting ?? 0;
    return waiting > 0 ? text.t('menu.waiting', { count: waiting }) : text.t('menu.signedIn');
  }

  /** Which device to sign in with; while signed in the device is fixed. */
  #renderDevice(agent: AgentView): unknown {
    if (agent.state !== 'signed-out') return nothing;
    const { text } = this.#locale;
    const radio = { role: 'menuitemradio', stay: true } as const;
    return this.#group(text.t('menu.device'), [
      {
        ...radio,
        shape: Headphones,
        label: text.t('menu.browser'),
        checked: this.device.kind === 'browser',
        run: () => (this.device = { kind: 'browser' }),
      },
      ...(this.#phones.result?.data ?? []).map((phone) => ({
        ...radio,
        shape: Phone,
        label: phone.name || phone.username,
        note:
          phone.inUseBy !== null
            ? text.t('menu.inUseBy', { who: whoText(phone.inUseBy) })
            : phone.online
              ? ''
              : text.t('menu.notLinked'),
        checked: this.device.kind === 'phone' && this.device.endpointId === phone.endpointId,
        run: () => (this.device = { kind: 'phone', endpointId: phone.endpointId }),
      })),
      ...(agent.outsidePhone === null
        ? []
        : [
            {
              ...radio,
              shape: Smartphone,
              label: text.t('menu.outside'),
              note: agent.outsidePhone.number ?? '',
              checked: this.device.kind === 'outside',
              run: () => (this.device = { kind: 'outside' }),
            },
          ]),
    ]);
  }

  /** Which number, where the team lets agents choose: beside the menu, which can hold no field. */
  #renderNumber({ outsidePhone, state: word }: AgentView): unknown {
    const { text } = this.#locale;
    if (this.device.kind !== 'outside' || outsidePhone?.own !== true || word !== 'signed-out') return nothing;
    return html`<div class="field number">
      <label class="label" for="number">${text.t('menu.outsideNumber')}</label>
      <div class="line">
        <input
          class="input num"
          id="number"
          type="tel"
          autocomplete="tel"
          maxlength="64"
          aria-describedby="number-hint"
          .value=${live(this.device.number ?? outsidePhone.number ?? '')}
          @input=${this.#handleNumber}
          @keydown=${this.#handleNumberKey}
        />
        <button class="button primary" type="button" @click=${this.#handleNumberDone}>
          ${text.t('menu.signIn')}
        </button>
      </div>
      <span class="hint" id="number-hint">${text.t('menu.outsideHint')}</span>
    </div>`;
  }

  readonly #handleNumber = (event: Event): void => {
    const number = (event.target as HTMLInputElement).value.trim();
    this.device = number === '' ? { kind: 'outside' } : { kind: 'outside', number };
  };

  readonly #handleNumberKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') this.#handleNumberDone();
  };

  readonly #handleNumberDone = (): void => {
    this.#signIn({});
    this.dispatchEvent(new CloseIntent());
  };

  #signIn(request: SignInRequest): void {
    this.dispatchEvent(new SignInIntent({ ...request, device: this.device }));
  }

  #group(label: string, items: readonly Item[]): TemplateResult {
    return html`<div class="group" role="group" aria-label=${label === '' ? nothing : label}>
      ${label === '' ? nothing : html`<div class="title" aria-hidden="true">${label}</div>`}
      ${items.map((item) => this.#item(item))}
    </div>`;
  }

  #item(item: Item): TemplateResult {
    if (item.heading === true) {
      return html`<div class="item heading" role="presentation" data-level=${item.level ?? 0}>
        <span class="mark"></span><span class="ellipsis">${item.label}</span>
      </div>`;
    }
    const checkable = item.role === 'menuitemcheckbox' || item.role === 'menuitemradio';
    return html`<button
      class="item"
      type="button"
      role=${item.role ?? 'menuitem'}
      tabindex="-1"
      data-level=${item.level ?? 0}
      aria-description=${item.below || nothing}
      aria-checked=${checkable ? (item.checked === true ? 'true' : 'false') : nothing}
      aria-disabled=${item.disabled === true ? 'true' : nothing}
      @click=${() => this.#handleItem(item)}
    >
      <span
        class="mark ${item.role === 'menuitemcheckbox' ? 'box' : ''}"
        data-colour=${item.colour || nothing}
      >
        ${
          checkable && item.shape === undefined
            ? item.checked === true
              ? icon(Check)
              : nothing
            : item.shape === undefined
              ? nothing
              : icon(item.shape)
        }
      </span>
      <span class="ellipsis">${item.label}</span>
      ${item.note === undefined || item.note === '' ? nothing : html`<span class="note">${item.note}</span>`}
      ${checkable && item.shape !== undefined && item.checked === true ? html`<span>${icon(Check)}</span>` : nothing}
    </button>`;
  }

  #handleItem(item: Item): void {
    if (item.disabled === true) return;
    item.run();
    if (item.stay !== true) this.dispatchEvent(new CloseIntent());
  }

  readonly #handleKey = (event: KeyboardEvent): void => {
    const items = [...this.renderRoot.querySelectorAll<HTMLElement>('button.item')];
    const at = items.indexOf(this.shadowRoot?.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    items.at(to % items.length)?.focus();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-state-menu': StateMenu;
  }
}
