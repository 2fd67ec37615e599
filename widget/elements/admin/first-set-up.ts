import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { FirstSetUpRequest } from '../../../server/contract/first-set-up.ts';
import { Session } from '../../../server/contract/session.ts';
import type { Locale } from '../../../server/contract/wire.ts';
import { HttpClient } from '../../api/http-client.ts';
import { DeskController } from '../../controllers/desk-controller.ts';
import { PreferencesController } from '../../controllers/preferences-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { CommandError } from '../../live/command-error.ts';
import '../../parts/failure-note.ts';
import { formText } from '../../parts/form-text.ts';
import { issue } from '../../parts/issue.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { refusedPaths } from './field-values.ts';

type Name = 'team' | 'slug' | 'timeZone' | 'person' | 'number' | 'username' | 'password';

/** Where the server's refusals name a field. */
const PATHS: Readonly<Record<string, Name>> = {
  'team.name': 'team',
  'team.slug': 'slug',
  'team.timeZone': 'timeZone',
  'administrator.name': 'person',
  'administrator.number': 'number',
  'administrator.username': 'username',
  'administrator.password': 'password',
};

/** The first team and its administrator, by the link that the server has printed. */
@customElement('telebar-first-set-up')
export class FirstSetUp extends LitElement {
  static override styles = [
    reset,
    button,
    field,
    css`
      form {
        display: grid;
        gap: 12px;
        padding: 8px 20px 20px;
      }
      h2 {
        font-size: 18px;
        line-height: 28px;
      }
      .lead {
        font-size: 13px;
        line-height: 18px;
        color: var(--telebar-text-muted);
      }
      h3 {
        margin-top: 8px;
        font-size: 13px;
        line-height: 18px;
        font-weight: 600;
      }
      .two {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(200px, 1fr));
        align-items: start;
        gap: 12px;
      }
      .submit {
        min-height: 40px;
        margin-top: 4px;
      }
    `,
  ];

  readonly #desk = new DeskController(this);
  readonly #preferences = new PreferencesController(this);
  readonly #locale = new LocaleController(this, 'admin');

  @property() token = '';
  @state() private faults: ReadonlySet<Name> = new Set();
  @state() private failure: CommandError | null = null;
  @state() private isSending = false;

  override render(): unknown {
    const { text } = this.#locale;
    return html`<form novalidate @submit=${this.#handleSubmit} aria-label=${text.t('admin.first.title')}>
      <h2>${text.t('admin.first.title')}</h2>
      <p class="lead">${text.t('admin.first.lead')}</p>

      <div class="two">
        ${this.#input('team', '')} ${this.#input('slug', 'main', text.t('admin.first.slug.hint'))}
        <label class="field">
          <span class="label">${text.t('admin.first.language')}</span>
          <select class="input" name="locale" @change=${this.#handleLanguage}>
            <option value="zh-CN" lang="zh-CN" ?selected=${text.locale === 'zh-CN'}>中文</option>
            <option value="en" lang="en" ?selected=${text.locale === 'en'}>English</option>
          </select>
        </label>
        ${this.#input('timeZone', Intl.DateTimeFormat().resolvedOptions().timeZone)}
      </div>
      <h3>${text.t('admin.first.you')}</h3>
      <div class="two">
        ${this.#input('person', '')} ${this.#input('number', '1000', text.t('admin.first.number.hint'))}
        ${this.#input('username', 'admin')} ${this.#input('password', '', text.t('admin.password.hint'))}
      </div>
      <telebar-failure-note permanent .failure=${this.failure}></telebar-failure-note>
      <button class="button primary submit" type="submit" aria-busy=${this.isSending ? 'true' : 'false'}>
        ${text.t('admin.first.make')}
      </button>
    </form>`;
  }

  #input(name: Name, value: string, hint?: string): unknown {
    const { text } = this.#locale;
    const wrong = this.faults.has(name);
    return html`<label class="field">
      <span class="label">${text.t(`admin.first.${name}`)}</span>
      <input
        class="input"
        name=${name}
        type=${name === 'password' ? 'password' : 'text'}
        autocomplete=${name === 'password' ? 'new-password' : 'off'}
        autocapitalize="none"
        spellcheck="false"
        maxlength=${name === 'password' ? 200 : 100}
        aria-invalid=${wrong ? 'true' : 'false'}
        aria-describedby=${wrong ? `${name}-fault` : hint === undefined ? nothing : `${name}-hint`}
        .defaultValue=${value}
      />
      ${
        wrong
          ? html`<span class="error-text" id="${name}-fault">${text.t('admin.first.fault')}</span>`
          : hint === undefined
            ? nothing
            : html`<span class="hint" id="${name}-hint">${hint}</span>`
      }
    </label>`;
  }

  async #make(request: FirstSetUpRequest): Promise<void> {
    this.isSending = true;
    this.failure = null;
    this.faults = new Set();
    try {
      // The link leads to the server itself.
      const http = new HttpClient(location.origin);
      await http.request({ method: 'POST', path: '/setup', body: request, schema: Session });
      const { team, administrator } = request;
      history.replaceState(null, '', location.pathname);
      this.#preferences.set({ lastTeam: team.slug, lastUsername: administrator.username });
      issue(
        this.#desk.commands?.login({
          team: team.slug,
          username: administrator.username,
          password: administrator.password,
        }),
      );
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      this.faults = new Set(refusedPaths(error).flatMap((path) => PATHS[path] ?? []));
      if (this.faults.size === 0) this.failure = error;
    } finally {
      this.isSending = false;
    }
  }

  readonly #handleLanguage = (event: Event): void => {
    this.#preferences.set({ locale: (event.target as HTMLSelectElement).value as Locale });
  };

  readonly #handleSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (this.isSending) return;
    const form = event.currentTarget as HTMLFormElement;
    const written = (name: Name | 'locale'): string => formText(form, name).trim();
    const password = formText(form, 'password');
    const names = Object.values(PATHS);
    this.faults = new Set(names.filter((name) => (name === 'password' ? password : written(name)) === ''));
    if (this.faults.size > 0) return;
    void this.#make({
      token: this.token,
      team: {
        name: written('team'),
        slug: written('slug').toLowerCase(),
        locale: written('locale') as Locale,
        timeZone: written('timeZone'),
      },
      administrator: {
        name: written('person'),
        number: written('number'),
        username: written('username'),
        password,
      },
    });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-first-set-up': FirstSetUp;
  }
}
