import { LitElement, css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import Download from 'lucide/dist/esm/icons/download.mjs';
import Upload from 'lucide/dist/esm/icons/upload.mjs';
import { PeopleFile } from '../../../server/contract/people-file.ts';
import { MutationController } from '../../controllers/query-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { saveFile } from '../../platform/save-file.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { exportPeople } from './set-up-queries.ts';

/** A table of people is to be brought in. */
export class OpenImportEvent extends Event {
  static readonly type = 'telebar-open-import';
  constructor() {
    super(OpenImportEvent.type, { bubbles: true, composed: true });
  }
}

/**
 * People as a table: out of the team and into it.
 *
 * @fires telebar-open-import - A table is to be brought in.
 */
@customElement('telebar-people-tools')
export class PeopleTools extends LitElement {
  static override styles = [
    reset,
    button,
    field,
    css`
      :host {
        display: contents;
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'people');
  readonly #export = new MutationController(this, exportPeople);

  override render(): unknown {
    if (!this.#locale.ready) return nothing;
    const { text } = this.#locale;
    const { isPending, isError } = this.#export.result ?? {};
    return html`${isError === true ? html`<span class="error-text" role="alert">${text.t('people.exportFailed')}</span>` : nothing}
      <button
        class="button icon-only"
        type="button"
        title=${text.t('people.import')}
        aria-label=${text.t('people.import')}
        @click=${() => this.dispatchEvent(new OpenImportEvent())}
      >
        ${icon(Upload)}
      </button>
      <button
        class="button icon-only"
        type="button"
        title=${text.t('people.export')}
        aria-label=${text.t('people.export')}
        aria-busy=${isPending === true ? 'true' : 'false'}
        @click=${this.#handleExport}
      >
        ${icon(Download)}
      </button>`;
  }

  readonly #handleExport = (): void => {
    const { locale } = this.#locale.text;
    this.#export
      .mutate({ method: 'GET', path: '/set-up/agents/export', query: { locale }, schema: PeopleFile })
      .then(
        ({ name, csv }) => saveFile(name, csv, 'text/csv'),
        // It is said beside the buttons.
        () => {},
      );
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-people-tools': PeopleTools;
  }
}
