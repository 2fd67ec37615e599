import { startRegistration, type PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/browser';
import { LitElement, css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import {
  Passkey,
  PasskeyOptions,
  Passkeys,
  type Passkey as OwnPasskey,
} from '../../../server/contract/passkeys.ts';
import type { HttpRequest } from '../../api/http-client.ts';
import { MutationController, QueryController } from '../../controllers/query-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { CommandError } from '../../live/command-error.ts';
import '../../parts/failure-note.ts';
import { formText } from '../../parts/form-text.ts';
import type { Queries } from '../../records/queries.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { accountStyles } from '../account/account.styles.ts';
import { deviceName } from '../account/device-name.ts';
import { passkeyHindrance, wasCancelled } from './passkey-hindrance.ts';

const KEY = ['own-passkeys'];
const PATH = '/sessions/current/passkeys';

/** What is asked for the password now: another passkey, or the end of one. */
type Asking = 'new' | OwnPasskey;

/** One's own passkeys, with which one logs in on pages of this server. */
@customElement('telebar-own-passkeys')
export class OwnPasskeys extends LitElement {
  static override styles = [
    reset,
    button,
    field,
    accountStyles,
    css`
      ul {
        display: grid;
        gap: 8px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      .what {
        display: grid;
        flex: 1;
        min-width: 0;
        font-size: 13px;
        line-height: 18px;
        overflow-wrap: anywhere;
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'admin');
  readonly #keys = new QueryController(this, ownPasskeys);
  readonly #change = new MutationController(this, changing);

  @state() private asking: Asking | null = null;
  /** The browser, or who sits there, has made none. */
  @state() private fault: 'cancelled' | 'known' | 'failed' | null = null;

  override render(): unknown {
    const { text } = this.#locale;
    const { data } = this.#keys.result ?? {};
    if (data === undefined) return nothing;
    const hindrance = passkeyHindrance(data.origin);
    const error = this.#change.result?.error;
    return html`<h3>${text.t('admin.passkeys')}</h3>
      <p class="hint">${text.t('admin.passkeys.lead')}</p>
      ${
        data.items.length === 0
          ? nothing
          : html`<ul>
              ${data.items.map((key) => this.#renderKey(key))}
            </ul>`
      }
      ${
        this.asking !== null
          ? this.#renderAsking(this.asking)
          : hindrance === null
            ? html`<div class="buttons">
                <button class="button" type="button" @click=${() => this.#ask('new')}>
                  ${text.t('admin.passkeys.add')}
                </button>
              </div>`
            : html`<p class="note" role="status">
                ${text.t(`admin.passkeys.${hindrance}`, { origin: data.origin })}
              </p>`
      }
      ${this.fault === null ? nothing : html`<p class="error-text" role="alert">${text.t(`admin.passkeys.${this.fault}`)}</p>`}
      <telebar-failure-note
        permanent
        .failure=${this.fault === null && error instanceof CommandError ? error : null}
      ></telebar-failure-note>`;
  }

  #renderKey(key: OwnPasskey): unknown {
    const { text } = this.#locale;
    const now = Date.now();
    return html`<li>
      <span class="what">
        ${key.name}
        <span class="hint">
          ${
            key.lastUsedAt === null
              ? text.t('admin.passkeys.unused', { since: text.moment(key.createdAt, now) })
              : text.t('admin.passkeys.used', {
                  since: text.moment(key.createdAt, now),
                  used: text.moment(key.lastUsedAt, now),
                })
          }
        </span>
      </span>
      <button
        class="button small"
        type="button"
        aria-label="${text.t('admin.passkeys.remove')}: ${key.name}"
        @click=${() => this.#ask(key)}
      >
        ${text.t('admin.passkeys.remove')}
      </button>
    </li>`;
  }

  #renderAsking(asking: Asking): unknown {
    const { text } = this.#locale;
    const busy = this.#change.result?.isPending === true ? 'true' : 'false';
    return html`<form novalidate aria-label=${text.t('admin.passkeys')} @submit=${this.#handleSubmit}>
      ${
        asking === 'new'
          ? html`<label class="field">
              <span class="label">${text.t('admin.passkeys.name')}</span>
              <input
                class="input"
                name="name"
                maxlength="60"
                .defaultValue=${deviceName(navigator.userAgent)}
              />
            </label>`
          : html`<p class="note">${text.t('admin.passkeys.remove.sentence', { name: asking.name })}</p>`
      }
      <label class="field">
        <span class="label">${text.t('admin.passkeys.password')}</span>
        <input
          class="input"
          name="password"
          type="password"
          autocomplete="current-password"
          maxlength="200"
          required
        />
      </label>
      <div class="buttons">
        <button class="button ${asking === 'new' ? 'primary' : 'danger'}" type="submit" aria-busy=${busy}>
          ${text.t(asking === 'new' ? 'admin.passkeys.make' : 'admin.passkeys.remove')}
        </button>
        <button class="button" type="button" @click=${() => this.#ask(null)}>
          ${text.t('admin.passkeys.cancel')}
        </button>
      </div>
    </form>`;
  }

  #ask(asking: Asking | null): void {
    this.asking = asking;
    this.fault = null;
    this.#change.reset();
  }

  readonly #handleSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const { asking } = this;
    const password = formText(form, 'password');
    if (asking === null || password === '' || this.#change.result?.isPending === true) return;
    this.fault = null;
    const done =
      asking === 'new'
        ? this.#make(formText(form, 'name').trim(), password)
        : this.#send({
            method: 'POST',
            path: `${PATH}/${asking.id}/remove`,
            body: { password },
            schema: null,
          });
    done.then(
      () => (this.asking = null),
      (error: unknown) => {
        // It is shown below.
        if (!(error instanceof CommandError) && this.fault === null) reportError(error);
      },
    );
  };

  async #make(typed: string, password: string): Promise<void> {
    const name = typed || this.#locale.text.t('admin.passkeys');
    const asked = await this.#send({
      method: 'POST',
      path: `${PATH}/options`,
      body: { password },
      schema: PasskeyOptions,
    });
    const { options } = asked as { options: unknown };
    const answer = await this.#made(options as PublicKeyCredentialCreationOptionsJSON);
    await this.#send({ method: 'POST', path: PATH, body: { name, answer }, schema: Passkey });
  }

  async #made(optionsJSON: PublicKeyCredentialCreationOptionsJSON): Promise<unknown> {
    try {
      return await startRegistration({ optionsJSON });
    } catch (error) {
      const { name } = error as Error;
      this.fault = wasCancelled(error) ? 'cancelled' : name === 'InvalidStateError' ? 'known' : 'failed';
      throw error;
    }
  }

  #send(request: Omit<HttpRequest<unknown>, 'signal'>): Promise<unknown> {
    return this.#change.mutate(request);
  }
}

function ownPasskeys({ http }: Queries) {
  return {
    queryKey: KEY,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      http.request({ method: 'GET', path: PATH, schema: Passkeys, signal }),
    staleTime: 0,
  };
}

function changing({ client, http }: Queries) {
  return {
    mutationFn: (request: Omit<HttpRequest<unknown>, 'signal'>) => http.request(request),
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-own-passkeys': OwnPasskeys;
  }
}
