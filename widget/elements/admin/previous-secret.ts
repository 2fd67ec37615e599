import { LitElement, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { MutationController } from '../../controllers/query-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { CommandError } from '../../live/command-error.ts';
import '../../parts/failure-note.ts';
import { button } from '../../styles/button.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { accountStyles } from '../account/account.styles.ts';
import { RowChangedEvent } from '../account/row-changed-event.ts';
import { changeSetUp } from './set-up-queries.ts';

/**
 * Until when the secret of before counts, and its end before that time.
 *
 * @fires telebar-row-changed - It counts no more.
 */
@customElement('telebar-previous-secret')
export class PreviousSecret extends LitElement {
  static override styles = [reset, button, accountStyles];

  readonly #locale = new LocaleController(this, 'admin');
  readonly #end = new MutationController(this, changeSetUp);

  /** Of the record whose secret it is. */
  @property() path = '';
  @property({ type: Number }) version = 0;
  /** ms since the epoch */
  @property({ type: Number }) until = 0;
  @state() private asking = false;

  override render(): unknown {
    const { text } = this.#locale;
    const { error, isPending } = this.#end.result ?? {};
    return html`<p class="note" role="status">
        ${text.t('admin.previous', { time: text.moment(this.until, Date.now()) })}
      </p>
      ${this.asking ? html`<p class="note" role="alert">${text.t('admin.previous.sentence')}</p>` : nothing}
      <div class="buttons">
        <button
          class="button ${this.asking ? 'danger' : ''}"
          type="button"
          aria-busy=${isPending === true ? 'true' : 'false'}
          @click=${this.#handleEnd}
        >
          ${text.t(this.asking ? 'admin.previous.confirm' : 'admin.previous.end')}
        </button>
        ${
          this.asking
            ? html`<button class="button" type="button" @click=${() => (this.asking = false)}>
                ${text.t('admin.cancel')}
              </button>`
            : nothing
        }
      </div>
      ${
        error instanceof CommandError
          ? html`<telebar-failure-note
              .failure=${error}
              @telebar-dismiss=${() => this.#end.reset()}
            ></telebar-failure-note>`
          : nothing
      }`;
  }

  readonly #handleEnd = (): void => {
    if (!this.asking) this.asking = true;
    else if (this.#end.result?.isPending !== true) void this.#send();
  };

  async #send(): Promise<void> {
    const { version } = this;
    try {
      await this.#end.mutate({
        method: 'DELETE',
        path: `${this.path}/previous-secret`,
        schema: null,
        version,
      });
    } catch (error) {
      // It is shown below the button; somebody else may have changed the record meanwhile.
      if (!(error instanceof CommandError)) throw error;
    }
    this.asking = false;
    this.dispatchEvent(new RowChangedEvent());
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-previous-secret': PreviousSecret;
  }
}
