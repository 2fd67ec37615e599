import { css } from 'lit';

/**
 * In a docked bar of two rows and more a tip hangs over the edge of the bar as a whole: beside its button it would cover who
 * is in the call. For elements with `layout` and `[data-tip]` in the bar's own box.
 */
export const narrowTips = css`
  @container (width < 900px) {
    :host([layout='strip']) {
      position: static;
    }
    /* The line of a command that was sent runs along its own button. */
    :host([layout='strip']) [data-tip]:not([aria-busy='true']) {
      position: static;
    }
  }
`;
