import { css } from 'lit';

/** `.button` with `.primary`, `.success`, `.danger`, `.quiet`, `.icon-only`; `aria-disabled` keeps focus and tooltip. */
export const button = css`
  .button {
    appearance: none;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-width: 0;
    min-height: 36px;
    margin: 0;
    padding: 0 12px;
    border: 1px solid var(--telebar-line);
    border-radius: var(--telebar-radius-small);
    background: var(--telebar-raised);
    color: var(--telebar-text);
    font: inherit;
    font-weight: 500;
    white-space: nowrap;
    cursor: pointer;
    position: relative;
    transition:
      background var(--telebar-motion),
      border-color var(--telebar-motion),
      color var(--telebar-motion);
  }
  .button:hover {
    background: var(--telebar-hover);
  }
  .button:active {
    background: var(--telebar-line);
  }
  .button.quiet {
    border-color: transparent;
    background: transparent;
  }
  .button.quiet:hover {
    background: var(--telebar-hover);
  }
  .button.primary {
    --fill: var(--telebar-accent);
    --on-fill: var(--telebar-accent-text);
  }
  .button.success {
    --fill: var(--telebar-success);
    --on-fill: var(--telebar-success-text);
  }
  .button.danger {
    --fill: var(--telebar-danger);
    --on-fill: var(--telebar-danger-text);
  }
  .button:is(.primary, .success, .danger) {
    border-color: transparent;
    background: var(--fill);
    color: var(--on-fill);
    font-weight: 600;
  }
  .button:is(.primary, .success, .danger):hover {
    background: color-mix(in srgb, var(--fill) 88%, var(--telebar-text));
  }
  .button.danger.outline {
    border-color: color-mix(in srgb, var(--telebar-danger) 45%, transparent);
    background: transparent;
    color: var(--telebar-danger);
  }
  .button.danger.outline:hover {
    background: color-mix(in srgb, var(--telebar-danger) 10%, transparent);
  }
  .button.icon-only {
    width: 32px;
    min-height: 32px;
    padding: 0;
    color: var(--telebar-text-muted);
  }
  .button.icon-only:hover {
    color: var(--telebar-text);
  }
  .button.small {
    min-height: 28px;
    padding: 0 10px;
    font-size: 13px;
  }
  .button[aria-disabled='true'] {
    background: transparent;
    border-color: var(--telebar-line);
    color: color-mix(in srgb, var(--telebar-text-muted) 60%, transparent);
    cursor: not-allowed;
  }
  .button.quiet[aria-disabled='true'] {
    border-color: transparent;
  }

  /* Sent, not yet confirmed: a line runs along the lower edge; the control stays where it is. */
  .button[aria-busy='true']::before {
    content: '';
    position: absolute;
    inset: auto 10% 3px;
    height: 2px;
    border-radius: 1px;
    background: linear-gradient(90deg, transparent, currentColor, transparent) 0 0 / 50% 100% no-repeat;
    animation: telebar-run 900ms linear infinite;
  }
  @keyframes telebar-run {
    from {
      background-position: -100% 0;
    }
    to {
      background-position: 200% 0;
    }
  }

  [data-tip]::after {
    content: attr(data-tip) / '';
    position: absolute;
    z-index: 3;
    bottom: calc(100% + 6px);
    left: 50%;
    width: max-content;
    max-width: 200px;
    padding: 4px 8px;
    border-radius: var(--telebar-radius-small);
    background: var(--telebar-text);
    color: var(--telebar-surface);
    font-size: 12px;
    font-weight: 500;
    line-height: 16px;
    white-space: normal;
    text-align: center;
    pointer-events: none;
    opacity: 0;
    transform: translateX(-50%);
    transition: opacity var(--telebar-motion);
    visibility: hidden;
  }
  [data-tip]:hover::after,
  [data-tip]:focus-visible::after {
    opacity: 1;
    visibility: visible;
    transition-delay: 300ms;
  }
  [data-tip][data-tip-side='below']::after {
    bottom: auto;
    top: calc(100% + 6px);
  }
  [data-tip][data-tip-align='end']::after {
    left: auto;
    right: 0;
    transform: none;
  }
  @media (prefers-reduced-motion: reduce) {
    .button[aria-busy='true']::before {
      animation: none;
      background: currentColor;
      opacity: 0.6;
    }
  }
  @media (forced-colors: active) {
    .button[aria-disabled='true'] {
      color: GrayText;
      border-color: GrayText;
    }
  }
`;
