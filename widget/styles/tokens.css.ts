import { css } from 'lit';

/**
 * Design tokens of every public element. One list for both themes: `light-dark()` follows `color-scheme`, which the
 * attribute `theme` sets. A host page overrides a token on the element: `telebar-phone-bar { --telebar-accent: … }`.
 * Contrast: text 4.5:1 on surface, raised and sunken; state colours 4.5:1 as text and on their own 12 % tint;
 * `line-strong` and every mark 3:1 (WCAG 2.2, 1.4.3 and 1.4.11).
 */
export const tokens = css`
  :host {
    --telebar-surface: light-dark(#ffffff, #17191e);
    --telebar-raised: light-dark(#ffffff, #1e2127);
    --telebar-sunken: light-dark(#f4f5f7, #101216);
    --telebar-hover: light-dark(#eceef1, #2a2e36);
    --telebar-line: light-dark(#e2e5ea, #2e323b);
    --telebar-line-strong: light-dark(#858c99, #6d7584);
    --telebar-text: light-dark(#171a20, #eef0f4);
    --telebar-text-muted: light-dark(#565e6c, #a3abb9);
    --telebar-accent: light-dark(#2557d6, #85aaff);
    --telebar-accent-text: light-dark(#ffffff, #0c1530);
    --telebar-danger: light-dark(#ba1f18, #ff8a80);
    --telebar-danger-text: light-dark(#ffffff, #33060a);
    --telebar-success: light-dark(#0f6e37, #55cf8a);
    --telebar-success-text: light-dark(#ffffff, #04240f);
    --telebar-warning: light-dark(#8a5a00, #f2bd4b);
    --telebar-focus: light-dark(#2557d6, #9dbbff);
    --telebar-shadow:
      0 1px 2px light-dark(#171a2014, #00000066), 0 12px 32px -8px light-dark(#171a2038, #000000b3);

    --telebar-state-idle: light-dark(#0f6e37, #55cf8a);
    --telebar-state-ringing: light-dark(#b0350a, #ff9166);
    --telebar-state-talking: light-dark(#1d5bc9, #85aaff);
    --telebar-state-held: light-dark(#4c43b8, #aba6ff);
    --telebar-state-consulting: light-dark(#0b6b85, #56cbe4);
    --telebar-state-conference: light-dark(#7a35b3, #cda3f5);
    --telebar-state-acw: light-dark(#8a5a00, #f2bd4b);
    --telebar-state-paused: light-dark(#6b5a4d, #c9b3a3);
    --telebar-state-signed-out: light-dark(#565e6c, #a3abb9);

    --telebar-party-ringing: light-dark(#ba1f18, #ff8a80);
    --telebar-party-talking: light-dark(#0f6e37, #55cf8a);
    --telebar-party-conference: light-dark(#7d6200, #f3d24a);
    --telebar-party-gone: light-dark(#565e6c, #a3abb9);

    --telebar-font:
      -apple-system, 'Segoe UI Variable Text', 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', Arial,
      'PingFang SC', 'Microsoft YaHei UI', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif;
    --telebar-radius-small: 6px;
    --telebar-radius: 10px;
    --telebar-radius-large: 16px;
    --telebar-motion: 120ms ease-out;
    --telebar-motion-panel: 200ms ease-out;
    --telebar-layer: 2147483000;
  }

  @media (prefers-contrast: more) {
    :host {
      --telebar-line: light-dark(#6b7280, #9aa3b2);
      --telebar-line-strong: light-dark(#171a20, #eef0f4);
      --telebar-text-muted: light-dark(#2f3540, #d6dbe4);
    }
  }
  @media (forced-colors: active) {
    :host {
      --telebar-line: CanvasText;
      --telebar-line-strong: CanvasText;
      --telebar-focus: Highlight;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    :host {
      --telebar-motion: 0s;
      --telebar-motion-panel: 0s;
    }
  }
`;
