import { css } from 'lit';

export const incomingStyles = css`
  :host {
    display: block;
    min-width: 0;
    --state: var(--telebar-state-ringing);
  }
  .call {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: center;
    gap: 12px;
  }
  .mark {
    display: grid;
    place-items: center;
    width: 44px;
    height: 44px;
    border-radius: 50%;
    background: color-mix(in srgb, var(--state) 14%, transparent);
    color: var(--state);
    animation: telebar-ring 1.2s ease-in-out infinite;
  }
  @keyframes telebar-ring {
    50% {
      box-shadow: 0 0 0 6px color-mix(in srgb, var(--state) 16%, transparent);
    }
  }
  .who {
    display: grid;
    min-width: 0;
  }
  .name {
    font-size: 20px;
    line-height: 26px;
    font-weight: 600;
  }
  .facts {
    font-size: 13px;
    line-height: 18px;
    color: var(--telebar-text-muted);
    font-variant-numeric: tabular-nums;
  }
  /* Lines break between facts, not in them, and a dot that would begin a line is cut off with the margin. */
  .fact {
    position: relative;
    margin-inline-end: 12px;
    white-space: nowrap;
  }
  .fact::before {
    content: '·';
    position: absolute;
    inset-inline-start: -16px;
    width: 16px;
    text-align: center;
  }
  .answers {
    grid-column: 1 / -1;
    display: grid;
    grid-template-columns: 1fr 2fr;
    gap: 8px;
  }
  .answers .button {
    min-height: 48px;
    border-radius: var(--telebar-radius);
  }
  .answer {
    font-size: 16px;
  }
  :host([layout='card']) {
    padding: 4px 0 0;
  }
  :host([layout='card']) .facts {
    white-space: normal;
  }
  :host([layout='card']) .failure {
    margin-top: 8px;
  }

  :host([layout='strip']) .call {
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 12px;
  }
  :host([layout='strip']) .mark {
    display: none;
  }
  :host([layout='strip']) .name {
    font-size: 16px;
    line-height: 20px;
  }
  :host([layout='strip']) .facts {
    font-size: 12px;
    line-height: 16px;
  }
  :host([layout='strip']) .answers {
    grid-column: auto;
    grid-template-columns: auto auto;
  }
  :host([layout='strip']) .answers .button {
    min-height: 40px;
    border-radius: var(--telebar-radius-small);
  }
  :host([layout='strip']) .answer {
    min-width: 120px;
  }

  :host([layout='pill']) .call {
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 8px;
  }
  :host([layout='pill']) :is(.mark, .facts, .word) {
    display: none;
  }
  :host([layout='pill']) .name {
    font-size: 14px;
    line-height: 20px;
    max-width: 160px;
  }
  :host([layout='pill']) .answers {
    grid-column: auto;
    grid-template-columns: auto auto;
    gap: 4px;
  }
  :host([layout='pill']) .answers .button {
    width: 36px;
    min-height: 36px;
    padding: 0;
    border-radius: 50%;
  }

  @container (width < 640px) {
    :host([layout='strip']) .word {
      position: absolute;
      clip-path: inset(50%);
    }
    :host([layout='strip']) .answers .button {
      min-width: 44px;
      padding: 0 6px;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .mark {
      animation: none;
    }
  }
`;
