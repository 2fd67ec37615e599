import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { PreferencesController } from '../../controllers/preferences-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { button } from '../../styles/button.css.ts';
import { host } from '../../styles/host.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { tokens } from '../../styles/tokens.css.ts';
import { LazyParts } from '../phone-bar/lazy-parts.ts';

const PARTS = { view: { load: () => import('./admin-view.ts'), words: 'admin' } } as const;

/**
 * The administration of a team: the way to the first call, agents, roles, desk phones, groups, numbers, reasons, customer fields, work links, what pops, what holds for the whole team, single sign-on, keys of the API, webhooks, the pages of others, and who has changed what. Put it where it may fill a box.
 *
 * @summary Administration of a team.
 * @csspart frame - The whole of it.
 */
@customElement('telebar-admin')
export class Admin extends LitElement {
  static override styles = [
    tokens,
    reset,
    button,
    css`
      .frame {
        height: 100%;
        min-height: 420px;
      }
      .failed {
        padding: 24px;
        text-align: center;
      }
    `,
    host,
  ];

  readonly #preferences = new PreferencesController(this);
  readonly #locale = new LocaleController(this);
  readonly #parts = new LazyParts(this, PARTS);

  /** Colours: as the system, light or dark; set from the user's preferences. */
  @property({ reflect: true }) theme: 'auto' | 'light' | 'dark' = 'auto';
  /** What is shown first. */
  @property() section:
    | 'guide'
    | 'agents'
    | 'roles'
    | 'phones'
    | 'groups'
    | 'numbers'
    | 'reasons'
    | 'fields'
    | 'links'
    | 'bindings'
    | 'team'
    | 'keys'
    | 'webhooks'
    | 'signOn'
    | 'embedding'
    | 'log' = 'agents';

  override willUpdate(): void {
    const preferences = this.#preferences.value;
    if (preferences === undefined) return;
    this.theme = preferences.theme;
    this.#locale.use(preferences.locale).catch(reportError);
  }

  override render(): unknown {
    // Without a Telebar on the page there is nothing to say yet.
    if (this.#preferences.value === undefined || !this.#locale.ready) return nothing;
    const { text } = this.#locale;
    const view = this.#parts.need('view');
    return html`<div class="frame" part="frame" lang=${text.locale}>
      ${
        view === 'ready'
          ? html`<telebar-admin-view .section=${this.section}></telebar-admin-view>`
          : view === 'failed'
            ? html`<p class="failed" role="alert">
                ${text.t('bar.loadFailed')}
                <button class="button" type="button" @click=${() => this.#parts.retry('view')}>
                  ${text.t('bar.retry')}
                </button>
              </p>`
            : nothing
      }
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-admin': Admin;
  }
}
