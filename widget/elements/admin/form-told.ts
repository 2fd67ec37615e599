import { html } from 'lit';
import './copy-text.ts';
import type { Told, Words } from './kind.ts';

/** What the server has told this once, until somebody says that it is kept. */
export function formTold(told: Told, text: Words, keep: () => void): unknown {
  return html`<div class="body">
      <p class="hint" role="alert">${text.t(told.hint)}</p>
      ${
        'show' in told
          ? told.show()
          : html`<telebar-copy-text .label=${text.t(told.label)} .value=${told.text}></telebar-copy-text>`
      }
    </div>
    <div class="foot">
      <div class="buttons">
        <button class="button primary" type="button" @click=${keep}>${text.t('admin.told.done')}</button>
      </div>
    </div>`;
}
