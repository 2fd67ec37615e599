import { css } from 'lit';

/** A row of `.tab` in `.tabs`. */
export const tabs = css`
  .tabs {
    display: flex;
    gap: 4px;
    border-bottom: 1px solid var(--telebar-line);
  }
  .tab {
    appearance: none;
    min-height: 36px;
    margin: 0 0 -1px;
    padding: 0 10px;
    border: 0;
    border-bottom: 2px solid transparent;
    background: transparent;
    color: var(--telebar-text-muted);
    font: inherit;
    font-size: 13px;
    font-weight: 500;
    cursor: pointer;
    transition: color var(--telebar-motion);
  }
  .tab:hover {
    color: var(--telebar-text);
  }
  .tab[aria-selected='true'] {
    border-bottom-color: var(--telebar-accent);
    color: var(--telebar-text);
  }
  @media (forced-colors: active) {
    .tab {
      border-bottom-color: Canvas;
    }
    .tab[aria-selected='true'] {
      border-bottom-color: Highlight;
    }
  }
  .tab:focus-visible {
    outline-offset: -2px;
    border-radius: 4px;
  }
`;
