import { css } from 'lit';

/** Inside of a panel: head with title and close button, scrolling body, optional foot. */
export const sheet = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    max-height: inherit;
  }
  .head {
    display: flex;
    align-items: center;
    gap: 8px;
    flex: none;
    min-height: 48px;
    padding: 8px 8px 8px 16px;
    border-bottom: 1px solid var(--telebar-line);
  }
  .head h2 {
    flex: 1;
    font-size: 14px;
  }
  .body {
    flex: 1;
    min-height: 0;
    overflow-y: auto;
    overscroll-behavior: contain;
    padding: 16px;
    scrollbar-width: thin;
    scrollbar-color: var(--telebar-line-strong) transparent;
  }
  .foot {
    flex: none;
    display: flex;
    align-items: center;
    gap: 8px;
    padding: 12px 16px;
    border-top: 1px solid var(--telebar-line);
  }
  .section-title {
    font-size: 12px;
    line-height: 16px;
    font-weight: 600;
    color: var(--telebar-text-muted);
  }
`;
