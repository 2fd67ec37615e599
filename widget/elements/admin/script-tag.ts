import { LitElement, html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { reset } from '../../styles/reset.css.ts';
import './copy-text.ts';

/** The line that puts Telebar into somebody's page. */
@customElement('telebar-script-tag')
export class ScriptTag extends LitElement {
  static override styles = reset;

  readonly #locale = new LocaleController(this, 'admin');

  override render(): unknown {
    const { text } = this.#locale;
    // The server that this very file has come from.
    const { origin } = new URL(import.meta.url);
    return html`<telebar-copy-text
      .label=${text.t('admin.embedding.tag.label')}
      .rows=${1}
      .value=${`<script async src="${origin}/telebar.js"></script>`}
    ></telebar-copy-text>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-script-tag': ScriptTag;
  }
}
