import { css } from 'lit';

export const accountStyles = css`
  :host {
    display: grid;
    gap: 12px;
    min-width: 0;
  }
  h3 {
    font-size: 14px;
    line-height: 20px;
    font-weight: 600;
  }
  form {
    display: grid;
    gap: 12px;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  .note {
    font-size: 13px;
    line-height: 18px;
  }
`;
