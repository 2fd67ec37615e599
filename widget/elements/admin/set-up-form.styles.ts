import { css } from 'lit';

export const formStyles = css`
  form {
    display: flex;
    flex-direction: column;
    flex: 1;
    min-height: 0;
  }
  .head h2 {
    min-width: 0;
    overflow: hidden;
    font-size: 16px;
    line-height: 24px;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .body {
    display: grid;
    align-content: start;
    gap: 20px;
  }
  fieldset {
    display: grid;
    gap: 12px;
    min-width: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }
  legend {
    margin-bottom: 8px;
    padding: 0;
  }
  .label {
    justify-content: flex-start;
    gap: 4px;
  }
  .star {
    color: var(--telebar-danger);
  }
  .with-unit {
    display: flex;
    align-items: center;
    gap: 8px;
  }
  .unit {
    flex: none;
    font-size: 13px;
    color: var(--telebar-text-muted);
  }
  .lines {
    height: auto;
    padding: 8px;
    line-height: 20px;
    resize: vertical;
  }
  .check {
    display: flex;
    align-items: flex-start;
    gap: 8px;
    cursor: pointer;
  }
  .check > span {
    display: grid;
    gap: 2px;
  }
  .check input {
    flex: none;
    width: 16px;
    height: 16px;
    margin: 2px 0;
    accent-color: var(--telebar-accent);
  }
  .radios {
    gap: 8px;
  }
  /* In the place of a list there is more room than lines of text want. */
  :host([stays]) .body > *,
  :host([stays]) .foot > * {
    width: 100%;
    max-width: 640px;
  }
  :host([stays]) .head,
  :host([stays]) .body,
  :host([stays]) .foot {
    padding-inline: 20px;
  }
  :host([stays]) fieldset + fieldset {
    padding-top: 20px;
    border-top: 1px solid var(--telebar-line);
  }
  :host([stays]) legend {
    float: inline-start;
    margin: 0;
    font-size: 14px;
    line-height: 20px;
    color: var(--telebar-text);
  }
  .foot {
    display: grid;
    gap: 10px;
  }
  .saved {
    margin-inline-end: auto;
    color: var(--telebar-text-muted);
  }
  .buttons {
    display: flex;
    align-items: center;
    justify-content: flex-end;
    gap: 8px;
  }
  .conflict {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    padding: 10px 12px;
    border: 1px solid color-mix(in srgb, var(--telebar-warning) 45%, transparent);
    border-radius: var(--telebar-radius-small);
    background: color-mix(in srgb, var(--telebar-warning) 10%, var(--telebar-raised));
    font-size: 13px;
    line-height: 18px;
  }
  .conflict p {
    flex-basis: 100%;
  }
  .bone {
    height: 36px;
    border-radius: var(--telebar-radius-small);
    background: var(--telebar-sunken);
  }
`;
