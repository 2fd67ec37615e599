import { css } from 'lit';

export const getStartedStyles = css`
  :host {
    display: block;
    flex: 1;
    min-height: 0;
    padding: 20px 24px 32px;
    overflow-y: auto;
  }
  h2 {
    font-size: 18px;
    line-height: 28px;
  }
  .lead {
    margin-bottom: 16px;
    font-size: 13px;
    line-height: 18px;
    color: var(--telebar-text-muted);
  }
  ol {
    display: grid;
    max-width: 680px;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  li {
    display: grid;
    grid-template-columns: 28px minmax(0, 1fr);
    gap: 14px;
    position: relative;
    padding-bottom: 24px;
  }
  /* The way from one step to the next. */
  li:not(:last-child)::before {
    content: '';
    position: absolute;
    inset: 32px auto 4px 13px;
    width: 2px;
    background: var(--telebar-line);
  }
  li.done:not(:last-child)::before {
    background: var(--telebar-success);
  }
  .mark {
    display: grid;
    place-items: center;
    width: 28px;
    height: 28px;
    border: 2px solid var(--telebar-line-strong);
    border-radius: 50%;
    color: var(--telebar-text-muted);
    font-size: 13px;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  .next .mark {
    border-color: var(--telebar-accent);
    color: var(--telebar-text);
  }
  .done .mark {
    border-color: var(--telebar-success);
    background: var(--telebar-success);
    color: var(--telebar-success-text);
  }
  .step {
    display: grid;
    gap: 6px;
    min-width: 0;
    padding-top: 3px;
  }
  h3 {
    font-size: 14px;
    line-height: 22px;
    font-weight: 600;
  }
  .step p {
    font-size: 13px;
    line-height: 18px;
    color: var(--telebar-text-muted);
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 16px;
    font-variant-numeric: tabular-nums;
  }
  .facts:empty {
    display: none;
  }
  .ways {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin-top: 4px;
  }
  .state {
    display: grid;
    justify-items: center;
    gap: 12px;
    padding: 24px;
    color: var(--telebar-text-muted);
  }
`;
