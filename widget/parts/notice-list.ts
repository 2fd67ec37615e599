import { LitElement, css, html } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import CircleAlert from 'lucide/dist/esm/icons/circle-alert.mjs';
import CircleCheck from 'lucide/dist/esm/icons/circle-check.mjs';
import Info from 'lucide/dist/esm/icons/info.mjs';
import TriangleAlert from 'lucide/dist/esm/icons/triangle-alert.mjs';
import X from 'lucide/dist/esm/icons/x.mjs';
import { LocaleController } from '../i18n/locale-controller.ts';
import { icon } from '../icons/icon.ts';
import type { Notice } from '../live/shell.ts';
import { button } from '../styles/button.css.ts';
import { NoticePlace } from './notice-place.ts';
import { reset } from '../styles/reset.css.ts';

/** The user has closed a notice. */
export class NoticeDismissEvent extends Event {
  static readonly type = 'telebar-notice-dismiss';
  readonly id: number;
  constructor(id: number) {
    super(NoticeDismissEvent.type);
    this.id = id;
  }
}

const marks = { info: Info, success: CircleCheck, warning: TriangleAlert, error: CircleAlert } as const;

/**
 * Short messages beside the bar, spoken politely.
 *
 * @fires telebar-notice-dismiss - The user has closed a notice: `id`.
 */
@customElement('telebar-notice-list')
export class NoticeList extends LitElement {
  static override styles = [
    reset,
    button,
    css`
      :host {
        display: block;
      }
      ul {
        display: grid;
        gap: 8px;
        justify-items: end;
      }
      li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        align-items: start;
        gap: 8px;
        max-width: 100%;
        padding: 10px 6px 10px 12px;
        border: 1px solid var(--telebar-line);
        border-radius: var(--telebar-radius);
        background: var(--telebar-raised);
        box-shadow: var(--telebar-shadow);
        font-size: 13px;
        line-height: 20px;
        pointer-events: auto;
        animation: telebar-notice var(--telebar-motion-panel);
      }
      li > .icon {
        margin-top: 2px;
        color: var(--mark);
      }
      .text {
        overflow-wrap: anywhere;
        font-variant-numeric: tabular-nums;
      }
      .info {
        --mark: var(--telebar-text-muted);
      }
      .success {
        --mark: var(--telebar-success);
      }
      .warning {
        --mark: var(--telebar-warning);
      }
      .error {
        --mark: var(--telebar-danger);
      }
      .button.icon-only {
        width: 24px;
        min-height: 24px;
        margin: -2px 0;
      }
      @keyframes telebar-notice {
        from {
          opacity: 0;
          transform: translateY(8px);
        }
      }
    `,
  ];

  readonly #locale = new LocaleController(this);

  @property({ attribute: false }) notices: readonly Notice[] = [];
  /** The live region is on the page before anything is said in it, or it would not be spoken. */
  @state() private listens = false;

  constructor() {
    super();
    new NoticePlace(this);
  }

  override firstUpdated(): void {
    this.listens = true;
  }

  override render(): unknown {
    const { text } = this.#locale;
    return html`<div role="log" aria-live="polite" aria-label=${text.t('toast.label')}>
      <ul>
        ${repeat(
          this.listens ? this.notices : [],
          (notice) => notice.id,
          (notice) =>
            html`<li class=${notice.kind}>
              ${icon(marks[notice.kind])}
              <span class="text">${notice.text}</span>
              <button
                class="button quiet icon-only"
                type="button"
                aria-label=${text.t('bar.dismiss')}
                @click=${() => this.dispatchEvent(new NoticeDismissEvent(notice.id))}
              >
                ${icon(X)}
              </button>
            </li>`,
        )}
      </ul>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-notice-list': NoticeList;
  }
}
