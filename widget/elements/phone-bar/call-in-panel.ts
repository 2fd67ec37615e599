import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import Pencil from 'lucide/dist/esm/icons/pencil.mjs';
import Plus from 'lucide/dist/esm/icons/plus.mjs';
import X from 'lucide/dist/esm/icons/x.mjs';
import type { Contact } from '../../../server/contract/contact.ts';
import type { CallView } from '../../../server/contract/desk.ts';
import type { Colleagues } from '../../../server/contract/realtime/colleagues.ts';
import { DeskController } from '../../controllers/desk-controller.ts';
import { QueryController } from '../../controllers/query-controller.ts';
import { TopicsController } from '../../controllers/topics-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { isComposing } from '../../parts/composing.ts';
import '../../parts/failure-note.ts';
import { tabList } from '../../parts/tab-list.ts';
import { contacts } from '../../records/queries.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { sheet } from '../../styles/sheet.css.ts';
import { stateColours } from '../../styles/state.css.ts';
import { tabs } from '../../styles/tabs.css.ts';
import { reasonAgainst } from './availability.ts';
import { ORDERS, reasonAgainstOrder, type Order } from './call-in-order.ts';
import { callInStyles } from './call-in-panel.styles.ts';
import { choiceRow } from './call-in-choice.ts';
import {
  choicesFor,
  nameOf,
  orderOf,
  reasonAgainstChoice,
  targetOf,
  type Choice,
  type Source,
} from './call-targets.ts';
import './contact-form.ts';
import type { ContactDoneEvent } from './contact-form.ts';
import { CloseIntent } from './intents.ts';
import { presentCall } from './present-call.ts';

/** So many rows are drawn; whoever looks for another types. */
const MOST_ROWS = 60;

/**
 * Whom to call in, and how: ask first, pass the call on unasked, or bring somebody into the conversation. The list is live; the keyboard
 * stays in the field, arrows move in the list, Enter asks.
 */
@customElement('telebar-call-in-panel')
export class CallInPanel extends LitElement {
  static override styles = [reset, button, field, sheet, tabs, stateColours, callInStyles];

  readonly #desk = new DeskController(this);
  readonly #locale = new LocaleController(this, 'parties');
  readonly #topics = new TopicsController(this, () => ['colleagues']);

