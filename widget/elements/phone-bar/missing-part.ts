import { css, html, type TemplateResult } from 'lit';
import type { Texts } from '../../i18n/localizer.ts';

/** In the place of controls that could not be fetched: why they are not there, and another attempt. */
export function missingPart(name: 'parties' | 'monitor', text: Texts, retry: () => void): TemplateResult {
  return html`<div class="missing ${name}" role="alert">
    <p>${text.t('bar.loadFailed')}</p>
    <button class="button small" type="button" @click=${retry}>${text.t('bar.retry')}</button>
  </div>`;
}

export const missingPartStyles = css`
  .missing {
    display: flex;
    align-items: center;
    gap: 8px;
    font-size: 12px;
    line-height: 16px;
  }
  .missing p {
    flex: 1;
    min-width: 0;
  }
  .missing .button {
    flex: none;
  }
  :host([layout='card']) .missing {
    padding: 0 8px 8px 12px;
  }
  :host([layout='card'][edge='top']) .missing {
    order: 4;
  }
  :host([layout='strip']) .missing.parties {
    grid-area: parties;
  }
  :host([layout='strip']) .missing.monitor {
    grid-area: monitor;
  }
`;
