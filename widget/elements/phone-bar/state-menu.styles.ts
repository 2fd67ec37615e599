import { css } from 'lit';

export const menuStyles = css`
  :host {
    display: block;
    min-height: 0;
    max-height: inherit;
    overflow-y: auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
  }
  .menu {
    padding: 4px;
  }
  .group + .group,
  .hint + .group,
  .group + .hint {
    margin-top: 4px;
    padding-top: 4px;
    border-top: 1px solid var(--telebar-line);
  }
  /* In sight however long the menu above it is. */
  .number {
    position: sticky;
    bottom: 0;
    padding: 8px 12px 12px;
    border-top: 1px solid var(--telebar-line);
    border-radius: 0 0 var(--telebar-radius) var(--telebar-radius);
    background: var(--telebar-raised);
  }
  .number .line {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 8px;
  }
  .number .hint {
    padding: 0;
  }
  .title {
    padding: 6px 8px 2px;
    font-size: 12px;
    line-height: 16px;
    font-weight: 600;
    color: var(--telebar-text-muted);
  }
  .hint {
    padding: 8px;
    font-size: 13px;
    color: var(--telebar-text-muted);
  }
  .item {
    appearance: none;
    display: grid;
    grid-template-columns: 20px minmax(0, 1fr) auto auto;
    align-items: center;
    gap: 8px;
    width: 100%;
    min-height: 34px;
    margin: 0;
    padding: 4px 8px;
    border: 0;
    border-radius: var(--telebar-radius-small);
    background: transparent;
    color: var(--telebar-text);
    font: inherit;
    text-align: start;
    cursor: pointer;
  }
  .heading {
    min-height: 28px;
    cursor: default;
    font-size: 12px;
    font-weight: 600;
    color: var(--telebar-text-muted);
  }
  [data-level='1'] {
    padding-inline-start: 24px;
  }
  [data-level='2'] {
    padding-inline-start: 40px;
  }
  [data-level='3'] {
    padding-inline-start: 56px;
  }
  button.item:hover,
  .item:focus-visible {
    background: var(--telebar-hover);
  }
  .item:focus-visible {
    outline-offset: -2px;
  }
  .item[aria-disabled='true'] {
    cursor: default;
    color: var(--telebar-text-muted);
  }
  .mark {
    display: grid;
    place-items: center;
    width: 20px;
    height: 20px;
    color: var(--telebar-text-muted);
  }
  [data-colour='red'] {
    color: var(--telebar-danger);
  }
  [data-colour='orange'] {
    color: var(--telebar-state-ringing);
  }
  [data-colour='green'] {
    color: var(--telebar-state-idle);
  }
  [data-colour='cyan'] {
    color: var(--telebar-state-consulting);
  }
  [data-colour='blue'] {
    color: var(--telebar-state-talking);
  }
  [data-colour='violet'] {
    color: var(--telebar-state-conference);
  }
  .mark.box {
    width: 18px;
    height: 18px;
    border: 1px solid var(--telebar-line-strong);
    border-radius: 4px;
  }
  [aria-checked='true'] .mark.box {
    border-color: transparent;
    background: var(--telebar-accent);
    color: var(--telebar-accent-text);
  }
  [aria-checked='true'][aria-disabled='true'] .mark.box {
    background: var(--telebar-text-muted);
    color: var(--telebar-surface);
  }
  .note {
    font-size: 12px;
    color: var(--telebar-text-muted);
  }
`;
