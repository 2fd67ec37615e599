import { css } from 'lit';

export const afterCallStyles = css`
  :host {
    display: block;
    min-width: 0;
  }
  .lead {
    display: flex;
    align-items: baseline;
    justify-content: space-between;
    gap: 12px;
    min-width: 0;
  }
  .name {
    font-weight: 500;
  }
  .left {
    flex: none;
    font-size: 12px;
    line-height: 16px;
    color: var(--telebar-text-muted);
  }
  .left .num {
    color: var(--state);
    font-weight: 600;
  }
  .notes,
  form {
    display: grid;
    gap: 8px;
    min-width: 0;
  }
  .choices {
    display: grid;
    gap: 8px;
    min-width: 0;
  }
  .reasons {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-height: 30px;
    padding: 0 10px 0 8px;
    border: 1px solid var(--telebar-line);
    border-radius: 15px;
    font-size: 13px;
    line-height: 18px;
    white-space: nowrap;
    cursor: pointer;
    transition:
      background var(--telebar-motion),
      border-color var(--telebar-motion);
  }
  .chip:hover {
    background: var(--telebar-hover);
  }
  .chip:has(:checked) {
    border-color: var(--telebar-accent);
    background: color-mix(in srgb, var(--telebar-accent) 10%, transparent);
  }
  .chip:has(:focus-visible) {
    outline: 2px solid var(--telebar-focus);
    outline-offset: 1px;
  }
  .chip input {
    width: 14px;
    height: 14px;
    margin: 0;
    outline: none;
    accent-color: var(--telebar-accent);
    cursor: pointer;
  }
  textarea.input {
    field-sizing: content;
    min-height: 56px;
    max-height: 136px;
    resize: none;
    scrollbar-width: thin;
  }
  .ready {
    min-height: 40px;
  }

  /* Its parts lie in the grid of the bar: the form in a row of its own, the rest where the stage is. */
  :host([layout='strip']),
  :host([layout='strip']) form {
    display: contents;
  }
  :host([layout='strip']) .lead {
    grid-area: stage;
    display: grid;
    gap: 0;
    margin-right: 168px;
    padding-left: 12px;
    border-left: 1px solid var(--telebar-line);
  }
  :host([layout='strip']) .ready {
    grid-area: stage;
    justify-self: end;
    width: 160px;
  }
  :host([layout='strip']) .notes {
    grid-area: notes;
    grid-template-columns: minmax(0, auto) minmax(200px, 1fr);
    align-items: center;
    gap: 12px;
    padding: 8px 0;
    border: 0 solid var(--telebar-line);
  }
  :host([layout='strip']) .notes > :only-child {
    grid-column: 1 / -1;
  }
  :host([layout='strip']) .choices {
    grid-auto-flow: column;
    align-items: center;
  }
  :host([layout='strip']) .reasons {
    flex-wrap: nowrap;
    overflow-x: auto;
    padding: 3px;
    margin: -3px;
    scrollbar-width: none;
  }
  :host([layout='strip']) textarea.input {
    min-height: 36px;
  }
  @container (width < 1000px) {
    :host([layout='strip']) .lead {
      padding-left: 8px;
    }
  }
  @container (width < 640px) {
    :host([layout='strip']) .lead {
      display: none;
    }
    :host([layout='strip']) .ready {
      width: 100%;
    }
    :host([layout='strip']) .notes {
      grid-template-columns: minmax(0, 1fr);
      gap: 8px;
    }
  }
`;
