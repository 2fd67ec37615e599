import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import CircleAlert from 'lucide/dist/esm/icons/circle-alert.mjs';
import X from 'lucide/dist/esm/icons/x.mjs';
import { failureText } from '../i18n/failure-text.ts';
import { LocaleController } from '../i18n/locale-controller.ts';
import { icon } from '../icons/icon.ts';
import { button } from '../styles/button.css.ts';
import { reset } from '../styles/reset.css.ts';
import type { CommandFailure } from '../live/command-error.ts';

/** The user has read it. */
class DismissEvent extends Event {
  static readonly type = 'telebar-dismiss';
  constructor() {
    super(DismissEvent.type);
  }
}

/**
 * A refusal in words, beside the control that was refused; spoken at once.
 *
 * @fires telebar-dismiss - The user has read it.
 */
@customElement('telebar-failure-note')
export class FailureNote extends LitElement {
  static override styles = [
    reset,
    button,
    css`
      :host {
        display: block;
      }
      .note {
        display: flex;
        align-items: flex-start;
        gap: 8px;
        padding: 8px 4px 8px 10px;
        border: 1px solid color-mix(in srgb, var(--telebar-danger) 40%, transparent);
        border-radius: var(--telebar-radius-small);
        background: color-mix(in srgb, var(--telebar-danger) 8%, var(--telebar-raised));
        color: var(--telebar-text);
        font-size: 13px;
        line-height: 18px;
      }
      .note > .icon {
        margin-top: 1px;
        color: var(--telebar-danger);
      }
      .text {
        flex: 1;
        min-width: 0;
        overflow-wrap: anywhere;
      }
      .button.icon-only {
        width: 24px;
        min-height: 24px;
        margin: -3px 0;
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'refusals');

  /** What was refused; null shows nothing. */
  @property({ attribute: false }) failure: Pick<CommandFailure, 'code' | 'details'> | null = null;
  /** Without the cross. */
  @property({ type: Boolean }) permanent = false;

  override willUpdate(): void {
    // No gap in the layout around nothing.
    this.hidden = this.failure === null;
  }

  override render(): unknown {
    const { failure } = this;
    return html`<div role="alert">${failure === null ? nothing : this.#renderNote(failure)}</div>`;
  }

  #renderNote(failure: NonNullable<FailureNote['failure']>): unknown {
    const { text } = this.#locale;
    return html`<div class="note">
      ${icon(CircleAlert)}
      <span class="text">${failureText(text, failure)}</span>
      ${
        this.permanent
          ? nothing
          : html`<button
              class="button quiet icon-only"
              type="button"
              aria-label=${text.t('bar.dismiss')}
              @click=${this.#handleDismiss}
            >
              ${icon(X)}
            </button>`
      }
    </div>`;
  }

  readonly #handleDismiss = (): void => {
    this.dispatchEvent(new DismissEvent());
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-failure-note': FailureNote;
  }
}
