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
import type { Words } from './kind.ts';
import { MAKERS, typedIn, type MakerName, type Registration } from './phone-provisioning.ts';

const SIP_PORT = 5060;

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
    const { maker } = this;
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
            .value=${String(this.#port)}
            @input=${({ target }: Event) => (this.port = (target as HTMLInputElement).value)}
          />
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
      <telebar-copy-text
        .label=${text.t(maker === 'any' ? 'admin.phone.lines' : 'admin.phone.file')}
        .value=${this.#told(text)}
        .rows=${maker === 'any' ? 6 : 12}
      ></telebar-copy-text>
      ${
        maker === 'any'
          ? nothing
          : html`<p class="hint">${text.t('admin.phone.file.hint', { name: MAKERS[maker].file })}</p>
              <button class="button small" type="button" @click=${this.#handleSave}>
                ${icon(Download)}${text.t('admin.phone.save')}
              </button>`
      }`;
  }

  #told(text: Words): string {
    const { maker } = this;
    if (maker !== 'any') return MAKERS[maker].write(this.#registration);
    return typedIn(this.#registration)
      .map(([label, value]) => `${text.t(label)}: ${value}`)
      .join('\n');
  }

  get #port(): number {
    const typed = Number((this.port ?? '').normalize('NFKC').trim());
    if (Number.isInteger(typed) && typed > 0 && typed < 65_536) return typed;
    return this.phone.credential.port ?? SIP_PORT;
  }

  get #registration(): Registration {
    const { name, credential } = this.phone;
    const { username, password } = credential;
    return { name, username, password, host: this.host, port: this.#port };
  }

  readonly #handleMaker = ({ target }: Event): void => {
    this.maker = (target as HTMLSelectElement).value as MakerName | 'any';
  };

  readonly #handleSave = (): void => {
    if (this.maker === 'any') return;
    const { file, type, write } = MAKERS[this.maker];
    saveFile(file, write(this.#registration), type);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-phone-credential': PhoneCredentialText;
  }
}
