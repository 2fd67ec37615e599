import { LitElement, css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import TriangleAlert from 'lucide/dist/esm/icons/triangle-alert.mjs';
import { DeskController } from '../../controllers/desk-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import type { DeskState } from '../../live/desk.ts';
import { button } from '../../styles/button.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { IgnoreLinkIntent } from './intents.ts';
import { issue } from '../../parts/issue.ts';
import { isSaidByLink, linkOf, type Link } from './link.ts';

/** The phone is not linked or the microphone cannot be used: what to do, Ignore and Refresh. */
@customElement('telebar-link-warning')
export class LinkWarning extends LitElement {
  static override styles = [
    reset,
    button,
    css`
      :host {
        display: block;
      }
      .warning {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 8px;
        padding: 10px 12px;
        background: color-mix(in srgb, var(--telebar-danger) 9%, var(--telebar-raised));
        font-size: 13px;
        line-height: 18px;
      }
      /* A command has just come to nothing because of it. */
      .refused {
        background: color-mix(in srgb, var(--telebar-danger) 18%, var(--telebar-raised));
        box-shadow: inset 3px 0 var(--telebar-danger);
      }
      .warning > .icon {
        margin-top: 1px;
        color: var(--telebar-danger);
      }
      .choices {
        grid-column: 2;
        display: flex;
        gap: 8px;
      }
    `,
  ];

  readonly #desk = new DeskController(this);
  readonly #locale = new LocaleController(this);

  override render(): unknown {
    const state = this.#desk.value;
    const { warning } = linkOf(state);
    if (state === undefined || warning === null) return nothing;
    const failures = Object.values(state.failures);
    const refused = failures.find((failure) => failure !== undefined && isSaidByLink(failure, state, false));
    // Written anew, and so spoken again, for each command that comes to nothing because of it.
    return html`<div class="warning ${refused === undefined ? '' : 'refused'}" role="alert">
      ${keyed(refused, this.#renderWarning(state, warning))}
    </div>`;
  }

  #renderWarning(state: DeskState, warning: NonNullable<Link['warning']>): unknown {
    const { text } = this.#locale;
    const refreshing = state.pending.has('refreshPhone');
    return html` ${icon(TriangleAlert)}
      <span>${text.t(warning, { device: state.snapshot?.agent.device.name ?? '' })}</span>
      <span class="choices">
        <button
          class="button small"
          type="button"
          aria-busy=${refreshing ? 'true' : 'false'}
          @click=${() => issue(this.#desk.commands?.refreshPhone())}
        >
          ${text.t('link.refresh')}
        </button>
        <button
          class="button small quiet"
          type="button"
          @click=${() => this.dispatchEvent(new IgnoreLinkIntent())}
        >
          ${text.t('link.ignore')}
        </button>
      </span>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-link-warning': LinkWarning;
  }
}
