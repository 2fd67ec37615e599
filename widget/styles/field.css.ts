import { css } from 'lit';

/** `.field` (label above control), `.input`, `.hint`, `.error-text`, `.switch`. */
export const field = css`
  .field {
    display: grid;
    gap: 4px;
    min-width: 0;
  }
  .label {
    display: flex;
    align-items: baseline;
    justify-content: space-between;
    gap: 8px;
    font-size: 13px;
    line-height: 18px;
    font-weight: 500;
    color: var(--telebar-text-muted);
  }
  .input {
    appearance: none;
    width: 100%;
    min-height: 36px;
    margin: 0;
    padding: 7px 10px;
    border: 1px solid var(--telebar-line-strong);
    border-radius: var(--telebar-radius-small);
    background: var(--telebar-surface);
    color: var(--telebar-text);
    font: inherit;
    transition: border-color var(--telebar-motion);
  }
  .input::placeholder {
    color: var(--telebar-text-muted);
    opacity: 1;
  }
  .input:focus-visible {
    outline: 2px solid var(--telebar-focus);
    outline-offset: -1px;
    border-color: transparent;
  }
  .input[aria-invalid='true'] {
    border-color: var(--telebar-danger);
  }
  .input:read-only:not(select) {
    border-style: dashed;
    border-color: var(--telebar-line);
    background: var(--telebar-sunken);
    color: var(--telebar-text-muted);
  }
  .input:disabled {
    opacity: 1;
    background: var(--telebar-sunken);
    color: var(--telebar-text-muted);
    cursor: not-allowed;
  }
  textarea.input {
    min-height: 76px;
    line-height: 20px;
    resize: vertical;
  }
  select.input {
    padding-right: 32px;
    background-image:
      linear-gradient(45deg, transparent 50%, currentColor 50%),
      linear-gradient(-45deg, transparent 50%, currentColor 50%);
    background-position:
      right 17px center,
      right 12px center;
    background-size: 5px 5px;
    background-repeat: no-repeat;
    text-overflow: ellipsis;
    cursor: pointer;
  }
  select.input option {
    background: Canvas;
    color: CanvasText;
  }
  @media (forced-colors: active) {
    /* Its arrow is a background, which is not drawn then. */
    select.input {
      appearance: auto;
    }
  }
  input[type='range'] {
    width: 100%;
    height: 20px;
    margin: 0;
    accent-color: var(--telebar-accent);
  }
  .hint {
    font-size: 12px;
    line-height: 16px;
    color: var(--telebar-text-muted);
  }
  .error-text {
    display: flex;
    align-items: flex-start;
    gap: 6px;
    font-size: 13px;
    line-height: 18px;
    color: var(--telebar-danger);
  }
  .error-text .icon {
    margin-top: 1px;
  }
`;
