import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import Delete from 'lucide/dist/esm/icons/delete.mjs';
import Phone from 'lucide/dist/esm/icons/phone.mjs';
import X from 'lucide/dist/esm/icons/x.mjs';
import type { Membership } from '../../../server/contract/desk.ts';
import { DeskController } from '../../controllers/desk-controller.ts';
import { ShellController } from '../../controllers/shell-controller.ts';
import { localizer } from '../../i18n/localizer.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import '../../parts/failure-note.ts';
import '../../parts/number-pad.ts';
import type { DigitEvent } from '../../parts/number-pad.ts';
import type { DialSource } from '../../live/shell.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { sheet } from '../../styles/sheet.css.ts';
import { reasonAgainst } from './availability.ts';
import type { ContactDoneEvent } from './contact-form.ts';
import { dialString } from './dial-string.ts';
import { CloseIntent } from './intents.ts';
import { issue } from '../../parts/issue.ts';
import { LazyParts } from './lazy-parts.ts';
import './recent-calls.ts';
import type { KeepNumberEvent, RedialEvent } from './recent-calls.ts';

/** Number field and pad, as which group, and the recent calls of both sides. */
@customElement('telebar-dial-panel')
export class DialPanel extends LitElement {
  static override styles = [
    reset,
    button,
    field,
    sheet,
    css`
      form {
        display: grid;
        gap: 12px;
      }
      .number {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 8px;
      }
      .entry {
        position: relative;
      }
      .entry .input {
        min-height: 44px;
        padding-right: 44px;
        font-size: 20px;
      }
      /* What may be typed is read whole in both languages. */
      .entry .input::placeholder {
        font-size: 16px;
      }
      .entry .button {
        position: absolute;
        top: 6px;
        right: 6px;
      }
      .call {
        min-height: 44px;
        min-width: 96px;
      }
      telebar-recent-calls {
        margin-top: 16px;
      }
    `,
  ];

  readonly #desk = new DeskController(this);
  readonly #shell = new ShellController(this);
  readonly #locale = new LocaleController(this, 'panels');

