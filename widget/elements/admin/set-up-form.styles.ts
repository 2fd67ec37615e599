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
  details {
    margin: 0 -16px;
    border-top: 1px solid var(--telebar-line);
  }
  details + details {
    margin-top: -20px;
  }
  summary {
    display: flex;
    align-items: center;
    gap: 12px;
    min-height: 40px;
    padding: 6px 16px;
    list-style: none;
    cursor: pointer;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  summary:hover {
    background: var(--telebar-hover);
  }
  summary:focus-visible {
    outline: 2px solid var(--telebar-focus);
    outline-offset: -2px;
  }
  summary .section-title {
    flex: none;
    font-size: 13px;
    line-height: 18px;
    color: var(--telebar-text);
  }
  .sum {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    font-size: 12px;
    line-height: 16px;
    color: var(--telebar-text-muted);
    text-align: end;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  summary .icon {
    flex: none;
    margin-inline-start: auto;
    color: var(--telebar-text-muted);
    transition: rotate var(--telebar-motion);
  }
  details[open] summary .icon {
    rotate: 180deg;
  }
  details[open] .sum {
    visibility: hidden;
  }
  details > fieldset {
    padding: 4px 16px 20px;
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
  /* A number needs no line of its own. */
  .short {
    grid-template-columns: minmax(0, 1fr) 116px;
    column-gap: 12px;
  }
  .short .with-unit {
    grid-area: 1 / 2 / span 2;
    align-self: start;
  }
  .short .input {
    flex: none;
    width: 92px;
  }
  .short .label {
    grid-area: 1 / 1;
    align-self: center;
    min-height: 18px;
  }
  .short .label:nth-last-child(2) {
    grid-row-end: span 2;
  }
  .short .hint {
    grid-column: 1;
  }
  .short .error-text {
    grid-column: 1 / -1;
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
  .radios,
  .choices:has(.hint) {
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
  .foot[hidden] {
    display: none;
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
  .step {
    display: grid;
    justify-items: start;
    gap: 8px;
    font-size: 13px;
    line-height: 18px;
  }
  .bone {
    height: 36px;
    border-radius: var(--telebar-radius-small);
    background: var(--telebar-sunken);
  }
`;
