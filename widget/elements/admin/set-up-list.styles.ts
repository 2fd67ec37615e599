import { css } from 'lit';

export const listStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    gap: 12px;
    min-width: 0;
    min-height: 0;
    padding: 16px 20px;
    container-type: inline-size;
  }
  header,
  .tools {
    display: flex;
    align-items: center;
    gap: 12px;
    flex: none;
  }
  h2 {
    flex: 1;
    font-size: 18px;
    line-height: 28px;
    font-weight: 600;
  }
  .tools .input {
    flex: 1;
    max-width: 360px;
  }
  .tools .button {
    margin-inline-start: auto;
  }
  .gap {
    flex: 1;
  }
  .choice {
    display: flex;
    flex-wrap: wrap;
    gap: 8px 16px;
    margin: 0;
    padding: 10px 12px;
    border: 1px solid var(--telebar-line);
    border-radius: var(--telebar-radius-small);
    background: var(--telebar-sunken);
    font-size: 13px;
  }
  .choice legend {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  .choice label {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    cursor: pointer;
  }
  input[type='checkbox'] {
    width: 16px;
    height: 16px;
    margin: 0;
    accent-color: var(--telebar-accent);
  }
  .scroll {
    flex: 0 1 auto;
    min-height: 0;
    overflow: auto;
    border: 1px solid var(--telebar-line);
    border-radius: var(--telebar-radius-small);
    scrollbar-width: thin;
    scrollbar-color: var(--telebar-line-strong) transparent;
  }
  table {
    width: 100%;
    border-collapse: separate;
    border-spacing: 0;
    font-size: 13px;
    line-height: 18px;
  }
  table[aria-busy='true'] tbody {
    opacity: 0.6;
  }
  th {
    position: sticky;
    top: 0;
    z-index: 1;
    padding: 0 12px;
    height: 36px;
    border-bottom: 1px solid var(--telebar-line);
    background: var(--telebar-sunken);
    color: var(--telebar-text-muted);
    font-size: 12px;
    font-weight: 600;
    text-align: start;
    white-space: nowrap;
  }
  th button {
    appearance: none;
    display: inline-flex;
    align-items: center;
    gap: 4px;
    min-height: 28px;
    margin: 0 -6px;
    padding: 0 6px;
    border: 0;
    border-radius: 4px;
    background: transparent;
    color: inherit;
    font: inherit;
    cursor: pointer;
  }
  th button:hover {
    background: var(--telebar-hover);
  }
  th .icon {
    width: 14px;
    height: 14px;
  }
  td {
    padding: 9px 12px;
    border-bottom: 1px solid var(--telebar-line);
    overflow-wrap: anywhere;
    vertical-align: top;
  }
  tbody tr:last-child td {
    border-bottom: 0;
  }
  .numeric {
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  tr.opens {
    cursor: pointer;
  }
  tr.opens:hover td {
    background: var(--telebar-hover);
  }
  tr[aria-current='true'] td {
    background: color-mix(in srgb, var(--telebar-accent) 10%, var(--telebar-surface));
  }
  .row {
    appearance: none;
    margin: 0;
    padding: 0;
    border: 0;
    background: transparent;
    color: inherit;
    font: inherit;
    font-weight: 500;
    text-align: start;
    cursor: pointer;
  }
  .mark.off {
    color: var(--telebar-text-muted);
  }
  .fields {
    display: grid;
    gap: 2px;
  }
  .fields b {
    font-weight: 600;
    color: var(--telebar-text-muted);
  }
  .fields s {
    color: var(--telebar-text-muted);
  }
  .view {
    display: grid;
    justify-items: center;
    gap: 12px;
    padding: 40px 16px;
    text-align: center;
    color: var(--telebar-text-muted);
  }
  .bones {
    display: grid;
    gap: 8px;
  }
  .bone {
    height: 36px;
    border-radius: var(--telebar-radius-small);
    background: var(--telebar-sunken);
  }
  .more {
    flex: none;
    align-self: center;
  }
  :focus-visible {
    outline: 2px solid var(--telebar-focus);
    outline-offset: 1px;
  }

  /* Each row is a card: a table of six columns has no room. */
  @container (max-width: 600px) {
    thead {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    table,
    tbody,
    tr,
    td {
      display: block;
    }
    tr {
      padding: 8px 12px;
      border-bottom: 1px solid var(--telebar-line);
    }
    tr:last-child {
      border-bottom: 0;
    }
    td {
      display: grid;
      grid-template-columns: 40% 1fr;
      gap: 8px;
      padding: 2px 0;
      border: 0;
    }
    td::before {
      content: attr(data-label);
      color: var(--telebar-text-muted);
      font-size: 12px;
    }
    td:first-child {
      display: block;
      font-size: 14px;
    }
    td:first-child::before {
      content: none;
    }
    tr.opens:hover,
    tr[aria-current='true'] {
      background: var(--telebar-hover);
    }
  }
`;
