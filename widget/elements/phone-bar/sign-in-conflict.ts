import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import TriangleAlert from 'lucide/dist/esm/icons/triangle-alert.mjs';
import type { SignInRequest } from '../../../server/contract/commands.ts';
import { DeskController } from '../../controllers/desk-controller.ts';
import { QueryController } from '../../controllers/query-controller.ts';
import { whoText } from '../../i18n/failure-text.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import '../../parts/failure-note.ts';
import type { CommandFailure } from '../../live/command-error.ts';
import { deskPhones } from '../../records/queries.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { isConflict } from './conflict.ts';
import { SignInIntent } from './intents.ts';

/** Sign-in was refused for the device: go on all the same, choose another phone, or leave it. */
@customElement('telebar-sign-in-conflict')
export class SignInConflict extends LitElement {
  static override styles = [
    reset,
    button,
    field,
    css`
      :host {
        display: block;
      }
      .dialog {
        display: grid;
        gap: 12px;
        padding: 16px;
      }
      .head {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 4px 10px;
      }
      .head > .icon {
        margin-top: 2px;
        color: var(--telebar-warning);
      }
      .head p {
        grid-column: 2;
      }
      h2 {
        line-height: 20px;
      }
      .choices {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 8px;
      }
    `,
  ];

  readonly #desk = new DeskController(this);
  readonly #locale = new LocaleController(this, 'panels', 'refusals');
  readonly #phones = new QueryController(this, ({ records }) => ({
    ...deskPhones(records),
    enabled: this.choosing || this.failure?.code === 'device-in-use',
  }));

  @property({ attribute: false }) failure: CommandFailure | null = null;
  /** The sign-in that was refused. */
  @property({ attribute: false }) request: SignInRequest = {};
  @state() private choosing = false;

  override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLElement>('.choices .primary')?.focus();
  }

  override render(): unknown {
    const { text } = this.#locale;
    const { failure } = this;
    if (failure === null || !isConflict(failure)) return nothing;
    const detail = (name: string): string => whoText(failure.details[name]);
    const sentence =
      failure.code === 'device-in-use'
        ? text.t('conflict.device-in-use', { who: detail('by') || text.t('conflict.somebody') })
        : text.t(`conflict.${failure.code}`);
    const hint =
      failure.code === 'device-address-differs'
        ? text.t('conflict.device-address-differs.hint', {
            agentAddress: detail('agentAddress'),
            deviceAddress: detail('deviceAddress'),
          })
        : text.t(`conflict.${failure.code}.hint`);
    const choosing = this.choosing || failure.code === 'device-in-use';
    const busy = this.#desk.value?.pending.has('signIn') === true;
    return html`<div
      class="dialog"
      role="alertdialog"
      aria-labelledby="title"
      aria-describedby="why"
      @keydown=${this.#handleKey}
    >
      <div class="head">
        ${icon(TriangleAlert, 20)}
        <h2 id="title">${text.t('conflict.title')}</h2>
        <p id="why">${sentence} <span class="muted">${hint}</span></p>
      </div>
      ${choosing ? this.#renderPhones() : nothing}
      <div class="choices">
        <button class="button quiet" type="button" @click=${this.#handleCancel}>
          ${text.t('conflict.cancel')}
        </button>
        ${
          choosing
            ? nothing
            : html`<button class="button" type="button" @click=${() => (this.choosing = true)}>
                ${text.t('conflict.choose')}
              </button>`
        }
        ${
          choosing
            ? html`<button
                class="button primary"
                type="button"
                aria-busy=${busy ? 'true' : 'false'}
                @click=${this.#handleChosen}
              >
                ${text.t('menu.signIn')}
              </button>`
            : html`<button
                class="button primary"
                type="button"
                aria-busy=${busy ? 'true' : 'false'}
                @click=${this.#handleIgnore}
              >
                ${text.t(failure.code === 'device-not-connected' ? 'conflict.ignore' : 'conflict.goOn')}
              </button>`
        }
      </div>
    </div>`;
  }

  #renderPhones(): unknown {
    const { text } = this.#locale;
    const phones = this.#phones.result?.data ?? [];
    return html`<div class="field">
      <label class="label" for="phone">${text.t('menu.device')}</label>
      <select class="input" id="phone">
        <option value="">${text.t('menu.browser')}</option>
        ${phones.map((phone) => {
          const note =
            phone.inUseBy !== null
              ? text.t('menu.inUseBy', { who: whoText(phone.inUseBy) })
              : phone.online
                ? ''
                : text.t('menu.notLinked');
          return html`<option value=${phone.endpointId} ?disabled=${phone.inUseBy !== null}>
            ${phone.name || phone.username}${note === '' ? '' : ` (${note})`}
          </option>`;
        })}
      </select>
    </div>`;
  }

  readonly #handleIgnore = (): void => {
    const code = this.failure?.code;
    if (code !== 'device-not-connected' && code !== 'device-address-differs') return;
    const ignore = [...new Set([...(this.request.ignore ?? []), code])];
    this.dispatchEvent(new SignInIntent({ ...this.request, ignore }));
  };

  readonly #handleChosen = (): void => {
    const endpointId = this.renderRoot.querySelector('select')?.value ?? '';
    const device: SignInRequest['device'] =
      endpointId === '' ? { kind: 'browser' } : { kind: 'phone', endpointId };
    this.choosing = false;
    this.dispatchEvent(new SignInIntent({ ...this.request, device }));
  };

  readonly #handleCancel = (): void => this.#desk.desk?.dismissFailure('signIn');

  readonly #handleKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    this.#handleCancel();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-sign-in-conflict': SignInConflict;
  }
}
