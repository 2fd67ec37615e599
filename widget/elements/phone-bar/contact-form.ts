import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { Contact } from '../../../server/contract/contact.ts';
import { MutationController } from '../../controllers/query-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { CommandError } from '../../live/command-error.ts';
import '../../parts/failure-note.ts';
import { formText } from '../../parts/form-text.ts';
import { saveContact, type ContactSave } from '../../records/queries.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { sheet } from '../../styles/sheet.css.ts';
import { dialString } from './dial-string.ts';

/** It was saved (`contact`), or removed or left as it was (null). */
export class ContactDoneEvent extends Event {
  static readonly type = 'telebar-contact-done';
  readonly contact: Contact | null;
  constructor(contact: Contact | null) {
    super(ContactDoneEvent.type);
    this.contact = contact;
  }
}

type Fault = 'name' | 'number';

/**
 * A contact of the agent's own, whom nobody else sees, or of the team's phone book: kept, changed, removed.
 *
 * @fires telebar-contact-done - Saved, removed, or left as it was.
 */
@customElement('telebar-contact-form')
export class ContactForm extends LitElement {
  static override styles = [
    reset,
    button,
    field,
    sheet,
    css`
      form {
        display: contents;
      }
      .body {
        display: grid;
        gap: 12px;
      }
      .foot {
        justify-content: flex-end;
      }
      .delete {
        margin-inline-end: auto;
      }
      .check {
        display: flex;
        align-items: center;
        gap: 8px;
        font-size: 13px;
        cursor: pointer;
      }
      .check input {
        width: 16px;
        height: 16px;
        margin: 0;
        accent-color: var(--telebar-accent);
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'parties');
  readonly #save = new MutationController(this, saveContact);

  /** null: a new one. */
  @property({ attribute: false }) contact: Contact | null = null;
  /** Of a new one, as far as it is known. */
  @property() number = '';
  @property() name = '';
  /** Whether a new one may be for the whole team. */
  @property({ type: Boolean }) mayShare = false;
  @state() private faults: ReadonlySet<Fault> = new Set();
  /** Asked to remove it: the next press does. */
  @state() private removing = false;
  @query('input[name=name]') private readonly first!: HTMLInputElement | null;
  /** The version to save over, where it was changed elsewhere. */
  #version: number | null = null;

  override firstUpdated(): void {
    this.first?.focus();
  }

  override render(): unknown {
    const { text } = this.#locale;
    const { contact } = this;
    const pending = this.#save.result?.isPending === true;
    return html`<form novalidate @submit=${this.#handleSubmit} @keydown=${this.#handleKey}>
      <div class="body">
        ${this.#renderField('name', contact?.name ?? this.name, 100)}
        ${this.#renderField('number', contact?.number ?? this.number, 40)}
        <label class="field">
          <span class="label">${text.t('parties.contact.note')}</span>
          <textarea class="input" name="note" maxlength="1000" .value=${contact?.note ?? ''}></textarea>
        </label>
        ${this.#renderShared()}${this.#renderFailure()}
      </div>
      <div class="foot">
        ${
          contact === null
            ? nothing
            : html`<button
                class="button ${this.removing ? 'danger' : 'quiet'} delete"
                type="button"
                @click=${this.#handleRemove}
              >
                ${text.t(this.removing ? 'parties.contact.deleteNow' : 'parties.contact.delete')}
              </button>`
        }
        <button class="button" type="button" @click=${() => this.#done(null)}>
          ${text.t('parties.contact.cancel')}
        </button>
        <button class="button primary" type="submit" aria-busy=${pending ? 'true' : 'false'}>
          ${text.t('parties.contact.save')}
        </button>
      </div>
    </form>`;
  }

  #renderField(name: Fault, value: string, maxLength: number): unknown {
    const { text } = this.#locale;
    const wrong = this.faults.has(name);
    return html`<label class="field">
      <span class="label">${text.t(`parties.contact.${name}`)}</span>
      <input
        class="input ${name === 'number' ? 'num' : ''}"
        name=${name}
        type=${name === 'number' ? 'tel' : 'text'}
        autocomplete="off"
        maxlength=${maxLength}
        aria-invalid=${wrong ? 'true' : 'false'}
        aria-describedby=${wrong ? `${name}-fault` : nothing}
        .value=${value}
      />
      ${
        wrong
          ? html`<span class="error-text" id="${name}-fault" role="alert">
              ${text.t(name === 'name' ? 'parties.contact.noName' : 'parties.contact.noNumber')}
            </span>`
          : nothing
      }
    </label>`;
  }

  /** Whose it is stays as it was. */
  #renderShared(): unknown {
    const { text } = this.#locale;
    if (this.contact?.shared === true) return html`<p class="hint">${text.t('parties.contact.ofTeam')}</p>`;
    if (this.contact !== null || !this.mayShare) return nothing;
    return html`<label class="check">
      <input type="checkbox" name="shared" />
      ${text.t('parties.contact.share')}
    </label>`;
  }

  #renderFailure(): unknown {
    const error = this.#save.result?.error;
    if (!(error instanceof CommandError)) return nothing;
    if (error.code === 'version-conflict') {
      return html`<p class="error-text" role="alert">${this.#locale.text.t('parties.contact.changed')}</p>`;
    }
    return html`<telebar-failure-note
      .failure=${error}
      @telebar-dismiss=${() => this.#save.reset()}
    ></telebar-failure-note>`;
  }

  /** A contact that is gone already was removed. */
  async #send(save: ContactSave): Promise<void> {
    if (this.#save.result?.isPending === true) return;
    try {
      this.#done(await this.#save.mutate(save));
    } catch (error) {
      // Shown by `renderFailure` from the mutation's own result.
      if (!(error instanceof CommandError)) return reportError(error);
      if (error.code === 'not-found' && save.id !== null && save.patch === null) return this.#done(null);
      const theirs = error.details['current'] as Contact | undefined;
      this.#version = theirs?.version ?? this.#version;
    }
  }

  #done(contact: Contact | null): void {
    this.dispatchEvent(new ContactDoneEvent(contact));
  }

  readonly #handleSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const name = formText(form, 'name').trim();
    const number = dialString(formText(form, 'number'));
    const note = formText(form, 'note').trim();
    const isShared = form.querySelector<HTMLInputElement>('[name=shared]')?.checked === true;
    this.faults = new Set<Fault>([
      ...(name === '' ? (['name'] as const) : []),
      ...(number === null ? (['number'] as const) : []),
    ]);
    if (name === '' || number === null) {
      form.querySelector<HTMLInputElement>(`[name=${[...this.faults][0] ?? ''}]`)?.focus();
      return;
    }
    const { contact } = this;
    void this.#send(
      contact === null
        ? { id: null, input: { name, number, note, ...(isShared ? { shared: true } : {}) } }
        : { id: contact.id, patch: { name, number, note, version: this.#version ?? contact.version } },
    );
  };

  readonly #handleRemove = (): void => {
    const { contact } = this;
    if (!this.removing || contact === null) {
      this.removing = true;
      return;
    }
    void this.#send({ id: contact.id, patch: null, version: this.#version ?? contact.version });
  };

  /** Leaves the form, not the panel. */
  readonly #handleKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    this.#done(null);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-contact-form': ContactForm;
  }
}
