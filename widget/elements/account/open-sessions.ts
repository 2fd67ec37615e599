import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { OpenSession } from '../../../server/contract/session.ts';
import type { Page } from '../../../server/contract/wire.ts';
import { MutationController, PagesController } from '../../controllers/query-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { CommandError } from '../../live/command-error.ts';
import '../../parts/failure-note.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { changeAccount, openSessions, type SessionPages } from './account-queries.ts';
import { accountStyles } from './account.styles.ts';
import { deviceName } from './device-name.ts';

/** Where somebody is logged in; each session can be ended, or all of them but the one of this page. */
@customElement('telebar-open-sessions')
export class OpenSessions extends LitElement {
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
        justify-content: space-between;
        gap: 8px;
        padding: 8px 10px;
        border: 1px solid var(--telebar-line);
        border-radius: var(--telebar-radius-small);
      }
      .what {
        min-width: 0;
        font-size: 13px;
        line-height: 18px;
        overflow-wrap: anywhere;
      }
      .small-print {
        display: block;
        color: var(--telebar-text-muted);
        font-size: 12px;
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'account');
  readonly #pages = new PagesController<Page<OpenSession>, SessionPages, string | undefined>(
    this,
    (queries) => openSessions(queries, this.path),
  );
  readonly #end = new MutationController(this, changeAccount);

  /** Of whom: below /api/v1; one's own by default. */
  @property() path = '/sessions';

  override render(): unknown {
    const { text } = this.#locale;
    const error = this.#end.result?.error;
    return html`<h3 id="title">${text.t('account.sessions')}</h3>
      ${this.#renderList()}
      ${
        error instanceof CommandError
          ? html`<telebar-failure-note
              .failure=${error}
              @telebar-dismiss=${() => this.#end.reset()}
            ></telebar-failure-note>`
          : nothing
      }`;
  }

  #renderList(): unknown {
    const { text } = this.#locale;
    const { data, isError, hasNextPage } = this.#pages.result ?? {};
    if (data === undefined) {
      return isError === true
        ? html`<p class="note" role="alert">${text.t('account.sessions.failed')}</p>
            <div class="buttons">
              <button class="button small" type="button" @click=${() => this.#pages.refetch()}>
                ${text.t('bar.retry')}
              </button>
            </div>`
        : html`<p class="hint" role="status">${text.t('account.sessions.loading')}</p>`;
    }
    const open = data.pages.flatMap(({ items }) => items);
    if (open.length === 0) return html`<p class="hint">${text.t('account.sessions.none')}</p>`;
    const hasOwn = this.path === '/sessions' || open.some(({ current }) => current);
    return html`<ul aria-labelledby="title">
        ${open.map((session) => this.#renderSession(session))}
      </ul>
      <div class="buttons">
        ${
          hasNextPage === true
            ? html`<button class="button small" type="button" @click=${() => this.#pages.fetchNextPage()}>
                ${text.t('account.sessions.more')}
              </button>`
            : nothing
        }
        ${
          open.some(({ current }) => !current)
            ? html`<button
                class="button small danger outline"
                type="button"
                @click=${() => this.#handleEnd(this.path === '/sessions' ? '/sessions/others' : this.path)}
              >
                ${text.t(hasOwn ? 'account.sessions.endOthers' : 'account.sessions.endAll')}
              </button>`
            : nothing
        }
      </div>`;
  }

  #renderSession({ id, via, since, seenAt, address, userAgent, current }: OpenSession): unknown {
    const { text } = this.#locale;
    const now = Date.now();
    const device = deviceName(userAgent) || text.t('account.session.unknown');
    return html`<li>
      <span class="what">
        ${text.t('account.session.at', { device, address })}
        <span class="small-print">
          ${text.t('account.session.times', { since: text.moment(since, now), seen: text.moment(seenAt, now) })}
          · ${text.t(`account.via.${via}`)}
        </span>
      </span>
      ${
        current
          ? html`<span class="hint">${text.t('account.session.here')}</span>`
          : html`<button
              class="button small"
              type="button"
              aria-label="${text.t('account.sessions.end')}: ${device}, ${address}"
              @click=${() => this.#handleEnd(`${this.path}/${encodeURIComponent(id)}`)}
            >
              ${text.t('account.sessions.end')}
            </button>`
      }
    </li>`;
  }

  #handleEnd(path: string): void {
    this.#end.mutate({ method: 'DELETE', path, schema: null }).catch((error: unknown) => {
      // It is shown below the list.
      if (!(error instanceof CommandError)) reportError(error);
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-open-sessions': OpenSessions;
  }
}
