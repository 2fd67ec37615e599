import { LitElement, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import Move from 'lucide/dist/esm/icons/move.mjs';
import X from 'lucide/dist/esm/icons/x.mjs';
import type { Customer } from '../../../server/contract/customer.ts';
import type { CallView } from '../../../server/contract/desk.ts';
import { DeskController } from '../../controllers/desk-controller.ts';
import { PreferencesController } from '../../controllers/preferences-controller.ts';
import { QueryController } from '../../controllers/query-controller.ts';
import { ShellController } from '../../controllers/shell-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { barRoom, popRoom, type BarRoom } from '../../parts/bar-room.ts';
import type { Box, Size } from '../../parts/boxes.ts';
import { isComposing } from '../../parts/composing.ts';
import { contactName } from '../../parts/contact-name.ts';
import { placed } from '../../parts/placed.ts';
import { TopLayer } from '../../parts/top-layer.ts';
import { tabList } from '../../parts/tab-list.ts';
import { onPage } from '../../platform/page-events.ts';
import type { DeskState, PopBox } from '../../live/desk.ts';
import { customerById, customersByNumber } from '../../records/queries.ts';
import { button } from '../../styles/button.css.ts';
import { host } from '../../styles/host.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { stateColours } from '../../styles/state.css.ts';
import { tabs } from '../../styles/tabs.css.ts';
import { tokens } from '../../styles/tokens.css.ts';
import { issue } from '../../parts/issue.ts';
import './call-head.ts';
import type { CustomerSavedEvent } from './customer-card.ts';
import './customer-calls.ts';
import './work-links.ts';
import './customer-card.ts';
import './customer-choice.ts';
import type { CustomerChosenEvent } from './customer-choice.ts';
import { PopMove } from './pop-move.ts';
import { PopPlace, clearOf, remembered } from './pop-place.ts';
import { popStyles } from './screen-pop.styles.ts';

/**
 * Who is on the line: the call in its head, the customer's card below. Opens with the call and stays after its end, until
 * it is closed or the next call comes.
 *
 * @summary Screen pop with the customer of a call.
 * @csspart sheet - What lies over the page or in it: surface, border and shadow.
 * @csspart head - Name, number and facts of the call.
 * @cssprop [--telebar-pop-width=440px] - Width of the sheet.
 */
@customElement('telebar-screen-pop')
export class ScreenPop extends LitElement {
  static override styles = [tokens, reset, button, stateColours, tabs, popStyles, host];

  readonly #desk = new DeskController(this);
  readonly #shell = new ShellController(this);
  readonly #preferences = new PreferencesController(this);
  readonly #locale = new LocaleController(this, 'screenPop');
  readonly #byId = new QueryController(this, ({ records }) => customerById(records, this.#customerId()));
  readonly #byNumber = new QueryController(this, ({ records }) =>
    customersByNumber(records, this.#customerId() === null ? (this.call?.number ?? '') : ''),
  );

  /** Lies in the page's flow where it was put, instead of over it; then an empty one says what it is for. */
  @property({ type: Boolean, reflect: true }) inline = false;
  /** Colours: as the system, light or dark; set from the agent's preferences. */
  @property({ reflect: true }) theme: 'auto' | 'light' | 'dark' = 'auto';

  /** The call as last seen: it stays when the desk has forgotten it. */
  @state() private call: CallView | null = null;
  /** Chosen or created here; wins over what the call says. */
  @state() private chosen: string | null = null;
  @state() private creating = false;
  @state() private tab: 'customer' | 'calls' = 'customer';
  @state() private room: BarRoom | null = barRoom.state;
  #unsubscribe: (() => void) | null = null;
  readonly #place = new PopPlace();
  readonly #move = new PopMove(
    this,
    () => this.#box,
    (box) => this.#preferences.set({ pop: remembered(box, windowSize()) }),
  );
  #abort: AbortController | null = null;
  /** Where it lies over the page. */
  #box: Box | null = null;

  constructor() {
    super();
    new TopLayer(this, 1, () => this.sheet);
  }

  @query('.sheet') private readonly sheet!: HTMLElement | null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#unsubscribe = barRoom.subscribe((room) => (this.room = room));
    this.room = barRoom.state;
    this.#abort = new AbortController();
    onPage(window, 'resize', () => this.requestUpdate(), { signal: this.#abort.signal });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unsubscribe?.();
    this.#abort?.abort();
    popRoom.set(null);
  }

  override willUpdate(): void {
    const preferences = this.#preferences.value;
    if (preferences !== undefined) {
      this.theme = preferences.theme;
      this.#locale.use(preferences.locale).catch(reportError);
    }
    const popped = this.#shell.value?.pop?.call ?? null;
    const isNew = popped?.id !== this.call?.id;
    if (!this.inline) this.#placeOver(isNew, preferences?.pop ?? null);
    if (isNew) {
      this.call = popped;
      this.chosen = null;
      this.creating = false;
      this.tab = 'customer';
    }
    this.call = asItIs(this.call, this.#desk.value);
  }

  override updated(): void {
    const before = popRoom.state;
    const box = this.sheet === null || this.inline ? null : this.#box;
    if (JSON.stringify(box) !== JSON.stringify(before)) popRoom.set(box);
  }

  #placeOver(isNew: boolean, moved: PopBox | null): void {
    const width = parseFloat(getComputedStyle(this).getPropertyValue('--telebar-pop-width')) || WIDTH;
    const wishes = { window: windowSize(), room: this.room, width, moved };
    this.#box = this.#move.at ?? this.#place.choose(wishes, isNew);
  }

  override render(): unknown {
    if (!this.#locale.ready) return nothing;
    const { text } = this.#locale;
    const { call } = this;
    if (call === null) {
      return this.inline
        ? html`<section
            class="sheet inline empty"
            part="sheet"
            lang=${text.locale}
            aria-label=${text.t('pop.label')}
          >
            <p class="muted">${text.t('pop.empty')}</p>
          </section>`
        : nothing;
    }
    const customer = this.#customer();
    return html`<section
      class="sheet ${this.inline ? 'inline' : 'over'}"
      part="sheet"
      role="complementary"
      lang=${text.locale}
      aria-label=${text.t('pop.label')}
      ${placed(this.inline || this.#box === null ? {} : insets(clearOf(this.room?.notices ?? null, this.#box)))}
      @keydown=${this.#handleKey}
    >
      <header class="head" part="head" @pointerdown=${this.#handlePointer}>
        <telebar-call-head
          .call=${call}
          .name=${customer?.name || contactName(text, call, this.#shell.value?.contacts)}
        ></telebar-call-head>
        ${
          this.inline
            ? nothing
            : html`<button
                  class="button quiet icon-only grip"
                  type="button"
                  aria-label=${text.t('pop.move')}
                  title=${text.t('pop.move')}
                  @keydown=${this.#handleGrip}
                >
                  ${icon(Move)}
                </button>
                <button
                  class="button quiet icon-only close"
                  type="button"
                  aria-label=${text.t('pop.close')}
                  @click=${() => this.#shell.shell?.closePop()}
                >
                  ${icon(X)}
                </button>`
        }
      </header>
      ${this.#renderTabs(call, this.creating ? null : customer)}
      ${
        this.inline
          ? nothing
          : (['left', 'right'] as const).map(
              (corner) =>
                html`<span
                  class="corner ${corner}"
                  @pointerdown=${(event: PointerEvent) => this.#move.start(event, corner)}
                ></span>`,
            )
      }
    </section>`;
  }

  /** A customer who is known has tabs. The card stays while the calls are looked at: it may be saving. */
  #renderTabs(call: CallView, customer: Customer | null): unknown {
    const { text } = this.#locale;
    const tab = customer === null ? null : this.tab;
    return html`<telebar-work-links .call=${call} .customer=${customer}></telebar-work-links>
      ${
        tab === null
          ? nothing
          : tabList({
              label: text.t('pop.label'),
              tabs: [
                ['customer', text.t('pop.customer')],
                ['calls', text.t('pop.calls')],
              ],
              selected: tab,
              choose: (chosen) => (this.tab = chosen),
              panel: 'panel',
            })
      }
      <div
        class="body"
        id="panel"
        role=${tab === null ? nothing : 'tabpanel'}
        aria-labelledby=${tab ?? nothing}
        tabindex=${tab === null ? -1 : 0}
      >
        <div ?hidden=${tab === 'calls'}>${this.#renderBody(call)}</div>
        ${
          tab === 'calls'
            ? html`<telebar-customer-calls
                .customerId=${customer?.id ?? ''}
                .callId=${call.id}
              ></telebar-customer-calls>`
            : nothing
        }
      </div>`;
  }

  #renderBody(call: CallView): unknown {
    const { text } = this.#locale;
    const id = this.#customerId();
    const result = id !== null && !this.creating ? this.#byId.result : this.#byNumber.result;
    const searching = id !== null || call.number !== '';
    if (searching && !this.creating && result?.isError === true) {
      return html`<div class="view" role="alert">
        <p>${text.t('pop.loadFailed')}</p>
        <button class="button" type="button" @click=${() => this.#refetch()}>${text.t('bar.retry')}</button>
      </div>`;
    }
    if (searching && !this.creating && (result === undefined || result.isPending)) {
      return html`<div class="bones" role="img" aria-label=${text.t('bar.loading')}>
        ${[1, 2, 3, 4, 5].map(() => html`<span class="bone"></span>`)}
      </div>`;
    }
    const matches = this.#byNumber.result?.data ?? [];
    if (id === null && !this.creating && matches.length > 1) {
      return html`<telebar-customer-choice
        .customers=${matches}
        @telebar-customer-chosen=${({ customerId }: CustomerChosenEvent) => this.#handleChosen(customerId)}
      ></telebar-customer-choice>`;
    }
    return html`<telebar-customer-card
        .customer=${this.creating ? null : this.#customer()}
        .number=${call.number}
        .fields=${this.#desk.value?.snapshot?.team.customerFields ?? []}
        @telebar-customer-saved=${this.#handleSaved}
      ></telebar-customer-card>
      ${
        matches.length > 1
          ? html`<button class="button quiet small change" type="button" @click=${this.#handleChange}>
              ${text.t('pop.change')}
            </button>`
          : nothing
      }`;
  }

  #customerId(): string | null {
    return this.chosen ?? this.call?.customerId ?? null;
  }

  #customer(): Customer | null {
    if (this.#customerId() !== null) return this.#byId.result?.data ?? null;
    const matches = this.#byNumber.result?.data ?? [];
    return matches.length === 1 ? (matches[0] ?? null) : null;
  }

  #handleChosen(customerId: string | null): void {
    if (customerId === null) this.creating = true;
    else this.#choose(customerId);
  }

  #choose(customerId: string): void {
    this.chosen = customerId;
    this.creating = false;
    if (this.call !== null) issue(this.#desk.commands?.linkCustomer(this.call.id, customerId));
  }

  #refetch(): void {
    this.#byId.refetch();
    this.#byNumber.refetch();
  }

  readonly #handleSaved = (event: CustomerSavedEvent): void => {
    const isNew = event.customer.id !== this.#customerId();
    if (isNew) this.#choose(event.customer.id);
    else this.#byId.refetch();
  };

  readonly #handleChange = (): void => {
    this.chosen = null;
    this.creating = false;
    if (this.call !== null) issue(this.#desk.commands?.linkCustomer(this.call.id, null));
    this.call = this.call === null ? null : { ...this.call, customerId: null };
  };

  /** The head moves it; controls in it keep their clicks. */
  readonly #handlePointer = (event: PointerEvent): void => {
    const control = event
      .composedPath()
      .some((node) => node instanceof HTMLElement && node.matches('a, button:not(.grip), input, select'));
    if (!this.inline && !control) this.#move.start(event, null);
  };

  readonly #handleGrip = (event: KeyboardEvent): void => {
    if (event.key === 'Home') this.#preferences.set({ pop: null });
    else if (!this.#move.step(event)) return;
    event.preventDefault();
  };

  readonly #handleKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || isComposing(event) || this.inline) return;
    event.stopPropagation();
    event.preventDefault();
    this.#shell.shell?.closePop();
  };
}

/** px, unless the page says otherwise. */
const WIDTH = 440;

const windowSize = (): Size => ({ width: window.innerWidth, height: window.innerHeight });

function insets({ left, top, width, height }: Box): Record<string, string> {
  return { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` };
}

/** A live call that the server does not know any more has ended unseen, over a restart of the server. */
function asItIs(call: CallView | null, desk: DeskState | undefined): CallView | null {
  const fresh = desk?.snapshot?.calls.find(({ id }) => id === call?.id);
  if (fresh !== undefined) return fresh;
  const lost = call !== null && call.phase !== 'ended' && desk?.connection === 'online';
  return lost ? { ...call, phase: 'ended', endedAt: Date.now() + desk.clockOffsetMs } : call;
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-screen-pop': ScreenPop;
  }
}
