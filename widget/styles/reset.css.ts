import { css } from 'lit';

/** First sheet of every shadow root: nothing of the host page's look comes in by inheritance that we do not want. */
export const reset = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :host {
    font-family: var(--telebar-font);
    font-size: 14px;
    font-style: normal;
    font-weight: 400;
    font-variant: normal;
    line-height: 20px;
    letter-spacing: normal;
    text-transform: none;
    text-align: start;
    text-indent: 0;
    text-shadow: none;
    white-space: normal;
    word-spacing: normal;
    cursor: default;
    color: var(--telebar-text);
    -webkit-font-smoothing: antialiased;
  }
  :host([hidden]) {
    display: none !important;
  }
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd,
  figure,
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
    min-width: 0;
    list-style: none;
  }
  h2,
  h3 {
    font: inherit;
    font-weight: 600;
  }
  [hidden] {
    display: none !important;
  }
  .icon {
    display: block;
    flex: none;
  }
  .num,
  time {
    font-variant-numeric: tabular-nums;
  }
  .ellipsis {
    min-width: 0;
    /* Only the end of the line is cut: tight lines keep the tails of their letters. */
    overflow: clip visible;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .muted {
    color: var(--telebar-text-muted);
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    padding: 0;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
    border: 0;
  }
  :focus {
    outline: none;
  }
  :focus-visible {
    outline: 2px solid var(--telebar-focus);
    outline-offset: 2px;
  }
`;
