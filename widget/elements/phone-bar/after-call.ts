import { LitElement, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import ClipboardCheck from 'lucide/dist/esm/icons/clipboard-check.mjs';
import type { AgentView } from '../../../server/contract/desk.ts';
import type { Reason } from '../../../server/contract/session.ts';
import { DeskController } from '../../controllers/desk-controller.ts';
import { ShellController } from '../../controllers/shell-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { isComposing } from '../../parts/composing.ts';
import { issue } from '../../parts/issue.ts';
import '../../parts/running-clock.ts';
import { CommandError } from '../../live/command-error.ts';
import { DraftStorage } from '../../live/draft-storage.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { stateColours } from '../../styles/state.css.ts';
import { afterCallStyles } from './after-call.styles.ts';

/** More reasons than these are a list to choose from. */
const MOST_CHIPS = 6;
/** Before what stands below another, in a list that knows no levels: an em space. */
const INDENT = '\u2003';

type AfterCallWork = NonNullable<AgentView['acw']>;

/** What the agent has changed and not saved yet. */
interface Draft {
  reasonId?: string | null;
  resultId?: string | null;
  notes?: string;
}

/**
 * After-call work: whose call it was, the time left, and what the call was about. One button saves and makes ready. What
 * was written is saved too when the work ends otherwise: by its time limit, a pause, the bar folded away.
 */
@customElement('telebar-after-call')
export class AfterCall extends LitElement {
  static override styles = [reset, button, field, stateColours, afterCallStyles];

  readonly #desk = new DeskController(this);
  readonly #shell = new ShellController(this);
  readonly #locale = new LocaleController(this, 'panels');

  /** What is not saved yet is still there when the page was reloaded. */
  readonly #drafts = new DraftStorage<Draft>();
  /** The draft that is being saved by the button. */
  #sending: Draft | null = null;

  @query('form') private readonly form!: HTMLFormElement;
  @state() private draft: Draft = {};
  @state() private shownName = '';

  @property({ attribute: false }) work: AfterCallWork | null = null;
  /** Whose call it was, when that is still known. */
  @property() name = '';
  /** strip: the form lies in a row of its own in the bar's grid, the rest where the stage is. */
  @property({ reflect: true }) layout: 'card' | 'strip' = 'card';

  override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('work');
    const other = changed.has('work') && before?.callId !== this.work?.callId;
    if (before && other) this.#saveLate(before);
    if (other) this.draft = this.work === null ? {} : this.#drafts.read(keyOf(this.work));
    // The call leaves the desk before its after-call work is over.
    if (this.name !== '' || other) this.shownName = this.name;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.work !== null) this.#saveLate(this.work);
  }

  override render(): unknown {
    const { text } = this.#locale;
    const { pending } = this.#desk.value ?? {};
    if (this.work === null) return nothing;
    const saved = this.#saved(this.work);
    const changed = this.#changes(this.work) !== null;
    const busy = pending?.has('endAcw') === true || pending?.has('wrapUp') === true;
    return html`<form data-state="acw" @submit=${this.#handleSubmit} @keydown=${this.#handleKey}>
      ${this.#renderLead(this.work)}
      <div class="notes">
        ${this.#renderChoices(saved)}
        <textarea
          class="input"
          name="notes"
          rows=${this.layout === 'strip' ? 1 : 2}
          maxlength="2000"
          aria-label=${text.t('wrapUp.notes')}
          placeholder=${text.t('wrapUp.notes')}
          .value=${live(this.draft.notes ?? saved?.notes ?? '')}
          @input=${this.#handleNotes}
        ></textarea>
      </div>
      <button class="button primary ready" type="submit" aria-busy=${busy ? 'true' : 'false'}>
        ${icon(ClipboardCheck)}<span class="ellipsis"
          >${text.t(changed ? 'wrapUp.save' : 'action.ready')}</span
        >
      </button>
    </form>`;
  }

  #renderLead({ endsAt }: AfterCallWork): unknown {
    const { text } = this.#locale;
    // The clock is an element of its own; languages put it before or after the words.
    const [before, after] = text.t('stage.acwLeft', { time: '|' }).split('|');
    return html`<div class="lead">
      <span class="name ellipsis">${this.shownName === '' ? text.t('stage.acw') : this.shownName}</span>
      ${
        endsAt === null
          ? nothing
          : html`<span class="left ellipsis"
              >${before}<telebar-running-clock class="num" .until=${endsAt}></telebar-running-clock
              >${after}</span
            >`
      }
    </div>`;
  }

  /** Why they called, and what came of it. */
  #renderChoices(saved: AgentView['wrapUp']): unknown {
    const { wrapUpReasons = [], callResults = [] } = this.#desk.value?.snapshot?.team ?? {};
    if (wrapUpReasons.length + callResults.length === 0) return nothing;
    return html`<div class="choices">
      ${this.#renderReasons('reason', wrapUpReasons, saved?.reasonId ?? null)}
      ${this.#renderReasons('result', callResults, saved?.result?.id ?? null)}
    </div>`;
  }

  #renderReasons(name: 'reason' | 'result', reasons: readonly Reason[], saved: string | null): unknown {
    const { text } = this.#locale;
    const key = `${name}Id` as const;
    const label = text.t(`wrapUp.${name}`);
    const { [key]: chosen = saved } = this.draft;
    if (reasons.length === 0) return nothing;
    if (reasons.length > MOST_CHIPS || reasons.some(({ heading }) => heading)) {
      return html`<select
        class="input"
        name=${name}
        aria-label=${label}
        @change=${(event: Event) => this.#change({ [key]: (event.target as HTMLSelectElement).value || null })}
      >
        <option value="" .selected=${live(chosen === null)}>${label}</option>
        ${reasons.map(
          ({ id, label, level = 0, heading = false }) =>
            html`<option value=${id} ?disabled=${heading} .selected=${live(id === chosen)}>
              ${INDENT.repeat(level) + text.label(label)}
            </option>`,
        )}
      </select>`;
    }
    return html`<div class="reasons" role="radiogroup" aria-label=${label}>
      ${repeat(
        reasons,
        ({ id }) => id,
        ({ id, label }) =>
          html`<label class="chip">
            <input
              type="radio"
              name=${name}
              value=${id}
              .checked=${live(id === chosen)}
              @click=${() => this.#change({ [key]: id === chosen ? null : id })}
            />${text.label(label)}
          </label>`,
      )}
    </div>`;
  }

  /** What the record says of the call already. */
  #saved({ callId }: AfterCallWork): AgentView['wrapUp'] {
    const wrapUp = this.#desk.value?.snapshot?.agent.wrapUp ?? null;
    return wrapUp?.callId === callId ? wrapUp : null;
  }

  /** The draft without what is saved already; null: nothing to save. */
  #changes(work: AfterCallWork): Draft | null {
    const { reasonId, resultId, notes } = this.draft;
    const saved = this.#saved(work);
    const changes = {
      ...(reasonId === undefined || reasonId === (saved?.reasonId ?? null) ? {} : { reasonId }),
      ...(resultId === undefined || resultId === (saved?.result?.id ?? null) ? {} : { resultId }),
      ...(notes === undefined || notes.trim() === (saved?.notes ?? '') ? {} : { notes }),
    };
    return Object.keys(changes).length === 0 ? null : changes;
  }

  #change(change: Draft): void {
    if (this.work !== null) this.#keep(this.work, { ...this.draft, ...change });
  }

  #keep(work: AfterCallWork, draft: Draft): void {
    this.draft = draft;
    this.#drafts.write(keyOf(work), draft);
  }

  /** The work is over, and not by this form. */
  #saveLate(work: AfterCallWork): void {
    const changes = this.draft === this.#sending ? null : this.#changes(work);
    if (changes === null) return this.#keep(work, {});
    issue(this.#saveInBackground(work, changes));
  }

  /** What could not be saved is found again when the form is there again. */
  async #saveInBackground(work: AfterCallWork, changes: Draft): Promise<void> {
    const { shell } = this.#shell;
    const { commands } = this.#desk;
    this.draft = {};
    if (commands === undefined) return;
    await commands.wrapUp(work.callId, changes);
    this.#drafts.write(keyOf(work), {});
    shell?.notify(this.#locale.text.t('wrapUp.savedLate'), 'success');
  }

  readonly #handleNotes = (event: Event): void => {
    this.#change({ notes: (event.target as HTMLTextAreaElement).value });
  };

  /** In one line Enter sends, as in every line of a form; in several it takes Control or Command. */
  readonly #handleKey = (event: KeyboardEvent): void => {
    const inNotes = event.target instanceof HTMLTextAreaElement;
    if (event.key !== 'Enter' || isComposing(event) || !inNotes) return;
    const sends = event.ctrlKey || event.metaKey || (this.layout === 'strip' && !event.shiftKey);
    if (!sends) return;
    event.preventDefault();
    this.form.requestSubmit();
  };

  readonly #handleSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const { commands } = this.#desk;
    const { work } = this;
    if (work === null || commands === undefined) return;
    const changes = this.#changes(work);
    if (changes === null) return issue(commands.endAcw());
    issue(this.#finish(work, commands.wrapUp(work.callId, { ...changes, finish: true })));
  };

  /**
   * On its way a draft is not sent once more when the work is over; a refusal leaves it as it is. But there is no place for
   * notes on a call that somebody else has taken: then the work can be ended without.
   */
  async #finish(work: AfterCallWork, saving: Promise<void>): Promise<void> {
    const sent = this.draft;
    this.#sending = sent;
    try {
      await saving;
      if (this.draft === sent) this.#keep(work, {});
    } catch (error) {
      const taken = error instanceof CommandError && error.code === 'no-such-call';
      if (taken && this.draft === sent) this.#keep(work, {});
      throw error;
    } finally {
      this.#sending = null;
    }
  }
}

function keyOf({ callId }: AfterCallWork): string {
  return `wrap-up.${callId}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-after-call': AfterCall;
  }
}
