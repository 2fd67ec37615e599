import { css } from 'lit';

export const actionStyles = css`
  :host {
    display: block;
    position: relative;
  }
  .actions {
    display: grid;
    grid-template-columns: repeat(5, minmax(0, 1fr));
    gap: 4px;
  }
  .action {
    flex-direction: column;
    gap: 2px;
    min-height: 52px;
    padding: 4px 2px;
    font-size: 12px;
    line-height: 16px;
  }
  /* The word is there to read; a tip is for the reason against it, or for where the word has no room. */
  .action.ready::after {
    content: none;
  }
  .word {
    max-width: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .action.on {
    background: color-mix(in srgb, var(--telebar-state-held) 16%, var(--telebar-raised));
    color: var(--telebar-state-held);
  }
  .action.owed {
    border: 1px dashed currentColor;
  }
  [data-action='mute'].on {
    background: color-mix(in srgb, var(--telebar-danger) 12%, var(--telebar-raised));
    color: var(--telebar-danger);
  }
  [data-action='hangup'] {
    grid-column: span 3;
    flex-direction: row;
    gap: 8px;
    font-size: 14px;
    line-height: 20px;
  }
  [data-action='hangup'][aria-disabled='true'] {
    background: var(--telebar-sunken);
  }
  .action[aria-expanded='true'] {
    background: var(--telebar-hover);
  }
  /* In the card it pushes away from the edge, so that the buttons stay. */
  :host([layout='card']) {
    display: flex;
    flex-direction: column;
    gap: 8px;
  }
  :host([layout='card'][edge='bottom']) .failure {
    order: -1;
  }

  :host([layout='strip']) .actions {
    grid-auto-flow: column;
    grid-template-columns: none;
    grid-auto-columns: minmax(56px, auto);
    gap: 2px;
  }
  :host([layout='strip']) .action {
    min-height: 48px;
    padding: 2px 6px;
  }
  :host([layout='strip']) [data-action='hangup'] {
    grid-column: auto;
    margin-left: 8px;
    min-height: 40px;
    min-width: 104px;
    align-self: center;
    padding: 0 12px;
  }
  @container (900px <= width < 1250px) {
    :host([layout='strip']) :is([data-action='pause'], [data-action='ready']) {
      display: none;
    }
  }
  @container (width < 900px) {
    :host([layout='strip']) .actions {
      grid-auto-columns: minmax(0, 1fr);
    }
    :host([layout='strip']) [data-action='hangup'] {
      grid-column: span 2;
      min-width: 0;
    }
  }
  @container (width < 480px) {
    :host([layout='strip']) [data-action='hangup'] {
      grid-column: auto;
    }
    :host([layout='strip']) :is([data-action='pause'], [data-action='ready']) {
      display: none;
    }
    :host([layout='strip']) .actions {
      grid-auto-columns: minmax(0, 1fr);
    }
    :host([layout='strip']) .action {
      min-height: 44px;
    }
    :host([layout='strip']) .action.ready::after {
      content: attr(data-tip) / '';
    }
    :host([layout='strip']) .word {
      position: absolute;
      clip-path: inset(50%);
    }
    :host([layout='strip']) [data-action='hangup'] {
      margin-left: 0;
      min-height: 40px;
    }
  }
`;
