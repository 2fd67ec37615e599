import { css } from 'lit';

export const popStyles = css`
  .sheet {
    display: flex;
    flex-direction: column;
    min-height: 0;
    border: 1px solid var(--telebar-line);
    border-radius: var(--telebar-radius-large);
    background: var(--telebar-raised);
    color: var(--telebar-text);
    font: 400 14px/20px var(--telebar-font);
    overflow: hidden;
  }
  .over {
    /* Against the browser's own look of popovers (parts/top-layer.ts). */
    inset: auto;
    height: auto;
    margin: 0;
    padding: 0;
    position: fixed;
    z-index: calc(var(--telebar-layer) - 1);
    box-shadow: var(--telebar-shadow);
    animation: telebar-slide var(--telebar-motion-panel);
  }
  .inline {
    height: 100%;
  }
  .empty {
    display: grid;
    place-items: center;
    min-height: 160px;
    padding: 24px;
    text-align: center;
  }
  .head {
    position: relative;
    display: flex;
    flex: none;
    padding: 16px;
    border-bottom: 1px solid var(--telebar-line);
  }
  .tabs {
    flex: none;
    padding: 0 6px;
  }
  .head:has(+ .tabs) {
    padding-bottom: 8px;
    border-bottom: 0;
  }
  /* Too low for head and fields: all of it scrolls, so that every control can be reached. */
  .over {
    overflow: hidden auto;
  }
  .over > .body {
    min-height: 160px;
  }
  .over > .head {
    cursor: grab;
    touch-action: none;
  }
  .head > .grip {
    position: absolute;
    top: 12px;
    right: 48px;
    cursor: grab;
  }
  .corner {
    position: absolute;
    bottom: 0;
    width: 14px;
    height: 14px;
    touch-action: none;
  }
  .corner.left {
    left: 0;
    cursor: nesw-resize;
  }
  .corner.right {
    right: 0;
    cursor: nwse-resize;
  }
  .head > .close {
    position: absolute;
    top: 12px;
    right: 12px;
  }
  .body {
    flex: 1;
    min-height: 0;
    overflow-y: auto;
    overscroll-behavior: contain;
    padding: 16px;
    scrollbar-width: thin;
    scrollbar-color: var(--telebar-line-strong) transparent;
  }
  .view {
    display: grid;
    justify-items: center;
    gap: 12px;
    padding: 32px 16px;
    text-align: center;
  }
  .bones {
    display: grid;
    gap: 12px;
  }
  .bone {
    height: 36px;
    border-radius: var(--telebar-radius-small);
    background: var(--telebar-sunken);
    animation: telebar-breathe 1.2s ease-in-out infinite alternate;
  }
  .change {
    margin-top: 8px;
  }
  @keyframes telebar-slide {
    from {
      opacity: 0;
      transform: translateX(12px);
    }
  }
  @keyframes telebar-breathe {
    to {
      opacity: 0.45;
    }
  }
  /* The whole width: nowhere to move it to. */
  @media (width < 640px) {
    .head > .grip,
    .corner {
      display: none;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .bone {
      animation: none;
    }
  }
`;
