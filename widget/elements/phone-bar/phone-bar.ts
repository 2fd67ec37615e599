import { LitElement, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { SignInRequest } from '../../../server/contract/commands.ts';
import { DeskController } from '../../controllers/desk-controller.ts';
import { PreferencesController } from '../../controllers/preferences-controller.ts';
import { ShellController } from '../../controllers/shell-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { isComposing } from '../../parts/composing.ts';
import { placed } from '../../parts/placed.ts';
import type { NoticeDismissEvent } from '../../parts/notice-list.ts';
import { button } from '../../styles/button.css.ts';
import { host } from '../../styles/host.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { tokens } from '../../styles/tokens.css.ts';
import { BarDrag } from './bar-drag.ts';
import { insets, isDocked, settle } from './bar-place.ts';
import { FailureKeeper } from './failure-keeper.ts';
import { FocusKeeper } from './focus-keeper.ts';
import { RoomReporter } from './room-reporter.ts';
import type { OpenIntent, SignInIntent } from './intents.ts';
import { issue } from '../../parts/issue.ts';
import { TopLayer } from '../../parts/top-layer.ts';
import { LazyParts } from './lazy-parts.ts';
import { isSaidByLink, linkOf } from './link.ts';
import type { CommandName } from '../../live/commands/table.ts';
import type { Notice } from '../../live/shell.ts';
import { NewsController } from './news-controller.ts';
import './collapsed-pill.ts';
import type { SettingsPanel } from './settings-panel.ts';

import { phoneBarStyles } from './phone-bar.styles.ts';
import { isConflict } from './conflict.ts';

/** Parts that are fetched when they are first shown; a page with a collapsed bar loads none of them. */
const PARTS = {
  content: { load: () => import('./bar-content.ts'), words: null },
  login: { load: () => import('./login-form.ts'), words: 'panels' },
  menu: { load: () => import('./state-menu.ts'), words: 'panels' },
  dial: { load: () => import('./dial-panel.ts'), words: 'panels' },
  keypad: { load: () => import('./keypad-panel.ts'), words: 'panels' },
  callIn: { load: () => import('./call-in-panel.ts'), words: 'parties' },
  settings: { load: () => import('./settings-panel.ts'), words: 'panels' },
  lock: { load: () => import('./lock-screen.ts'), words: 'panels' },
  notices: { load: () => import('../../parts/notice-list.ts'), words: null },
  conflict: { load: () => import('./sign-in-conflict.ts'), words: 'panels' },
} as const;

/** Their refusals are shown in the panel that calls somebody in. */
const CALLING_IN: readonly CommandName[] = ['consult', 'transfer', 'add'];

/** The menus and sheets of the bar itself; those of `shell.panel` can be opened by the host page too. */
type Own = 'menu' | 'keypad' | 'call-in' | 'login' | null;

/**
 * The agent's phone: state, calls and their controls, floating over the page or docked at its edge.
 *
 * @summary Phone bar of an agent.
 * @fires telebar-ready - The bar is on the page.
 * @fires telebar-error - A command was refused: `code`, `message`, `retryable`.
 * @fires telebar-agent-state - The agent's state has changed: `from`, `to`, `reason`.
 * @fires telebar-call-offered - A call rings here.
 * @fires telebar-call-ringing - The other side rings.
 * @fires telebar-call-answered - The call is connected.
 * @fires telebar-call-held - The other side hears music.
 * @fires telebar-call-resumed - Both hear each other again.
 * @fires telebar-call-muted - The microphone was cut or opened: `muted`.
 * @fires telebar-call-ended - The call is over: `endedBy`, `cause`.
 * @fires telebar-call-transferred - The call was passed on: `to`.
 * @fires telebar-consult-started - Somebody is asked aside: `party`.
 * @fires telebar-consult-ended - Who was asked aside is not any more: `party`, `outcome`, `cause`.
 * @fires telebar-party-joined - Somebody has come into the call: `party`.
 * @fires telebar-party-left - Somebody has left the call: `party`, `cause`.
 * @fires telebar-monitor-started - This leader is in the call of an agent: `supervision`.
 * @fires telebar-monitor-changed - In another way: `supervision`, `from`.
 * @fires telebar-monitor-ended - No longer: `supervision`.
 * @fires telebar-screen-pop - A call pops; cancelable.
 * @fires telebar-dial-request - Somebody wants to dial; cancelable.
 * @fires telebar-wrapup-started - After-call work begins: `endsAt`, and what was noted down already.
 * @fires telebar-wrapup-done - After-call work is over: `reason`, `label`, `notes`.
 * @fires telebar-quality - Figures of the line.
 * @fires telebar-connection - The connection to the server has changed: `from`, `to`.
 * @csspart frame - What floats or is docked: surface, border and shadow.
 * @csspart sheet - The panel that is open beside the bar.
 * @csspart menu - The state menu.
 * @csspart bar - Inside of the open bar, with `head`, `stage`, `actions` and `foot`.
 * @csspart pill - The collapsed bar.
 * @cssprop [--telebar-accent] - The one primary action and what is chosen.
 * @cssprop [--telebar-surface] - Background.
 * @cssprop [--telebar-raised] - Background of what lies above the surface.
 * @cssprop [--telebar-text] - Text.
 * @cssprop [--telebar-font] - Font family.
 * @cssprop [--telebar-radius-large] - Corners of the floating bar.
 * @cssprop [--telebar-layer] - z-index of the bar.
 */
@customElement('telebar-phone-bar')
export class PhoneBar extends LitElement {
  static override styles = [tokens, reset, button, phoneBarStyles, host];

  readonly #desk = new DeskController(this);
  readonly #shell = new ShellController(this);
  readonly #preferences = new PreferencesController(this);
  readonly #locale = new LocaleController(this);
  readonly #parts = new LazyParts(this, PARTS);
  readonly #news = new NewsController(this);
  readonly #drag = new BarDrag(
    this,
    () => this.frame,
    (box) => this.#preferences.set(settle(box, { width: window.innerWidth, height: window.innerHeight })),
  );
  readonly #focus = new FocusKeeper(this);

  constructor() {
    super();
    new FailureKeeper(
      this,
      (command) => {
        if (this.own === 'call-in' && CALLING_IN.includes(command)) return true;
        const { collapsed, position } = this.#preferences.value ?? {};
        return collapsed !== true && !this.inline && (position === undefined || !isDocked(position));
      },
      (failure) =>
        this.#preferences.value?.collapsed !== true &&
        isSaidByLink(failure, this.#desk.value, this.linkIgnored),
    );
    new RoomReporter(this, () => (this.inline ? null : this.frame));
    new TopLayer(this, 2, () => this.frame);
  }

  @query('.frame') private readonly frame!: HTMLElement | null;
  @query('telebar-settings-panel') private readonly settings!: SettingsPanel | null;
  @state() private own: Own = null;
  @state() private linkIgnored = false;
  @state() private signInRequest: SignInRequest = {};

  /** Lies in the page's flow where it was put, instead of floating or docking. */
  @property({ type: Boolean, reflect: true }) inline = false;
  /** Colours: as the system, light or dark; set from the agent's preferences. */
  @property({ reflect: true }) theme: 'auto' | 'light' | 'dark' = 'auto';

  override willUpdate(): void {
    const preferences = this.#preferences.value;
    if (preferences !== undefined) {
      this.theme = preferences.theme;
      this.#locale.use(preferences.locale).catch(reportError);
    }
    const desk = this.#desk.value;
    // Ignoring holds for one loss of the link, not for the next.
    if (linkOf(desk).status === 'linked') this.linkIgnored = false;
    if (this.own === 'login' && desk?.connection !== 'anonymous') this.own = null;
    if (this.own === 'keypad' && !this.#talking) this.own = null;
    if (this.own === 'call-in' && !this.#inCall) this.own = null;
    this.#keepSettings();
  }

  /** While something in them would be lost that is told once, the settings stay, whatever closes them. */
  #keepSettings(): void {
    const { collapsed } = this.#preferences.value ?? {};
    if (this.settings?.isTouched !== true) return;
    if (this.#shell.value?.panel === 'settings' && this.own !== 'login' && collapsed === false) return;
    this.settings.leave();
    this.own = null;
    this.#shell.shell?.openPanel('settings');
    this.#preferences.set({ collapsed: false });
  }

  override render(): unknown {
    const { text } = this.#locale;
    const preferences = this.#preferences.value;
    const desk = this.#desk.value;
    if (
      preferences === undefined ||
      desk === undefined ||
      this.#shell.value?.visible === false ||
      !text.ready
    ) {
      return nothing;
    }
    const docked = isDocked(preferences.position);
    const layout = docked || this.inline ? 'strip' : 'card';
    const edge = preferences.position.startsWith('top') ? 'top' : 'bottom';
    const side = preferences.position.endsWith('left') ? 'left' : 'right';
    const form = preferences.collapsed ? 'pill' : this.inline ? 'inline' : docked ? 'docked' : 'floating';
    return html`<div
      class="frame ${form} ${edge} ${side} ${this.#drag.at === null ? '' : 'moving'}"
      part="frame"
      role="region"
      lang=${text.locale}
      aria-label=${text.t('bar.label')}
      aria-keyshortcuts="F6"
      ${placed(this.#place(preferences.collapsed))}
      @keydown=${this.#handleKey}
      @pointerdown=${this.#handlePointer}
      @telebar-intent-open=${this.#handleOpen}
      @telebar-intent-close=${this.#handleClose}
      @telebar-intent-sign-in=${this.#handleSignIn}
      @telebar-intent-ignore-link=${() => (this.linkIgnored = true)}
    >
      ${
        preferences.collapsed
          ? html`<telebar-collapsed-pill
              exportparts="pill"
              @click=${this.#handleExpand}
            ></telebar-collapsed-pill>`
          : this.#renderOpen(layout, edge)
      }
      ${this.#renderConflict()}
      <telebar-notice-list
        class="notices"
        .notices=${this.#notices()}
        @telebar-notice-dismiss=${(event: NoticeDismissEvent) => this.#shell.shell?.dismissNotice(event.id)}
      ></telebar-notice-list>
      <div class="visually-hidden" role="status">${this.#news.polite}</div>
      <div class="visually-hidden" role="alert">${this.#news.urgent}</div>
      ${desk.snapshot?.agent.locked === true ? this.#part('lock', html`<telebar-lock-screen></telebar-lock-screen>`) : nothing}
    </div>`;
  }

  /** Takes the keyboard to the bar. */
  override focus(): void {
    this.#focus.enter();
  }

  #renderOpen(layout: 'card' | 'strip', edge: 'top' | 'bottom'): unknown {
    const anonymous = this.#desk.value?.connection === 'anonymous';
    return html`${this.#part(
      'content',
      html`<telebar-bar-content
        exportparts="bar, head, stage, actions, foot"
        layout=${layout}
        edge=${edge}
        ?linkIgnored=${this.linkIgnored}
        ?menuOpen=${this.own === 'menu'}
        ?keypadOpen=${this.own === 'keypad'}
        ?callInOpen=${this.own === 'call-in'}
      >
        ${anonymous && layout === 'card' ? this.#part('login', html`<telebar-login-form></telebar-login-form>`) : nothing}
      </telebar-bar-content>`,
    )}
    ${
      this.own === 'menu' && !anonymous
        ? html`<div class="menu" part="menu">
            ${this.#part('menu', html`<telebar-state-menu></telebar-state-menu>`)}
          </div>`
        : nothing
    }
    ${this.#renderSheet(anonymous)}`;
  }

  #renderSheet(anonymous: boolean): unknown {
    const panel = this.#shell.value?.panel ?? null;
    if (this.own === 'login') {
      return this.#sheet(this.#part('login', html`<telebar-login-form asked></telebar-login-form>`));
    }
    if (panel === 'settings') {
      return this.#sheet(this.#part('settings', html`<telebar-settings-panel></telebar-settings-panel>`));
    }
    if (anonymous) return nothing;
    if (this.own === 'keypad') {
      return this.#sheet(this.#part('keypad', html`<telebar-keypad-panel></telebar-keypad-panel>`), 'small');
    }
    if (this.own === 'call-in') {
      return this.#sheet(this.#part('callIn', html`<telebar-call-in-panel></telebar-call-in-panel>`));
    }
    if (panel === 'dial' || panel === 'history') {
      return this.#sheet(
        this.#part('dial', html`<telebar-dial-panel ?linkIgnored=${this.linkIgnored}></telebar-dial-panel>`),
      );
    }
    return nothing;
  }

  #sheet(content: unknown, size: 'small' | '' = ''): unknown {
    return html`<section
      class="sheet ${size}"
      part="sheet"
      role="dialog"
      aria-label=${this.#locale.text.t('bar.label')}
    >
      ${content}
    </section>`;
  }

  #renderConflict(): unknown {
    const failure = this.#desk.value?.failures.signIn;
    if (failure === undefined || !isConflict(failure)) return nothing;
    if (this.#desk.value?.snapshot?.agent.locked === true) return nothing;
    return html`<div class="menu" part="menu">
      ${this.#part(
        'conflict',
        html`<telebar-sign-in-conflict
          .failure=${failure}
          .request=${this.signInRequest}
        ></telebar-sign-in-conflict>`,
      )}
    </div>`;
  }

  /** A part that may still be on its way. */
  #part(name: keyof typeof PARTS, content: unknown): unknown {
    const { text } = this.#locale;
    switch (this.#parts.need(name)) {
      case 'ready':
        return content;
      case 'loading':
        return html`<p class="view muted" role="status">${text.t('bar.loading')}</p>`;
      case 'failed':
        return html`<div class="view" role="alert">
          <p>${text.t('bar.loadFailed')}</p>
          <button class="button small" type="button" @click=${() => this.#parts.retry(name)}>
            ${text.t('bar.retry')}
          </button>
        </div>`;
    }
  }

  #notices(): readonly Notice[] {
    const { notices = [], soundLocked = false } = this.#shell.value ?? {};
    // Any touch unlocks it: the notice has nothing to do but to be there.
    const text = this.#locale.text.t('sound.locked');
    const all: readonly Notice[] = soundLocked
      ? [{ id: 0, kind: 'warning', text, topic: 'sound' }, ...notices]
      : notices;
    if (all.length > 0) this.#parts.need('notices');
    return all;
  }

  #place(collapsed: boolean): Record<string, string> {
    const at = this.#drag.at;
    if (at !== null) return { left: `${at.left}px`, top: `${at.top}px` };
    const preferences = this.#preferences.value;
    if (this.inline || preferences === undefined) return {};
    return insets(preferences.position, preferences.offset, collapsed);
  }

  get #inCall(): boolean {
    return (
      this.#desk.value?.snapshot?.calls.some(({ phase }) => phase === 'talking' || phase === 'held') === true
    );
  }

  get #talking(): boolean {
    return this.#desk.value?.snapshot?.calls.some((call) => call.phase === 'talking') === true;
  }

  readonly #handleOpen = (event: OpenIntent): void => {
    this.own = this.own === event.what ? null : event.what;
    if (this.own !== null && this.own !== 'menu') this.#shell.shell?.openPanel(null);
  };

  /** Closes the uppermost thing and gives the focus back to where it came from. */
  readonly #handleClose = (): void => {
    if (this.own !== null) this.own = null;
    else this.#shell.shell?.openPanel(null);
    this.#focus.giveBack();
  };

  readonly #handleKey = (event: KeyboardEvent): void => {
    if (isComposing(event)) return;
    const preferences = this.#preferences.value;
    if (event.key === 'Escape' && (this.own !== null || (this.#shell.value?.panel ?? null) !== null)) {
      event.stopPropagation();
      // Nor does it close a dialog of the page that the bar is in.
      event.preventDefault();
      return this.#handleClose();
    }
    const onGrip = event.composedPath().some((node) => node instanceof HTMLElement && 'grip' in node.dataset);
    if (!onGrip || preferences === undefined) return;
    if (event.key === 'Home') this.#preferences.set({ offset: null });
    else if (!this.#drag.step(event.key)) return;
    event.preventDefault();
  };

  /** The head moves a floating bar, the whole pill the collapsed one; controls inside keep their clicks. */
  readonly #handlePointer = (event: PointerEvent): void => {
    const path = event.composedPath();
    const pressed = path.find(
      (node): node is HTMLElement =>
        node instanceof HTMLElement && node.matches('button, input, select, .head'),
    );
    const outside =
      this.own === 'menu' &&
      !path.some((node) => node instanceof HTMLElement && node.matches('.menu, telebar-state-button'));
    if (outside) this.own = null;
    const collapsed = this.#preferences.value?.collapsed === true;
    if (this.inline || (!collapsed && isDocked(this.#preferences.value?.position ?? 'bottom'))) return;
    if (collapsed || pressed?.matches('.head, [data-grip]') === true) this.#drag.start(event);
  };

  readonly #handleExpand = (event: Event): void => {
    const answers = event
      .composedPath()
      .some((node) => node instanceof HTMLElement && node.matches('.answers'));
    if (answers || this.#drag.moved) return;
    this.#preferences.set({ collapsed: false });
    this.#focus.moveTo('telebar-bar-content');
  };

  readonly #handleSignIn = (event: SignInIntent): void => {
    this.signInRequest = event.request;
    issue(this.#desk.commands?.signIn(event.request));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-phone-bar': PhoneBar;
  }
}