  readonly #contacts = new QueryController(this, ({ records }) =>
    contacts(records, this.typed.trim(), this.source === 'contacts'),
  );

  @query('input[name=search]') private readonly input!: HTMLInputElement | null;
  @state() private source: Source = 'agents';
  @state() private typed = '';
  @state() private groupId: string | null = null;
  @state() private freeOnly = false;
  /** Key of what was chosen; null: the first that can be called, once something is typed. */
  @state() private chosen: string | null = null;
  /** What is being written in the phone book: a contact, or a number for a new one; null: nothing. */
  @state() private writing: Contact | string | null = null;
  #order: ReadonlyMap<string, number> | null = null;

  override firstUpdated(): void {
    this.input?.focus();
  }

  override render(): unknown {
    const { text } = this.#locale;
    const call = presentCall(this.#desk.value);
    if (!this.#locale.ready || call === null) return nothing;
    const colleagues = this.#topics.state('colleagues');
    const choices = this.#choices(colleagues);
    return html`<div class="head">
        <h2 id="title">${text.t(this.#title())}</h2>
        <button
          class="button quiet icon-only"
          type="button"
          aria-label=${text.t('bar.close')}
          @click=${() => this.dispatchEvent(new CloseIntent())}
        >
          ${icon(X)}
        </button>
      </div>
      ${this.writing === null ? this.#renderList(call, colleagues, choices) : this.#renderForm(this.writing)}`;
  }

  #title(): 'parties.title' | 'parties.contact.new' | 'parties.contact.change' {
    if (this.writing === null) return 'parties.title';
    return typeof this.writing === 'string' ? 'parties.contact.new' : 'parties.contact.change';
  }

  #renderForm(writing: Contact | string): TemplateResult {
    return html`<telebar-contact-form
      .contact=${typeof writing === 'string' ? null : writing}
      .number=${typeof writing === 'string' ? writing : ''}
      ?mayShare=${this.#leads}
      @telebar-contact-done=${this.#handleWritten}
    ></telebar-contact-form>`;
  }

  #renderList(call: CallView, colleagues: Colleagues | null, choices: readonly Choice[]): TemplateResult {
    const { text } = this.#locale;
    const choice = this.#choice(choices, call);
    return html`${this.#renderFilters(colleagues, choice)}
      <div class="body list" id="list" role="listbox" tabindex="-1" aria-label=${text.t('parties.list')}>
        ${choices.slice(0, MOST_ROWS).map((each) => this.#renderOption(each, each.key === choice?.key, call))}
      </div>
      ${this.#renderNote(colleagues, choices)}
      <div class="foot">
        ${this.#renderFailure()} ${ORDERS.map((command) => this.#renderCommand(command, call, choice))}
      </div>`;
  }

  #renderFilters(colleagues: Colleagues | null, choice: Choice | undefined): TemplateResult {
    const { text } = this.#locale;
    const groups = colleagues?.groups ?? [];
    return html`<div class="filters">
      <input
        class="input num"
        name="search"
        type="text"
        autocomplete="off"
        maxlength="60"
        role="combobox"
        aria-expanded="true"
        aria-controls="list"
        aria-autocomplete="list"
        aria-activedescendant=${choice === undefined ? nothing : optionId(choice)}
        aria-label=${text.t('parties.search')}
        placeholder=${text.t('parties.search')}
        .value=${this.typed}
        @input=${this.#handleInput}
        @keydown=${this.#handleKey}
      />
      ${tabList<Source>({
        label: text.t('parties.sources'),
        tabs: [
          ['agents', text.t('parties.agents')],
          ['groups', text.t('parties.groups')],
          ['contacts', text.t('parties.contacts')],
        ],
        selected: this.source,
        choose: this.#handleSource,
        panel: 'list',
      })}
      <div class="narrow" ?hidden=${this.source !== 'agents'}>
        ${
          groups.length > 1
            ? html`<select class="input" aria-label=${text.t('parties.group')} @change=${this.#handleGroup}>
                <option value="" ?selected=${this.groupId === null}>${text.t('parties.allGroups')}</option>
                ${groups.map(
                  ({ id, name }) =>
                    html`<option value=${id} ?selected=${id === this.groupId}>${name}</option>`,
                )}
              </select>`
            : nothing
        }
        <label class="check">
          <input type="checkbox" .checked=${this.freeOnly} @change=${this.#handleFreeOnly} />
          ${text.t('parties.freeOnly')}
        </label>
      </div>
      ${this.source === 'contacts' ? this.#renderBook(choice) : nothing}
    </div>`;
  }

  /** Whether somebody writes in the team's phone book as well. */
  get #leads(): boolean {
    return this.#desk.value?.session?.rights.includes('supervise') === true;
  }

  /** An agent writes in the agent's own; leaders also in the team's. */
  #renderBook(choice: Choice | undefined): TemplateResult {
    const { text } = this.#locale;
    const contact = choice?.kind === 'contact' ? choice.contact : null;
    const own = contact !== null && (!contact.shared || this.#leads) ? contact : null;
    const number = choice?.kind === 'number' ? choice.number : '';
    return html`<div class="narrow">
      <button class="button quiet" type="button" @click=${() => (this.writing = number)}>
        ${icon(Plus)}${text.t('parties.contact.new')}
      </button>
      ${
        own === null
          ? nothing
          : html`<button class="button quiet" type="button" @click=${() => (this.writing = own)}>
              ${icon(Pencil)}${text.t('parties.contact.change')}
            </button>`
      }
    </div>`;
  }

  #renderOption(choice: Choice, selected: boolean, call: CallView): TemplateResult {
    const reason = reasonAgainstChoice(choice, call.parties);
    return html`<div
      class="option ${reason === null ? 'free' : ''}"
      role="option"
      id=${optionId(choice)}
      data-state=${choice.kind === 'agent' ? choice.agent.state : nothing}
      aria-selected=${selected ? 'true' : 'false'}
      aria-disabled=${reason === null ? 'false' : 'true'}
      @pointerdown=${(event: Event) => event.preventDefault()}
      @click=${() => this.#choose(choice)}
      @dblclick=${() => this.#give('consult', call, choice)}
    >
      ${choiceRow(choice, reason, this.#locale.text)}
    </div>`;
  }

  #renderNote(colleagues: Colleagues | null, choices: readonly Choice[]): unknown {
    const { text } = this.#locale;
    const note =
      colleagues === null || (this.source === 'contacts' && this.#booksPending)
        ? text.t('parties.loading')
        : this.#desk.value?.connection !== 'online'
          ? text.t('parties.stale')
          : choices.length > MOST_ROWS
            ? text.t('parties.more', { count: choices.length - MOST_ROWS })
            : choices.length > 0
              ? null
              : this.#nobody(colleagues);
    return note === null ? nothing : html`<p class="note" role="status">${note}</p>`;
  }

  #nobody(colleagues: Colleagues): string {
    const { text } = this.#locale;
    if (this.source === 'contacts') {
      if (this.#contacts.result?.isError === true) return text.t('parties.noContacts.failed');
      return text.t(this.typed === '' ? 'parties.noContacts' : 'parties.noMatch');
    }
    return text.t(colleagues.agents.length < 2 ? 'parties.nobody' : 'parties.noMatch');
  }

  #renderFailure(): unknown {
    const failures = this.#desk.value?.failures ?? {};
    const command = ORDERS.find((each) => failures[each] !== undefined);
    return html`<telebar-failure-note
      .failure=${command === undefined ? null : failures[command]}
      @telebar-dismiss=${() => command !== undefined && this.#desk.desk?.dismissFailure(command)}
    ></telebar-failure-note>`;
  }

  #renderCommand(command: Order, call: CallView, choice: Choice | undefined): TemplateResult {
    const { text } = this.#locale;
    const word = text.t(command === 'transfer' ? 'parties.blind' : `parties.${command}`);
    const reason = this.#reason(command, call, choice);
    const who = choice === undefined ? '' : nameOf(choice);
    const tip =
      reason ?? text.t(command === 'transfer' ? 'parties.blind.tip' : `parties.${command}.tip`, { who });
    const busy = this.#desk.value?.pending.has(command) === true;
    return html`<button
      class="button ${command === 'consult' && reason === null ? 'primary' : ''}"
      type="button"
      data-command=${command}
      data-tip=${tip}
      data-tip-align=${command === 'add' ? 'end' : nothing}
      aria-label=${word}
      aria-description=${tip}
      aria-disabled=${reason === null ? 'false' : 'true'}
      aria-busy=${busy ? 'true' : 'false'}
      @click=${() => this.#give(command, call, choice)}
    >
      ${word}
    </button>`;
  }

  /** Why not, in words; null: it can be done. */
  #reason(order: Order, call: CallView, choice: Choice | undefined): string | null {
    const reason =
      reasonAgainst('transfer', this.#desk.value, false) ??
      reasonAgainstOrder(order, call, this.#desk.value?.snapshot?.agent, choice);
    return reason && this.#locale.text.t(reason);
  }

  #choices(colleagues: Colleagues | null): Choice[] {
    const { source, typed, groupId, freeOnly } = this;
    const known = colleagues ?? { agents: [], groups: [] };
    if (colleagues !== null) this.#order ??= orderOf(colleagues);
    const self = this.#desk.value?.snapshot?.agent.id ?? '';
    const book = this.#booksPending ? [] : (this.#contacts.result?.data ?? []);
    return choicesFor(known, book, { source, typed, groupId, freeOnly }, self, this.#order ?? new Map());
  }

  /** What is there answers what was typed before: nobody of it is meant. */
  get #booksPending(): boolean {
    const { isPending = false, isPlaceholderData = false } = this.#contacts.result ?? {};
    return isPending || isPlaceholderData;
  }

  #choice(choices: readonly Choice[], call: CallView): Choice | undefined {
    const chosen = choices.find(({ key }) => key === this.chosen);
    if (chosen !== undefined || this.typed.trim() === '') return chosen;
    return choices.find((choice) => reasonAgainstChoice(choice, call.parties) === null) ?? choices[0];
  }

  #choose(choice: Choice): void {
    this.chosen = choice.key;
    this.input?.focus();
  }

  #give(command: Order, call: CallView, choice: Choice | undefined): void {
    const { commands, value } = this.#desk;
    if (choice === undefined || commands === undefined || value?.pending.has(command) === true) return;
    if (this.#reason(command, call, choice) !== null) return;
    const to = targetOf(choice);
    const given =
      command === 'transfer'
        ? commands.transfer(call.id, { to, type: 'blind' })
        : commands[command](call.id, to);
    given.then(
      () => this.dispatchEvent(new CloseIntent()),
      () => {
        // The refusal is in `failures`, which is shown above the buttons.
      },
    );
  }

  /** The list is sorted anew when the agent looks for somebody else. */
  #narrowed(): void {
    this.chosen = null;
    this.#order = null;
  }

  readonly #handleSource = (source: Source): void => {
    this.source = source;
    this.#narrowed();
  };

  readonly #handleWritten = ({ contact }: ContactDoneEvent): void => {
    this.writing = null;
    if (contact !== null) {
      this.typed = '';
      this.chosen = contact.id;
    }
    void this.updateComplete.then(() => this.input?.focus());
  };

  readonly #handleInput = (event: Event): void => {
    this.typed = (event.target as HTMLInputElement).value;
    this.#narrowed();
  };

  readonly #handleGroup = (event: Event): void => {
    const { value } = event.target as HTMLSelectElement;
    this.groupId = value === '' ? null : value;
    this.#narrowed();
  };

  readonly #handleFreeOnly = (event: Event): void => {
    this.freeOnly = (event.target as HTMLInputElement).checked;
    this.#narrowed();
  };

  readonly #handleKey = (event: KeyboardEvent): void => {
    const call = presentCall(this.#desk.value);
    if (call === null || isComposing(event)) return;
    const choices = this.#choices(this.#topics.state('colleagues')).slice(0, MOST_ROWS);
    const choice = this.#choice(choices, call);
    if (event.key === 'Enter') {
      event.preventDefault();
      return this.#give('consult', call, choice);
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || choices.length === 0) return;
    event.preventDefault();
    const at = choice === undefined ? (step > 0 ? -1 : 0) : choices.indexOf(choice);
    const next = choices[(at + step + choices.length) % choices.length];
    if (next === undefined) return;
    this.chosen = next.key;
    this.renderRoot.querySelector(`[id="${optionId(next)}"]`)?.scrollIntoView({ block: 'nearest' });
  };
}

/** In this shadow root. */
function optionId({ key }: Choice): string {
  return `option-${key.replace(/[^\w-]/g, '_')}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-call-in-panel': CallInPanel;
  }
}
