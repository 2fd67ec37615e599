import { css } from 'lit';

export const phoneBarStyles = css`
  .frame {
    /* Against the browser's own look of popovers (parts/top-layer.ts). */
    inset: auto;
    width: auto;
    height: auto;
    margin: 0;
    padding: 0;
    border: 0;
    background: none;
    overflow: visible;
    position: fixed;
    z-index: var(--telebar-layer);
    color: var(--telebar-text);
    font: 400 14px/20px var(--telebar-font);
  }
  .inline {
    position: relative;
    z-index: auto;
  }
  .floating {
    width: min(360px, calc(100vw - 16px));
    border: 1px solid var(--telebar-line);
    border-radius: var(--telebar-radius-large);
    background: var(--telebar-raised);
    box-shadow: var(--telebar-shadow);
  }
  .moving {
    cursor: grabbing;
    user-select: none;
  }
  .docked,
  .inline {
    background: var(--telebar-raised);
    border: 0 solid var(--telebar-line);
  }
  .docked.bottom {
    border-top-width: 1px;
  }
  .docked.top {
    border-bottom-width: 1px;
  }
  .inline {
    border-width: 1px;
    border-radius: var(--telebar-radius);
  }

  .menu,
  .sheet {
    position: absolute;
    z-index: 2;
    display: flex;
    flex-direction: column;
    border: 1px solid var(--telebar-line);
    border-radius: var(--telebar-radius);
    background: var(--telebar-raised);
    box-shadow: var(--telebar-shadow);
    animation: telebar-appear var(--telebar-motion-panel);
  }
  .menu {
    width: 328px;
    max-width: calc(100vw - 16px);
    max-height: min(560px, calc(100dvh - 88px));
  }
  /* Above or below the open card, which is about 290 px high itself. */
  .floating .menu {
    max-height: max(200px, min(560px, calc(100dvh - 320px)));
  }
  .sheet {
    width: 384px;
    max-width: calc(100vw - 16px);
    max-height: min(680px, calc(100dvh - 88px));
  }
  .sheet.small {
    width: 288px;
  }
  .view {
    margin: 8px;
  }
  .view {
    display: grid;
    gap: 8px;
    justify-items: center;
    padding: 16px;
    text-align: center;
    font-size: 13px;
  }

  .docked .menu,
  .inline .menu {
    left: 8px;
  }
  .docked .sheet,
  .inline .sheet {
    right: 8px;
  }
  .docked.bottom :is(.menu, .sheet),
  .pill.bottom .menu,
  .floating.bottom .menu {
    bottom: calc(100% + 8px);
  }
  .docked.top :is(.menu, .sheet),
  .inline :is(.menu, .sheet),
  .pill.top .menu,
  .floating.top .menu {
    top: calc(100% + 8px);
  }
  .floating.bottom .sheet {
    bottom: -1px;
  }
  .floating.top .sheet {
    top: -1px;
  }
  .floating.right .sheet {
    right: calc(100% + 8px);
  }
  .floating.left .sheet {
    left: calc(100% + 8px);
  }
  .floating .menu {
    left: -1px;
  }
  .pill.right .menu {
    right: 0;
  }

  /* notice-place.ts says where, over the page. */
  .notices {
    position: fixed;
    width: max-content;
    max-width: min(360px, calc(100vw - 16px));
    max-height: calc(100dvh - 16px);
    overflow-y: auto;
    pointer-events: none;
  }
  .inline .notices {
    position: absolute;
    top: calc(100% + 8px);
    right: 0;
  }

  /* No room beside the card: the sheet covers it, from the lower edge. */
  @media (width < 788px) {
    .sheet,
    .sheet.small {
      position: fixed;
      inset: auto 8px 8px !important;
      width: auto;
      max-height: calc(100dvh - 16px);
      z-index: 4;
    }
    /* The keys leave hanging up within reach. */
    .bottom .sheet.small {
      position: absolute;
      inset: auto 0 calc(100% + 8px) !important;
      max-width: none;
    }
    .top .sheet.small {
      position: absolute;
      inset: calc(100% + 8px) 0 auto !important;
      max-width: none;
    }
  }
  @keyframes telebar-appear {
    from {
      opacity: 0;
      transform: translateY(6px);
    }
  }
  @media (forced-colors: active) {
    .floating {
      border: 2px solid CanvasText;
    }
  }
`;
