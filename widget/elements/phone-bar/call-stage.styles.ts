import { css } from 'lit';

export const stageStyles = css`
  :host {
    display: block;
    position: relative;
    min-width: 0;
  }
  .row {
    display: flex;
    align-items: center;
    gap: 8px;
    min-width: 0;
  }
  .row > .button {
    flex: none;
    min-height: 40px;
  }
  .input {
    flex: 1;
    min-width: 0;
    min-height: 40px;
    font-size: 16px;
  }
  .paused .word {
    position: absolute;
    clip-path: inset(50%);
  }
  .lead {
    flex: 1;
    font-weight: 500;
  }
  .after {
    grid-area: stage;
  }
  .call {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 4px;
    min-width: 0;
  }
  .kind {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 8px;
    font-size: 12px;
    line-height: 16px;
    color: var(--telebar-text-muted);
  }
  .monitor {
    display: flex;
    align-items: center;
    gap: 4px;
    flex: 1;
    min-width: 0;
    color: var(--telebar-state-consulting);
  }
  .monitor b {
    font-weight: 500;
  }
  .monitor .icon {
    width: 14px;
    height: 14px;
  }
  .cells {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
    min-width: 0;
  }
  .cells li {
    flex: 1 1 180px;
    min-width: 0;
  }
  .cells li.self {
    flex: 0 0 132px;
  }
  /* Two in a row; the fourth row looks out, and whoever is further down is reached by scrolling. */
  .several {
    max-height: 150px;
    overflow-y: auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--telebar-line-strong) transparent;
  }
  .several.several li {
    flex: 1 1 150px;
  }

  :host([layout='card']) {
    display: grid;
    align-content: center;
    min-height: 76px;
  }

  :host([layout='strip']) .call {
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: center;
    gap: 12px;
  }
  :host([layout='strip']) .kind {
    order: 2;
    max-width: 220px;
  }
  /* Why a call has ended is a sentence: two lines of it. */
  :host([layout='strip']) .kind .ellipsis {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    white-space: normal;
  }
  /* Who is in the call matters more than whose call it is. */
  :host([layout='strip']) .kind:has(.monitor) > .ellipsis {
    display: none;
  }
  :host([layout='strip']) .cells {
    flex-wrap: nowrap;
  }
  :host([layout='strip']) .cells li {
    flex: 0 1 240px;
  }
  :host([layout='strip']) .cells li.self {
    flex: 0 0 132px;
  }
  :host([layout='strip']) .several {
    max-height: none;
    overflow: auto hidden;
  }
  :host([layout='strip']) .several.several li {
    flex: 1 0 140px;
    max-width: 240px;
  }
  /* Without hovering the buttons of each cell are always there: the name keeps as much beside them. */
  @media (hover: none) {
    .several.several li,
    :host([layout='strip']) .several.several li {
      flex-basis: 210px;
    }
  }
  /* That sentence needs the room of the own cell, which has nothing to say any more. */
  :host([layout='strip']) .ended li.self {
    display: none;
  }
  :host([layout='strip']) .dial {
    max-width: 360px;
  }
  @container (900px <= width < 1100px) {
    :host([layout='strip']) .cells li.self,
    :host([layout='strip']) .kind .ellipsis {
      display: none;
    }
  }
  @container (width < 900px) {
    :host([layout='strip']) .dial {
      max-width: none;
    }
    :host([layout='strip']) .cells li {
      flex: 1 1 0;
    }
  }
  @container (width < 640px) {
    :host([layout='strip']) .cells li.self,
    :host([layout='strip']) .kind > :not(.monitor),
    :host([layout='strip']) .kind .monitor .ellipsis,
    :host([layout='strip']) .dial.paused > :not(:last-child),
    :host([layout='strip']) .lead:first-child {
      display: none;
    }
    :host([layout='strip']) .row > .button:only-of-type {
      min-width: 0;
    }
    :host([layout='strip']) :is(.paused, .out) > .button:last-child {
      flex: 1;
    }
    :host([layout='strip']) .dial:not(.paused) .word {
      position: absolute;
      clip-path: inset(50%);
    }
  }
  @container (width < 480px) {
    :host([layout='strip']) {
      position: static;
    }
  }
`;
