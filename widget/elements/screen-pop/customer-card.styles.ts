import { css } from 'lit';

export const cardStyles = css`
  :host {
    display: block;
  }
  form {
    display: grid;
    gap: 12px;
  }
  .top {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 12px;
    min-height: 20px;
  }
  .status {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    font-size: 12px;
    line-height: 16px;
    color: var(--telebar-text-muted);
  }
  .good {
    color: var(--telebar-success);
  }
  .bad {
    color: var(--telebar-danger);
    font-weight: 500;
  }
  .fields {
    display: grid;
    gap: 8px;
  }
  .problem {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 8px;
    padding: 10px 12px;
    border: 1px solid color-mix(in srgb, var(--telebar-danger) 40%, transparent);
    border-radius: var(--telebar-radius-small);
    background: color-mix(in srgb, var(--telebar-danger) 8%, var(--telebar-raised));
    font-size: 13px;
    line-height: 18px;
  }
  .problem > .icon {
    margin-top: 1px;
    color: var(--telebar-danger);
  }
  .choices {
    grid-column: 2;
    display: flex;
    gap: 8px;
  }
  /* Always in sight: the card is longer than the sheet on small screens. */
  .save {
    position: sticky;
    bottom: -16px;
    margin: 0 -16px -16px;
    padding: 12px 16px;
    border-top: 1px solid var(--telebar-line);
    background: var(--telebar-raised);
  }
  .save .button {
    width: 100%;
    min-height: 40px;
  }
`;
