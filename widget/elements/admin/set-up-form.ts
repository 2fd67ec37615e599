import { LitElement, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import X from 'lucide/dist/esm/icons/x.mjs';
import { MutationController, QueryController } from '../../controllers/query-controller.ts';
import { UnloadGuard } from '../../controllers/unload-guard.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { CommandError } from '../../live/command-error.ts';
import { isComposing } from '../../parts/composing.ts';
import '../../parts/failure-note.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { sheet } from '../../styles/sheet.css.ts';
import { faultsOf, isSame, shownOf, typedFaults } from './field-values.ts';
import './set-up-effects.ts';
import './set-up-removal.ts';
import type { RemoveEvent, RemovingEvent } from './set-up-removal.ts';
import { FormDoneEvent } from './form-done.ts';
import { faultyParts, formParts } from './form-parts.ts';
import { formTold } from './form-told.ts';
import type { FieldValue, Form, Sheet, Told, Values, Word } from './kind.ts';
import { formStyles } from './set-up-form.styles.ts';
import { changeSetUp, setUpEffects, setUpRow } from './set-up-queries.ts';

interface Refused {
  readonly kind: 'save' | 'renew' | 'remove';
  readonly heir?: string | null | undefined;
}

/**
 * One agent, group, number or reason: shown, changed, made, taken away. What somebody else changes meanwhile is never overwritten unseen.
 *
 * @fires telebar-form-done - Saved, taken away, or left as it was: `saved`.
 */
@customElement('telebar-set-up-form')
export class SetUpForm extends LitElement {
  static override styles = [reset, button, field, sheet, formStyles];

  readonly #locale = new LocaleController(this, 'admin');
  readonly #row = new QueryController(this, (queries) => setUpRow(queries, this.kind, this.rowId));
  readonly #effects = new QueryController(this, (queries) =>
    setUpEffects(queries, this.kind, this.#isWeighed ? this.rowId : null),
  );
  readonly #save = new MutationController(this, changeSetUp);

  @property({ attribute: false }) kind!: Sheet;
  /** null: a new one. */
  @property() rowId: string | null = null;

  /** Whether it stands in the place of a list, and is never closed. */
  @property({ type: Boolean, reflect: true }) stays = false;
  /** What was typed and chosen; whatever is not in it is as it was. */
  @state() private typed: Values = {};
  @state() private faults: ReadonlyMap<string, string> = new Map();
  @state() private unfolded: ReadonlySet<Word> = new Set();
  @state() private removing = false;
  @state() private renewing = false;
  @state() private leaving = false;
  /** Whether what stands there now was saved here. */
  @state() private saved = false;
  /** What the server has told this once, and of which row. */
  @state() private told: (Told & { readonly id: string }) | null = null;
  /** What the form began with: a list that is read anew changes nothing under somebody's hands. */
  #began: { row: unknown; values: Values } | null = null;
  #isFocused = false;
  /** What was refused for a newer version; of taking it away: what leads there was to go to this heir. */
  #refused: Refused | null = null;

  constructor() {
    super();
    new UnloadGuard(this);
  }

  /** Whether something would be lost. */
  get isTouched(): boolean {
    return Object.keys(this.typed).length > 0 || this.told !== null;
  }

  /** As it is on the server now. */
  begin(): void {
    this.#begin(null);
    this.#row.refetch();
  }

  /** Closes it; what would be lost is asked about first. */
  leave(): void {
    // Whoever has taken it along says so.
    if (this.told !== null) return;
    if (this.isTouched && !this.leaving) this.leaving = true;
    else this.#done(null);
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('kind') || changed.has('rowId')) {
      this.saved = false;
      this.#begin(null);
    }
    const form = this.#form;
    if (this.#began !== null) return;
    if (this.rowId === null) this.#began = { row: null, values: form.valuesOf(null) };
    else {
      const { data, isFetching } = this.#row.result ?? {};
      // What is kept from before may be old by now.
      if (data !== undefined && isFetching !== true) this.#began = { row: data, values: form.valuesOf(data) };
    }
  }

  override updated(): void {
    if (this.#began === null || this.#isFocused) return;
    this.#isFocused = true;
    this.renderRoot.querySelector<HTMLElement>('.input:enabled:not([readonly])')?.focus();
  }

  override render(): unknown {
    const { text } = this.#locale;
    const title =
      this.rowId === null
        ? text.t('admin.new')
        : this.#began === null
          ? ''
          : this.#form.nameOf(this.#began.row, text);
    return html`<form
      novalidate
      aria-label=${title}
      @submit=${this.#handleSubmit}
      @keydown=${this.#handleKey}
    >
      <div class="head">
        <h2>${title}</h2>
        ${
          this.told === null && !this.stays
            ? html`<button
                class="button quiet icon-only"
                type="button"
                aria-label=${text.t('admin.closeForm')}
                @click=${this.#handleLeave}
              >
                ${icon(X)}
              </button>`
            : nothing
        }
      </div>
      ${
        this.told !== null
          ? formTold(this.told, text, this.#handleKept)
          : this.#began === null
            ? this.#renderComing()
            : this.#renderBody(this.#began.row)
      }
    </form>`;
  }

  get #form(): Form {
    if (this.kind.form === null) throw new Error('Nothing of this section can be changed.');
    return this.kind.form;
  }

  /** Whether somebody is about to change it, who is told whom that would meet. */
  get #isWeighed(): boolean {
    return this.told === null && (this.removing || Object.keys(this.typed).length > 0);
  }

  get #values(): Values {
    return { ...this.#began?.values, ...this.typed };
  }

  #renderComing(): unknown {
    const { text } = this.#locale;
    const { error, isError } = this.#row.result ?? {};
    if (isError !== true) {
      return html`<div class="body" aria-busy="true">
        ${[1, 2, 3, 4].map(() => html`<div class="bone"></div>`)}
      </div>`;
    }
    return html`<div class="body">
      ${error instanceof CommandError ? html`<telebar-failure-note permanent .failure=${error}></telebar-failure-note>` : nothing}
      <button class="button" type="button" @click=${() => this.#row.refetch()}>${text.t('bar.retry')}</button>
    </div>`;
  }

  #renderBody(row: unknown): unknown {
    const { text } = this.#locale;
    const { remove } = this.#form;
    const effects = this.#isWeighed ? this.#effects.result?.data : undefined;
    const pending = this.#save.result?.isPending === true;
    const fixed = row === null ? null : (this.#form.fixed?.(row) ?? null);
    return html`<div class="body" tabindex=${fixed === null ? nothing : 0}>
        ${fixed === null ? nothing : html`<p class="hint">${text.t(fixed)}</p>`}
        ${formParts(this.#form.parts(row), {
          ...{ text, values: this.#values, faults: this.faults, unfolded: this.unfolded },
          type: this.#type,
          fold: this.#fold,
        })}
        ${row === null ? nothing : this.#renderFurther(row)}
        ${
          remove === null || row === null || fixed !== null
            ? nothing
            : html`<telebar-set-up-removal
                .removal=${remove}
                .rowId=${this.rowId}
                .effects=${effects ?? null}
                .removing=${this.removing}
                @telebar-removing=${this.#handleRemoving}
                @telebar-remove=${({ heir }: RemoveEvent) => this.#remove(row, heir)}
              ></telebar-set-up-removal>`
        }
      </div>
      <div class="foot" ?hidden=${fixed !== null}>
        ${this.#renderFailure()}
        ${effects === undefined ? nothing : html`<telebar-set-up-effects role="status" .effects=${effects}></telebar-set-up-effects>`}
        ${this.leaving ? html`<p class="hint" role="alert">${text.t('admin.unsaved')}</p>` : nothing}
        <div class="buttons">
          ${this.saved ? html`<span class="saved" role="status">${text.t('admin.saved')}</span>` : nothing}
          ${
            this.stays && !this.isTouched
              ? nothing
              : html`<button
                  class="button ${this.leaving ? 'danger outline' : ''}"
                  type="button"
                  @click=${this.#handleLeave}
                >
                  ${text.t(this.leaving ? 'admin.discard' : 'admin.cancel')}
                </button>`
          }
          <button class="button primary" type="submit" aria-busy=${pending ? 'true' : 'false'}>
            ${text.t('admin.save')}
          </button>
        </div>
      </div>`;
  }

  #renderFurther(row: unknown): unknown {
    const { text } = this.#locale;
    const isTyped = Object.keys(this.typed).length > 0;
    const { renew, beside, below } = this.#form;
    return html`${
      renew === undefined
        ? nothing
        : html`<div class="step">
            <h3 class="section-title">${text.t(renew.title)}</h3>
            ${this.renewing ? html`<p>${text.t(renew.sentence)}</p>` : nothing}
            ${isTyped ? html`<p class="hint">${text.t('admin.renew.later')}</p>` : nothing}
            <button class="button" type="button" ?disabled=${isTyped} @click=${() => this.#handleRenew(row)}>
              ${text.t(renew.label)}
            </button>
          </div>`
    }
    ${
      beside === undefined
        ? nothing
        : html`<div class="beside" @telebar-row-changed=${this.#handleRowChanged}>${beside(row)}</div>`
    }
    ${
      below === undefined
        ? nothing
        : html`<section>
            <h3 class="section-title">${text.t(below.title)}</h3>
            ${below.render(row)}
          </section>`
    }`;
  }

  #renderFailure(): unknown {
    const { text } = this.#locale;
    const error = this.#save.result?.error;
    if (!(error instanceof CommandError)) return nothing;
    if (error.code === 'version-conflict' && 'current' in error.details) {
      const others = this.#changedElsewhere(error.details['current']);
      return html`<div class="conflict" role="alert">
        <p>
          ${
            others.length === 0
              ? text.t('admin.conflict')
              : text.t('admin.conflict.fields', { fields: others.join(text.t('admin.listSeparator')) })
          }
        </p>
        <button class="button small" type="button" @click=${() => this.#begin(error.details['current'])}>
          ${text.t('admin.conflict.theirs')}
        </button>
        <button class="button small" type="button" @click=${() => this.#sendOver(error.details['current'])}>
          ${text.t('admin.conflict.mine')}
        </button>
      </div>`;
    }
    return html`<telebar-failure-note
      .failure=${error}
      @telebar-dismiss=${this.#forgive}
    ></telebar-failure-note>`;
  }

  /** Labels of what is otherwise now than when this form began. */
  #changedElsewhere(current: unknown): string[] {
    const before = this.#began?.values ?? {};
    const now = this.#form.valuesOf(current);
    return this.#form
      .parts(current)
      .flatMap(({ fields }) => fields)
      .filter(({ key, kind }) => kind !== 'chain' && !isSame(before[key], now[key]))
      .map(({ label }) => this.#locale.text.t(label));
  }

  readonly #type = (key: string, value: FieldValue): void => {
    const typed = { ...this.typed };
    if (isSame(this.#began?.values[key], value)) delete typed[key];
    else typed[key] = value;
    this.typed = typed;
    this.leaving = false;
    this.saved = false;
    if (this.faults.has(key)) this.faults = new Map([...this.faults].filter(([other]) => other !== key));
  };

  readonly #fold = (title: Word, isOpen: boolean): void => {
    if (isOpen === this.unfolded.has(title)) return;
    const unfolded = new Set(this.unfolded);
    if (isOpen) unfolded.add(title);
    else unfolded.delete(title);
    this.unfolded = unfolded;
  };

  /** @param row as it is now; null: it is still to come */
  #begin(row: unknown): void {
    this.#save.reset();
    this.#began = row === null ? null : { row, values: this.#form.valuesOf(row) };
    this.typed = {};
    this.told = null;
    this.faults = new Map();
    this.removing = false;
    this.renewing = false;
    this.leaving = false;
    this.#refused = null;
    if (row === null) {
      this.#isFocused = false;
      this.unfolded = new Set();
    }
  }

  /** What was typed here stays, over what somebody else has saved; or it is renewed, or taken away, all the same. */
  #sendOver(current: unknown): void {
    const { typed } = this;
    const refused = this.#refused;
    this.#begin(current);
    this.typed = typed;
    if (refused?.kind === 'remove') this.#remove(current, refused.heir);
    else if (refused?.kind === 'renew' && !this.isTouched) this.#renew(current);
    else void this.#send();
  }

  async #send(): Promise<void> {
    if (this.#began === null || this.#save.result?.isPending === true) return;
    const { row, values: began } = this.#began;
    const typed = shownOf(this.#form.parts(row), began, this.typed);
    const values = { ...began, ...typed };
    this.faults = typedFaults(this.#form.parts(row), values, this.#locale.text);
    if (this.faults.size > 0) return this.#focusFault();
    const form = this.#form;
    this.#refused = null;
    if (row !== null && Object.keys(typed).length === 0) return this.#done(null);
    try {
      const saved = await this.#save.mutate(
        row === null ? form.create(values) : form.change(row, typed, values, form.versionOf(row)),
      );
      this.#saved(saved);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      this.#refuse(error, { kind: 'save' });
      this.faults = faultsOf(
        error,
        form.parts(row).flatMap(({ fields }) => fields),
        this.#locale.text.t('admin.wrong'),
      );
      if (this.faults.size > 0) await this.#focusFault();
    }
  }

  #saved(saved: unknown): void {
    const id = this.kind.idOf(saved);
    const told = this.#form.told?.(saved) ?? null;
    if (told === null) return this.#done(id);
    this.typed = {};
    this.told = { ...told, id };
  }

  #handleRenew(row: unknown): void {
    if (this.renewing) this.#renew(row);
    else this.renewing = true;
  }

  #renew(row: unknown): void {
    const form = this.#form;
    const { renew } = form;
    if (renew === undefined || this.#save.result?.isPending === true) return;
    this.#refused = null;
    this.#save.mutate(renew.request(row, form.versionOf(row))).then(
      (saved) => this.#saved(saved),
      // The foot shows it.
      (error: unknown) => {
        this.renewing = false;
        this.#refuse(error, { kind: 'renew' });
        if (!(error instanceof CommandError)) reportError(error);
      },
    );
  }

  #refuse(error: unknown, refused: Refused): void {
    if (error instanceof CommandError && error.code === 'version-conflict') this.#refused = refused;
  }

  readonly #forgive = (): void => {
    this.#save.reset();
    this.#refused = null;
  };

  readonly #handleRemoving = ({ removing }: RemovingEvent): void => {
    this.removing = removing;
    if (!removing && this.#refused?.kind === 'remove') this.#forgive();
  };

  async #focusFault(): Promise<void> {
    const parts = this.#form.parts(this.#began?.row ?? null);
    this.unfolded = new Set([...this.unfolded, ...faultyParts(parts, this.faults)]);
    await this.updateComplete;
    const [key] = this.faults.keys();
    this.renderRoot.querySelector<HTMLElement>(`[data-key="${key}"]`)?.focus();
  }

  #done(saved: string | null): void {
    this.typed = {};
    this.told = null;
    this.saved = this.stays && saved !== null;
    this.dispatchEvent(new FormDoneEvent(saved));
  }

  readonly #handleSubmit = (event: Event): void => {
    event.preventDefault();
    void this.#send();
  };

  readonly #handleKept = (): void => this.#done(this.told?.id ?? null);
  /** What was typed stays, over the row as it is now. */
  readonly #handleRowChanged = (): void => {
    void this.#row.readAnew().then((data) => {
      if (data !== undefined && this.#began !== null) {
        this.#began = { row: data, values: this.#form.valuesOf(data) };
        this.requestUpdate();
      }
    });
  };

  readonly #handleLeave = (): void => this.leave();

  readonly #handleKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || isComposing(event)) return;
    event.stopPropagation();
    this.#handleLeave();
  };

  #remove(row: unknown, heir: string | null | undefined): void {
    const form = this.#form;
    if (form.remove === null || this.#save.result?.isPending === true) return;
    this.#refused = null;
    this.#save.mutate(form.remove.request(row, form.versionOf(row), heir)).then(
      () => this.#done(this.rowId),
      // The foot shows it.
      (error: unknown) => {
        this.#refuse(error, { kind: 'remove', heir });
        if (!(error instanceof CommandError)) reportError(error);
      },
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-set-up-form': SetUpForm;
  }
}
