import { css } from 'lit';

export const callInStyles = css`
  .tabs {
    margin: -4px 0 0;
  }
  .filters {
    flex: none;
    display: grid;
    gap: 8px;
    padding: 12px 16px 8px;
  }
  .narrow {
    display: flex;
    align-items: center;
    gap: 12px;
  }
  .narrow select.input {
    flex: 1;
    min-width: 0;
  }
  .check {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-height: 24px;
    font-size: 13px;
    white-space: nowrap;
    cursor: pointer;
  }
  .check input {
    width: 16px;
    height: 16px;
    margin: 0;
    accent-color: var(--telebar-accent);
  }
  .list {
    /* However many match: nothing jumps while somebody types. */
    flex: 0 1 296px;
    padding: 0 8px 8px;
  }
  .option {
    display: grid;
    grid-template-columns: 10px minmax(0, 1fr) auto;
    align-items: center;
    gap: 10px;
    min-height: 44px;
    padding: 4px 8px;
    border-radius: var(--telebar-radius-small);
    font-size: 13px;
    line-height: 18px;
    cursor: pointer;
  }
  .option:hover {
    background: var(--telebar-hover);
  }
  .option[aria-selected='true'] {
    background: color-mix(in srgb, var(--telebar-accent) 12%, var(--telebar-raised));
    box-shadow: inset 2px 0 var(--telebar-accent);
  }
  .option[aria-disabled='true'] {
    cursor: default;
    color: var(--telebar-text-muted);
  }
  .option[aria-disabled='true']:hover {
    background: none;
  }
  .dot {
    width: 10px;
    height: 10px;
    border-radius: 50%;
    background: var(--state, var(--telebar-text-muted));
  }
  .option[aria-disabled='true'] .dot {
    background: none;
    box-shadow: inset 0 0 0 2px var(--state, var(--telebar-text-muted));
  }
  .option > .icon {
    margin: 0 -3px;
    color: var(--telebar-text-muted);
  }
  .who {
    font-weight: 500;
  }
  .who .num {
    margin-right: 2px;
    color: var(--telebar-text-muted);
    font-weight: 400;
  }
  .how {
    font-size: 12px;
    line-height: 16px;
    white-space: nowrap;
    color: var(--telebar-text-muted);
    font-variant-numeric: tabular-nums;
  }
  .how b {
    font-weight: 500;
  }
  .free .how b {
    color: var(--state);
  }
  .note {
    padding: 8px 16px 12px;
    font-size: 13px;
    line-height: 18px;
    color: var(--telebar-text-muted);
  }
  .foot {
    display: grid;
    grid-template-columns: repeat(3, minmax(0, 1fr));
  }
  .foot telebar-failure-note {
    grid-column: 1 / -1;
  }
  @media (forced-colors: active) {
    .option[aria-selected='true'] {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
    .dot {
      background: CanvasText;
    }
  }
`;
