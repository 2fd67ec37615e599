import { css } from 'lit';

/**
 * Last sheet of the elements that stand in the host's page. Nothing of the page's look comes in: every property that is
 * inherited is what it would be on an empty page, and no rule for the element itself (`*`, a tag, its name) holds, since
 * an important rule of a shadow tree wins over those of the page (CSS Cascade 5 §6.1). Custom properties pass: they are
 * how a page dresses the bar. `all` leaves out the direction of writing.
 */
export const host = css`
  :host {
    all: initial !important;
    direction: ltr !important;
    unicode-bidi: isolate !important;
    display: contents !important;
    color-scheme: light dark !important;
    font: 400 14px/20px var(--telebar-font) !important;
    color: var(--telebar-text) !important;
    cursor: default !important;
    user-select: text !important;
    -webkit-user-select: text !important;
    -webkit-font-smoothing: antialiased !important;
  }
  :host([theme='light']) {
    color-scheme: light !important;
  }
  :host([theme='dark']) {
    color-scheme: dark !important;
  }
  :host([hidden]) {
    display: none !important;
  }
`;
