import { html, nothing } from 'lit';
import './copy-text.ts';
import type { Told, Words } from './kind.ts';

/** What the server has told this once, until somebody says that it is kept. */
export function formTold(
  { label, hint, text: told, rows = 2, more }: Told,
  text: Words,
  keep: () => void,
): unknown {
  return html`<div class="body">
      <p class="hint" role="alert">${text.t(hint)}</p>
      <telebar-copy-text .label=${text.t(label)} .value=${told} .rows=${rows}></telebar-copy-text>
      ${more?.() ?? nothing}
    </div>
    <div class="foot">
      <div class="buttons">
        <button class="button primary" type="button" @click=${keep}>${text.t('admin.told.done')}</button>
      </div>
    </div>`;
}