  readonly #parts = new LazyParts(this, {
    contact: { load: () => import('./contact-form.ts'), words: 'parties' },
  });

  @query('input[name=number]') private readonly input!: HTMLInputElement | null;
  @state() private groupId: string | null = null;
  @state() private invalid = false;
  /** Of the recent calls, to be kept as a contact. */
  @state() private keeping: { readonly number: string; readonly name: string } | null = null;
  @state() private kept: ReadonlySet<string> = new Set();
  /** Work on although the phone is not linked. */
  @property({ type: Boolean }) linkIgnored = false;

  #askedBy: HTMLElement | null = null;

  override firstUpdated(): void {
    this.input?.focus();
  }

  override render(): unknown {
    const { text } = this.#locale;
    const groups = this.#groups();
    const group = this.#group();
    const blocked = this.#blocked(group);
    const form = this.keeping === null ? null : this.#parts.need('contact');
    return html`<div class="head">
        <h2 id="title">${form === 'ready' ? localizer.t('parties.contact.new') : text.t('dial.title')}</h2>
        <button
          class="button quiet icon-only"
          type="button"
          aria-label=${text.t('bar.close')}
          @click=${() => this.dispatchEvent(new CloseIntent())}
        >
          ${icon(X)}
        </button>
      </div>
      ${form === null ? nothing : this.#renderContact(form)}
      <div class="body" ?hidden=${form !== null}>
        <form @submit=${this.#handleSubmit}>
          ${
            groups.length > 1 || group === undefined
              ? html`<div class="field">
                  <label class="label" for="group">${text.t('dial.group')}</label>
                  <select class="input" id="group" @change=${this.#handleGroup}>
                    ${groups.map(
                      (one) =>
                        html`<option value=${one.groupId} ?selected=${one === group}>${one.name}</option>`,
                    )}
                  </select>
                </div>`
              : nothing
          }
          ${blocked === null ? nothing : html`<p class="hint" role="status">${blocked.why}</p>`}
          <div class="number">
            <span class="entry">
              <input
                class="input num"
                name="number"
                type="tel"
                autocomplete="off"
                maxlength="40"
                aria-label=${text.t('dial.number')}
                placeholder=${text.t('dial.placeholder')}
                aria-invalid=${this.invalid ? 'true' : 'false'}
                aria-describedby="invalid"
                ?disabled=${blocked !== null}
                @input=${() => (this.invalid = false)}
              />
              <button
                class="button quiet icon-only"
                type="button"
                aria-label=${text.t('dial.backspace')}
                ?disabled=${blocked !== null}
                @click=${this.#handleBackspace}
              >
                ${icon(Delete)}
              </button>
            </span>
            <button
              class="button success call"
              type="submit"
              aria-disabled=${blocked === null ? 'false' : 'true'}
              aria-busy=${this.#desk.value?.pending.has('dial') === true ? 'true' : 'false'}
            >
              ${icon(Phone)}${text.t('action.call')}
            </button>
          </div>
          <p class="error-text" id="invalid" role="alert" ?hidden=${!this.invalid}>
            ${text.t('dial.invalid')}
          </p>
          <telebar-failure-note
            .failure=${this.#desk.value?.failures.dial ?? null}
            @telebar-dismiss=${() => this.#desk.desk?.dismissFailure('dial')}
          ></telebar-failure-note>
          <telebar-number-pad
            ?disabled=${blocked !== null}
            @telebar-digit=${this.#handleDigit}
          ></telebar-number-pad>
        </form>
        <telebar-recent-calls
          ?disabled=${blocked?.all === true}
          ?keeps=${this.#desk.value?.session?.rights.includes('use-contacts') === true}
          .kept=${this.kept}
          @telebar-redial=${this.#handleRedial}
          @telebar-keep-number=${this.#handleKeep}
        ></telebar-recent-calls>
      </div>`;
  }

  #renderContact(form: 'loading' | 'ready' | 'failed'): unknown {
    const { text } = this.#locale;
    if (form === 'ready') {
      return html`<telebar-contact-form
        .number=${this.keeping?.number ?? ''}
        .name=${this.keeping?.name ?? ''}
        ?mayShare=${this.#desk.value?.session?.rights.includes('supervise') === true}
        @telebar-contact-done=${this.#handleKept}
      ></telebar-contact-form>`;
    }
    return html`<div class="body" role=${form === 'failed' ? 'alert' : 'status'}>
      <p>${text.t(form === 'failed' ? 'bar.loadFailed' : 'bar.loading')}</p>
      ${
        form === 'failed'
          ? html`<button class="button small" type="button" @click=${() => this.#parts.retry('contact')}>
              ${text.t('bar.retry')}
            </button>`
          : nothing
      }
    </div>`;
  }

  #groups(): Membership[] {
    const groups = this.#desk.value?.snapshot?.agent.groups ?? [];
    return groups.filter((group) => group.signedInSince !== null);
  }

  #group(): Membership | undefined {
    const groups = this.#groups();
    return groups.find((group) => group.groupId === this.groupId) ?? groups[0];
  }

  /** Why the field cannot be used, and whether the list cannot either. */
  #blocked(group: Membership | undefined): { why: string; all: boolean } | null {
    const { text } = this.#locale;
    if (group === undefined) return { why: text.t('dial.noGroup'), all: true };
    const reason = reasonAgainst('dial', this.#desk.value, this.linkIgnored);
    if (reason !== null) return { why: text.t(reason), all: true };
    if (group.dialling === 'off') return { why: text.t('dial.off'), all: true };
    return group.dialling === 'history' ? { why: text.t('dial.restricted'), all: false } : null;
  }

  #dial(number: string, source: DialSource): void {
    const group = this.#group();
    const blocked = this.#blocked(group);
    if (blocked?.all === true || (blocked !== null && source !== 'history')) return;
    const request = group === undefined ? { number } : { number, groupId: group.groupId };
    issue(
      this.#shell.shell?.requestDial(request, source).then((dialled) => {
        if (dialled) this.dispatchEvent(new CloseIntent());
      }),
    );
  }

  readonly #handleSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const typed = this.input?.value ?? '';
    if (typed.trim() === '') return this.input?.focus();
    const number = dialString(typed);
    this.invalid = number === null;
    if (number !== null) this.#dial(number, 'pad');
  };

  readonly #handleDigit = (event: DigitEvent): void => {
    if (this.input === null) return;
    const at = this.input.selectionStart ?? this.input.value.length;
    this.input.setRangeText(event.digit, at, this.input.selectionEnd ?? at, 'end');
    this.invalid = false;
  };

  readonly #handleBackspace = (): void => {
    if (this.input === null) return;
    const end = this.input.selectionEnd ?? this.input.value.length;
    const start = this.input.selectionStart ?? end;
    this.input.setRangeText('', start === end ? Math.max(0, start - 1) : start, end, 'end');
    this.input.focus();
  };

  readonly #handleGroup = (event: Event): void => {
    this.groupId = (event.target as HTMLSelectElement).value;
  };

  readonly #handleKeep = (event: KeepNumberEvent): void => {
    const list = event.currentTarget as HTMLElement;
    const focused = list.shadowRoot?.activeElement;
    this.#askedBy = focused instanceof HTMLElement ? focused : null;
    this.keeping = { number: event.number, name: event.name };
  };

  /** Back to the row it was asked for from. */
  readonly #handleKept = ({ contact }: ContactDoneEvent): void => {
    if (contact !== null && this.keeping !== null) this.kept = new Set([...this.kept, this.keeping.number]);
    this.keeping = null;
    void this.updateComplete.then(() => (this.#askedBy ?? this.input)?.focus());
  };

  readonly #handleRedial = (event: RedialEvent): void => this.#dial(event.number, 'history');
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-dial-panel': DialPanel;
  }
}
