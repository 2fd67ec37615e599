import { LitElement, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import CircleAlert from 'lucide/dist/esm/icons/circle-alert.mjs';
import Check from 'lucide/dist/esm/icons/check.mjs';
import type { Customer } from '../../../server/contract/customer.ts';
import type { CustomField } from '../../../server/contract/session.ts';
import { DeskController } from '../../controllers/desk-controller.ts';
import { MutationController } from '../../controllers/query-controller.ts';
import { failureText } from '../../i18n/failure-text.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { CommandError } from '../../live/command-error.ts';
import { DraftStorage } from '../../live/draft-storage.ts';
import { saveCustomer } from '../../records/queries.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { cardStyles } from './customer-card.styles.ts';
import {
  EMPTY_DRAFT,
  STANDARD_KEYS,
  fieldValue,
  isEmpty,
  missingKeys,
  numbersValue,
  standardValue,
  toInput,
  toPatch,
  withField,
  type CustomerDraft,
  type StandardKey,
} from './customer-draft.ts';
import './field-input.ts';
import type { FieldChangeEvent } from './field-input.ts';

/** A customer was created or saved. */
export class CustomerSavedEvent extends Event {
  static readonly type = 'telebar-customer-saved';
  readonly customer: Customer;
  constructor(customer: Customer) {
    super(CustomerSavedEvent.type);
    this.customer = customer;
  }
}

/**
 * The card of one customer, edited in place: an existing one is saved field by field, a new one by its button. What is
 * not saved stays as a draft.
 *
 * @fires telebar-customer-saved - A customer was created or saved: `customer`.
 */
@customElement('telebar-customer-card')
export class CustomerCard extends LitElement {
  static override styles = [reset, button, field, cardStyles];

  readonly #locale = new LocaleController(this, 'refusals', 'screenPop');
  readonly #online = new DeskController(this, ({ connection }) => connection === 'online');
  readonly #save = new MutationController(this, saveCustomer);
  readonly #drafts = new DraftStorage<CustomerDraft>();
  #wasOnline = true;
  /** A field was left while another was being saved. */
  #sendNext = false;

  /** null: a new customer. */
  @property({ attribute: false }) customer: Customer | null = null;
  /** Number of the call, for a new customer. */
  @property() number = '';
  @property({ attribute: false }) fields: readonly CustomField[] = [];

  @state() private draft: CustomerDraft = EMPTY_DRAFT;
  @state() private kept = false;
  @state() private savedAt: number | null = null;
  @state() private missing: ReadonlySet<string> = new Set();

  override willUpdate(changed: PropertyValues<this>): void {
    const previous = changed.get('customer');
    const other = changed.has('customer') && previous?.id !== this.customer?.id;
    if (!other && !changed.has('number') && this.hasUpdated) return;
    this.draft = this.#drafts.read(this.#key());
    this.kept = !isEmpty(this.draft);
    this.missing = new Set();
    if (previous !== null || !this.hasUpdated) this.savedAt = null;
    this.#save.reset();
  }

  /** What could not be sent without a connection goes when it is back. */
  override updated(): void {
    const online = this.#online.value ?? true;
    const isBack = online && !this.#wasOnline;
    this.#wasOnline = online;
    const error = this.#save.result?.error;
    if (!isBack || !(error instanceof CommandError) || error.code !== 'offline') return;
    queueMicrotask(() => void this.#send());
  }

  override render(): unknown {
    const { text } = this.#locale;
    const standard = STANDARD_KEYS.map((key) => [key, text.t(`pop.${key}`)] as const);
    return html`<form @submit=${this.#handleSubmit} novalidate>
      <div class="top">
        <h3>${text.t(this.customer === null ? 'pop.new' : 'pop.customer')}</h3>
        ${this.#renderStatus()}
      </div>
      ${this.customer === null ? html`<p class="hint">${text.t('pop.newHint')}</p>` : nothing}
      ${this.#renderFailure()}
      <div class="fields">
        ${standard.slice(0, 1).map(([key, label]) => this.#renderStandard(key, label))}
        ${this.#renderNumbers()} ${standard.slice(1).map(([key, label]) => this.#renderStandard(key, label))}
        ${this.fields.map((one) => this.#renderCustom(one))}
      </div>
      ${
        this.customer === null
          ? html`<div class="save">
              <button
                class="button primary"
                type="submit"
                aria-busy=${this.#save.result?.isPending === true ? 'true' : 'false'}
              >
                ${text.t('pop.save')}
              </button>
            </div>`
          : nothing
      }
    </form>`;
  }

  #renderStandard(key: StandardKey, label: string): unknown {
    return html`<telebar-field-input
      name=${key}
      .label=${label}
      .kind=${key === 'note' ? 'multiline' : 'text'}
      ?required=${key === 'name' && numbersValue(this.customer, this.draft, this.number).length === 0}
      ?missing=${this.missing.has(key)}
      .value=${standardValue(this.customer, this.draft, key)}
      @telebar-field-change=${(event: FieldChangeEvent) =>
        this.#change({ ...this.draft, [key]: String(event.value ?? '') }, event.done)}
    ></telebar-field-input>`;
  }

  #renderNumbers(): unknown {
    const numbers = numbersValue(this.customer, this.draft, this.number);
    const label = this.#locale.text.t('pop.numbers');
    // One more than there are: writing into the empty one adds a number, emptying one removes it.
    return [...numbers, ''].map(
      (number, index) =>
        html`<telebar-field-input
          name=${`number-${index}`}
          .label=${index === 0 ? label : ''}
          .hiddenLabel=${`${label} ${index + 1}`}
          .kind=${'text'}
          numeric
          .placeholder=${index === numbers.length ? this.#locale.text.t('pop.addNumber') : ''}
          .value=${number}
          @telebar-field-change=${(event: FieldChangeEvent) => {
            const next = [...numbers];
            next[index] = String(event.value ?? '');
            const compact = event.done ? next.filter((one) => one.trim() !== '') : next;
            this.#change({ ...this.draft, numbers: compact }, event.done);
          }}
        ></telebar-field-input>`,
    );
  }

  #renderCustom(one: CustomField): unknown {
    return html`<telebar-field-input
      name=${one.key}
      .label=${this.#locale.text.label(one.label)}
      .kind=${one.type}
      .options=${one.options}
      ?required=${one.required}
      ?readOnly=${one.readOnly}
      ?missing=${this.missing.has(one.key)}
      .value=${fieldValue(this.customer, this.draft, one.key)}
      @telebar-field-change=${(event: FieldChangeEvent) =>
        this.#change(withField(this.draft, one.key, event.value), event.done)}
    ></telebar-field-input>`;
  }

  #renderStatus(): unknown {
    const { text } = this.#locale;
    const result = this.#save.result;
    if (result?.isPending === true)
      return html`<span class="status" role="status">${text.t('pop.saving')}</span>`;
    if (result?.isError === true) return html`<span class="status bad">${text.t('pop.saveFailed')}</span>`;
    if (!isEmpty(this.draft)) {
      return html`<span class="status" role="status"
        >${text.t(this.kept ? 'pop.draft' : 'pop.notSaved')}</span
      >`;
    }
    if (this.savedAt === null) return nothing;
    return html`<span class="status good" role="status">
      ${icon(Check)}${text.t('pop.saved', { time: text.time(this.savedAt) })}
    </span>`;
  }

  #renderFailure(): unknown {
    const { text } = this.#locale;
    const error = this.#save.result?.error;
    if (error === null || error === undefined) return nothing;
    const conflict = error instanceof CommandError && error.code === 'version-conflict';
    const sentence = conflict
      ? text.t('pop.conflict')
      : error instanceof CommandError
        ? failureText(text, error)
        : text.t('problem.internal');
    return html`<div class="problem" role="alert">
      ${icon(CircleAlert)}<span>${sentence}</span>
      <span class="choices">
        ${
          conflict
            ? html`<button class="button small" type="button" @click=${this.#handleTheirs}>
                  ${text.t('pop.showTheirs')}
                </button>
                <button class="button small primary" type="button" @click=${this.#handleMine}>
                  ${text.t('pop.keepMine')}
                </button>`
            : html`<button class="button small" type="button" @click=${() => void this.#send()}>
                ${text.t('pop.retry')}
              </button>`
        }
      </span>
    </div>`;
  }

  #key(): string {
    return this.customer === null ? `number.${this.number}` : `customer.${this.customer.id}`;
  }

  /** `done`: the field was left; then an existing customer is saved. */
  #change(draft: CustomerDraft, done: boolean): void {
    this.draft = draft;
    this.kept = this.#drafts.write(this.#key(), draft);
    if (this.missing.size > 0) this.missing = missingKeys(this.customer, draft, this.fields, this.number);
    if (done && this.customer !== null) void this.#send();
  }

  /** Sends the draft. `version`: which one to overwrite; default: the one that was read. */
  async #send(version = this.customer?.version ?? 0): Promise<void> {
    if (this.#save.result?.isPending === true) {
      this.#sendNext = true;
      return;
    }
    this.#sendNext = false;
    if (isEmpty(this.draft)) return;
    this.missing = missingKeys(
      this.customer,
      this.draft,
      this.customer === null ? this.fields : [],
      this.number,
    );
    if (this.missing.size > 0) return;
    const key = this.#key();
    const sent = this.draft;
    try {
      const customer = await this.#save.mutate(
        this.customer === null
          ? { id: null, input: toInput(sent, this.number) }
          : { id: this.customer.id, patch: toPatch(sent, version) },
      );
      // What was typed while it was being saved stays a draft and goes next.
      const rest = this.draft === sent ? EMPTY_DRAFT : this.draft;
      this.#drafts.write(key, EMPTY_DRAFT);
      this.draft = rest;
      this.savedAt = Date.now();
      this.dispatchEvent(new CustomerSavedEvent(customer));
      if (this.#sendNext && this.customer !== null) void this.#send(customer.version);
    } catch (error) {
      // Shown by `renderFailure` from the mutation's own result; the draft is kept.
      if (!(error instanceof CommandError)) reportError(error);
    }
  }

  readonly #handleSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (isEmpty(this.draft)) this.missing = missingKeys(this.customer, this.draft, this.fields, this.number);
    void this.#send();
  };

  #theirs(): Customer | null {
    const error = this.#save.result?.error;
    return error instanceof CommandError
      ? ((error.details['current'] as Customer | undefined) ?? null)
      : null;
  }

  readonly #handleTheirs = (): void => {
    const theirs = this.#theirs();
    this.draft = EMPTY_DRAFT;
    this.#drafts.write(this.#key(), EMPTY_DRAFT);
    this.#save.reset();
    if (theirs !== null) this.dispatchEvent(new CustomerSavedEvent(theirs));
  };

  readonly #handleMine = (): void => {
    const theirs = this.#theirs();
    this.#save.reset();
    void this.#send(theirs?.version);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-customer-card': CustomerCard;
  }
}
