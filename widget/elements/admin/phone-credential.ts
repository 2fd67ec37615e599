import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import Download from 'lucide/dist/esm/icons/download.mjs';
import type { PhoneCredential } from '../../../server/contract/people.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { saveFile } from '../../platform/save-file.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import './copy-text.ts';
import { MAKERS, typedIn, type MakerName, type Registration } from './phone-provisioning.ts';

const SIP_PORT = 5060;
const MOST_PORT = 65_535;

/** What a desk phone has to know, as lines to type or as a file of its maker; the password is told this once. */
@customElement('telebar-phone-credential')
export class PhoneCredentialText extends LitElement {
  static override styles = [
    reset,
    button,
    field,
    css`
      :host {
        display: grid;
        gap: 12px;
      }
      .button {
        justify-self: start;
      }
      .server {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 96px;
        gap: 12px;
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'admin');

  @property({ attribute: false }) phone!: PhoneCredential;
  @state() private maker: MakerName | 'any' = 'any';
  @state() private host = location.hostname;
  @state() private port: string | null = null;

  override render(): unknown {
    const { text } = this.#locale;
    const port = this.#port;
    return html`<div class="server">
        <label class="field">
          <span class="label">${text.t('admin.phone.server')}</span>
          <input
            class="input"
            name="host"
            maxlength="253"
            autocomplete="off"
            spellcheck="false"
            aria-describedby="server-hint"
            .value=${this.host}
            @input=${({ target }: Event) => (this.host = (target as HTMLInputElement).value.trim())}
          />
        </label>
        <label class="field">
          <span class="label">${text.t('admin.phone.port')}</span>
          <input
            class="input"
            name="port"
            inputmode="numeric"
            maxlength="5"
            autocomplete="off"
            aria-invalid=${port === null ? 'true' : 'false'}
            aria-describedby=${port === null ? 'port-fault' : nothing}
            .value=${this.port ?? String(port)}
            @input=${({ target }: Event) => (this.port = (target as HTMLInputElement).value)}
          />
          ${
            port === null
              ? html`<span class="error-text" id="port-fault">
                  ${text.t('admin.between', { min: 1, max: MOST_PORT })}
                </span>`
              : nothing
          }
        </label>
      </div>
      <p class="hint" id="server-hint">
        ${text.t(this.phone.credential.port === null ? 'admin.phone.server.other' : 'admin.phone.server.hint')}
      </p>
      <label class="field">
        <span class="label">${text.t('admin.phone.maker')}</span>
        <select class="input" name="maker" @change=${this.#handleMaker}>
          <option value="any">${text.t('admin.phone.maker.any')}</option>
          ${Object.keys(MAKERS).map((name) => html`<option value=${name}>${name}</option>`)}
        </select>
      </label>
      ${port === null ? nothing : this.#renderTold({ ...this.phone.credential, name: this.phone.name, host: this.host, port })}`;
  }

  #renderTold(phone: Registration): unknown {
    const { text } = this.#locale;
    const { maker } = this;
    if (maker === 'any') {
      return html`<telebar-copy-text
        .label=${text.t('admin.phone.lines')}
        .value=${typedIn(phone)
          .map(([label, value]) => `${text.t(label)}: ${value}`)
          .join('\n')}
        .rows=${6}
      ></telebar-copy-text>`;
    }
    const { file, type, write } = MAKERS[maker];
    return html`<telebar-copy-text
        .label=${text.t('admin.phone.file')}
        .value=${write(phone)}
        .rows=${12}
      ></telebar-copy-text>
      <p class="hint">${text.t('admin.phone.file.hint', { name: file })}</p>
      <button class="button small" type="button" @click=${() => saveFile(file, write(phone), type)}>
        ${icon(Download)}${text.t('admin.phone.save')}
      </button>`;
  }

  /** null: what is typed is none. */
  get #port(): number | null {
    if (this.port === null) return this.phone.credential.port ?? SIP_PORT;
    const typed = Number(this.port.normalize('NFKC').trim());
    return Number.isInteger(typed) && typed > 0 && typed <= MOST_PORT ? typed : null;
  }

  readonly #handleMaker = ({ target }: Event): void => {
    this.maker = (target as HTMLSelectElement).value as MakerName | 'any';
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-phone-credential': PhoneCredentialText;
  }
}
