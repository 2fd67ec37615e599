import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { reset } from '../../styles/reset.css.ts';
import './copy-text.ts';

/** The line that puts Telebar into somebody's page, and how long the secret of before counts. */
@customElement('telebar-script-tag')
export class ScriptTag extends LitElement {
  static override styles = [
    reset,
    css`
      p {
        margin: 8px 0 0;
        font-size: 13px;
        color: var(--telebar-text-muted);
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'admin');

  @property({ attribute: false }) previousUntil: number | null = null;

  override render(): unknown {
    const { text } = this.#locale;
    // The server that this very file has come from.
    const { origin } = new URL(import.meta.url);
    return html`<telebar-copy-text
        .label=${text.t('admin.embedding.tag.label')}
        .value=${`<script async src="${origin}/telebar.js"></script>`}
      ></telebar-copy-text>
      ${
        this.previousUntil === null
          ? nothing
          : html`<p role="status">
              ${text.t('admin.embedding.previous', { time: text.moment(this.previousUntil, Date.now()) })}
            </p>`
      }`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-script-tag': ScriptTag;
  }
}
