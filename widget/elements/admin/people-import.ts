import { LitElement, css, html, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import Download from 'lucide/dist/esm/icons/download.mjs';
import Upload from 'lucide/dist/esm/icons/upload.mjs';
import X from 'lucide/dist/esm/icons/x.mjs';
import { MOST_ROWS, PeopleReport } from '../../../server/contract/people-file.ts';
import { MutationController } from '../../controllers/query-controller.ts';
import { UnloadGuard } from '../../controllers/unload-guard.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { CommandError } from '../../live/command-error.ts';
import '../../parts/failure-note.ts';
import { saveFile } from '../../platform/save-file.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { sheet } from '../../styles/sheet.css.ts';
import './copy-text.ts';
import { FormDoneEvent } from './form-done.ts';
import { formStyles } from './set-up-form.styles.ts';
import { changeSetUp } from './set-up-queries.ts';

const MOST_BYTES = 1024 * 1024;
/** Rows that are shown; the file is corrected from the first ones on. */
const ROWS_SHOWN = 50;

/**
 * People as a table: looked at first, with what is wrong row by row, then taken as a whole.
 *
 * @fires telebar-form-done - It is not needed any more.
 */
@customElement('telebar-people-import')
export class PeopleImport extends LitElement {
  static override styles = [
    reset,
    button,
    field,
    sheet,
    formStyles,
    css`
      ul {
        display: grid;
        gap: 8px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: grid;
        gap: 2px;
        font-size: 13px;
        line-height: 18px;
      }
      strong {
        font-weight: 600;
      }
      /* In words of ours: those of the browser are in another language. */
      .file {
        position: relative;
        display: flex;
        align-items: center;
        gap: 12px;
        cursor: pointer;
      }
      .file input {
        position: absolute;
        inset: 0;
        opacity: 0;
        cursor: pointer;
      }
      .file input:focus-visible + .button {
        outline: 2px solid var(--telebar-focus);
        outline-offset: 2px;
      }
      .file .button {
        flex: none;
      }
      .file-name {
        min-width: 0;
        overflow: hidden;
        font-size: 13px;
        line-height: 18px;
        color: var(--telebar-text-muted);
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .text {
        min-height: 120px;
        font:
          12px/18px ui-monospace,
          monospace;
        white-space: pre;
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'people');
  readonly #send = new MutationController(this, changeSetUp);

  @state() private report: PeopleReport | null = null;
  @state() private fault: 'nothing' | 'tooLarge' | null = null;
  /** Somebody wants to leave before they have said that they have the passwords. */
  @state() private leaving = false;
  @query('[name=file]') private readonly file!: HTMLInputElement | null;
  @query('[name=text]') private readonly text!: HTMLTextAreaElement | null;
  @query('[name=existing]') private readonly existing!: HTMLSelectElement | null;

  constructor() {
    super();
    new UnloadGuard(this);
  }

  /** Whether passwords would be lost that are told this once. */
  get isTouched(): boolean {
    return this.report?.applied === true && this.report.passwords.length > 0;
  }

  /** Closes it, unless something would be lost: that is said, and stays. */
  leave(): void {
    if (this.isTouched) this.leaving = true;
    else this.dispatchEvent(new FormDoneEvent(null));
  }

  override firstUpdated(): void {
    this.file?.focus();
  }

  override render(): unknown {
    if (!this.#locale.ready) return nothing;
    const { text } = this.#locale;
    return html`<form novalidate aria-label=${text.t('people.import')} @submit=${this.#handleLook}>
      <div class="head">
        <h2>${text.t('people.import')}</h2>
        <button
          class="button quiet icon-only"
          type="button"
          aria-label=${text.t('people.close')}
          @click=${this.#handleClose}
        >
          ${icon(X)}
        </button>
      </div>
      <div class="body">
        ${this.report?.applied === true ? this.#renderDone(this.report) : this.#renderAsking()}
      </div>
      <div class="foot">${this.#renderFoot()}</div>
    </form>`;
  }

  #renderAsking(): unknown {
    const { text } = this.#locale;
    return html`<p class="hint">${text.t('people.lead')}</p>
      <div class="field">
        <span class="label" id="file-label">${text.t('people.file')}</span>
        <label class="file">
          <input
            type="file"
            name="file"
            aria-labelledby="file-label"
            accept=".csv,.txt,.tsv,text/csv,text/plain"
            @change=${this.#handleChanged}
          />
          <span class="button" aria-hidden="true">${icon(Upload)}${text.t('people.choose')}</span>
          <span class="file-name">${this.file?.files?.[0]?.name ?? text.t('people.noFile')}</span>
        </label>
      </div>
      <label class="field">
        <span class="label">${text.t('people.text')}</span>
        <textarea class="input text" name="text" spellcheck="false" @input=${this.#handleChanged}></textarea>
      </label>
      <label class="field">
        <span class="label">${text.t('people.existing')}</span>
        <select class="input" name="existing" @change=${this.#handleChanged}>
          <option value="update">${text.t('people.existing.update')}</option>
          <option value="refuse">${text.t('people.existing.refuse')}</option>
        </select>
      </label>
      ${this.report === null ? nothing : this.#renderReport(this.report)}`;
  }

  #renderReport(report: PeopleReport): unknown {
    const { text } = this.#locale;
    const { fault, created, updated, unchanged, refused, ignored, rows } = report;
    if (fault !== null) {
      return html`<p class="error-text" role="alert">
        ${text.t(`people.fault.${fault.code}`, { line: fault.line ?? 1, most: text.number(MOST_ROWS) })}
      </p>`;
    }
    const wrong = rows.filter(({ change }) => change === 'refuse');
    return html`<div role="status">
        <p>${text.t('people.summary', { created, updated, unchanged, refused })}</p>
        ${ignored.length === 0 ? nothing : html`<p class="hint">${text.t('people.ignored', { columns: ignored.join(' · ') })}</p>`}
        ${refused === 0 && created + updated === 0 ? html`<p>${text.t('people.same')}</p>` : nothing}
        ${refused === 0 ? nothing : html`<p class="error-text">${text.t('people.wrong')}</p>`}
      </div>
      ${
        wrong.length === 0
          ? nothing
          : html`<ul aria-label=${text.t('people.wrongRows')}>
                ${wrong.slice(0, ROWS_SHOWN).map(
                  ({ line, number, name, faults }) =>
                    html`<li>
                      <strong>${text.t('people.row', { line, number, name })}</strong>
                      ${faults.map(({ code, value }) => html`<span>${text.t(`people.fault.${code}`, { value })}</span>`)}
                    </li>`,
                )}
              </ul>
              ${
                refused > ROWS_SHOWN
                  ? html`<p class="hint">${text.t('people.moreRows', { count: refused - ROWS_SHOWN })}</p>`
                  : nothing
              }`
      }`;
  }

  #renderDone({ created, updated, passwords }: PeopleReport): unknown {
    const { text } = this.#locale;
    const done = html`<p role="status">${text.t('people.done', { created, updated })}</p>`;
    if (passwords.length === 0) return done;
    const lines = passwords.map(({ number, name, username, password }) =>
      [number, name, username, password].join('\t'),
    );
    return html`${done}
      <p>${text.t('people.passwords')}</p>
      <telebar-copy-text
        table
        .label=${text.t('people.passwords.columns')}
        .value=${lines.join('\n')}
        .rows=${Math.min(12, lines.length + 1)}
      >
        <button class="button small" type="button" @click=${this.#handleSave}>
          ${icon(Download)}${text.t('people.savePasswords')}
        </button>
      </telebar-copy-text>`;
  }

  #renderFoot(): unknown {
    const { text } = this.#locale;
    const { error, isPending } = this.#send.result ?? {};
    const busy = isPending === true ? 'true' : 'false';
    const { report } = this;
    const count = report === null || report.refused > 0 ? 0 : report.created + report.updated;
    return html`${this.fault === null ? nothing : html`<p class="error-text" role="alert">${text.t(`people.${this.fault}`)}</p>`}
      ${
        error instanceof CommandError
          ? html`<telebar-failure-note
              .failure=${error}
              @telebar-dismiss=${() => this.#send.reset()}
            ></telebar-failure-note>`
          : nothing
      }
      ${this.leaving && this.isTouched ? html`<p class="error-text" role="alert">${text.t('people.passwords.unsaved')}</p>` : nothing}
      <div class="buttons">
        ${
          report?.applied === true
            ? this.isTouched
              ? html`<button class="button primary" type="button" @click=${this.#handleKept}>
                  ${text.t('people.passwords.kept')}
                </button>`
              : html`<button class="button" type="button" @click=${this.#handleAgain}>
                  ${text.t('people.again')}
                </button>`
            : html`<button class="button ${count > 0 ? '' : 'primary'}" type="submit" aria-busy=${busy}>
                  ${text.t('people.look')}
                </button>
                ${
                  count === 0
                    ? nothing
                    : html`<button
                        class="button primary"
                        type="button"
                        aria-busy=${busy}
                        @click=${() => void this.#ask(true)}
                      >
                        ${text.t('people.apply', { count })}
                      </button>`
                }`
        }
      </div>`;
  }

  async #ask(apply: boolean): Promise<void> {
    const file = this.file?.files?.[0];
    const pasted = this.text?.value ?? '';
    this.fault = null;
    if (file === undefined && pasted.trim() === '') this.fault = 'nothing';
    else if ((file?.size ?? pasted.length) > MOST_BYTES) this.fault = 'tooLarge';
    if (this.fault !== null || this.#send.result?.isPending === true) return;
    const source = file === undefined ? { text: pasted } : { file: await base64Of(file) };
    const body = { ...source, existing: this.existing?.value ?? 'refuse', apply };
    try {
      this.report = (await this.#send.mutate({
        method: 'POST',
        path: '/set-up/agents/import',
        body,
        schema: PeopleReport,
        timeoutMs: 60_000,
      })) as PeopleReport;
    } catch (error) {
      // The foot shows it.
      if (!(error instanceof CommandError)) throw error;
      this.report = null;
    }
  }

  readonly #handleLook = (event: Event): void => {
    event.preventDefault();
    void this.#ask(false);
  };

  /** What was looked at is another one by now. */
  readonly #handleChanged = (): void => {
    this.report = null;
    this.fault = null;
    this.requestUpdate();
  };

  readonly #handleAgain = (): void => {
    this.report = null;
    this.#send.reset();
  };

  /** They have been taken along: nothing holds the panel any more. */
  readonly #handleKept = (): void => {
    if (this.report !== null) this.report = { ...this.report, passwords: [] };
    this.leaving = false;
  };

  /** Made by the server, of letters and digits: names are the only cells that could be more. */
  readonly #handleSave = (): void => {
    const { text } = this.#locale;
    const rows = (this.report?.passwords ?? []).map(({ number, name, username, password }) =>
      [number, name, username, password].map(quoted).join(','),
    );
    saveFile(
      text.t('people.passwords.name'),
      `\uFEFF${rows.map((row) => `${row}\r\n`).join('')}`,
      'text/csv',
    );
  };

  readonly #handleClose = (): void => this.leave();
}

function quoted(cell: string): string {
  return `"${(/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell).replaceAll('"', '""')}"`;
}

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  }
  return btoa(parts.join(''));
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-people-import': PeopleImport;
  }
}
