import { css } from 'lit';

export const barContentStyles = css`
  :host {
    display: block;
    container-type: inline-size;
  }
  .bar {
    position: relative;
  }
  .head {
    display: flex;
    align-items: center;
    gap: 4px;
    min-width: 0;
  }
  telebar-state-button {
    flex: 1;
  }
  .tools {
    display: flex;
    flex: none;
  }
  .brand {
    flex: 1;
    font-weight: 600;
    color: var(--telebar-text-muted);
  }
  .grip {
    appearance: none;
    display: grid;
    place-items: center;
    width: 20px;
    height: 32px;
    margin: 0;
    padding: 0;
    border: 0;
    border-radius: 4px;
    background: transparent;
    color: var(--telebar-text-muted);
    cursor: grab;
    touch-action: none;
  }
  .grip:hover {
    background: var(--telebar-hover);
  }
  .banner {
    display: flex;
    gap: 8px;
    padding: 10px 12px;
    font-size: 13px;
    line-height: 18px;
  }
  .banner .icon {
    margin-top: 1px;
  }
  .lost {
    background: color-mix(in srgb, var(--telebar-danger) 9%, var(--telebar-raised));
  }
  .lost .icon,
  .lost b {
    color: var(--telebar-danger);
  }
  b {
    font-weight: 600;
  }
  .message {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: center;
    gap: 12px;
    flex: 1;
    min-width: 0;
  }
  .message > span {
    display: grid;
    font-size: 13px;
    line-height: 18px;
  }
  .bone {
    background: var(--telebar-hover);
    animation: telebar-breathe 1.2s ease-in-out infinite alternate;
  }
  .bone {
    display: block;
    border-radius: var(--telebar-radius-small);
  }
  .waiting .message {
    height: 40px;
    padding: 0 8px;
  }
  .stage-bone {
    padding: 14px 12px 22px;
  }
  .stage-bone .bone {
    height: 40px;
  }
  .action-bones {
    display: grid;
    grid-template-columns: repeat(5, 1fr);
    gap: 4px;
    padding: 8px;
    border-top: 1px solid var(--telebar-line);
  }
  .action-bones .bone {
    height: 52px;
  }
  .action-bones .bone:last-child {
    grid-column: span 3;
  }
  .line {
    width: 120px;
    height: 16px;
  }
  :host([layout='strip']) .stage-bone {
    grid-area: stage;
    padding: 0;
  }
  :host([layout='strip']) .action-bones {
    grid-area: actions;
    grid-template-columns: repeat(5, 56px);
    padding: 0;
    border: 0;
  }
  :host([layout='strip']) .action-bones .bone {
    height: 40px;
  }
  :host([layout='strip']) .action-bones .bone:nth-child(n + 6) {
    display: none;
  }
  .round {
    width: 24px;
    height: 24px;
    border-radius: 50%;
  }
  @keyframes telebar-breathe {
    to {
      opacity: 0.45;
    }
  }

  :host([layout='card']) .bar {
    display: flex;
    flex-direction: column;
  }
  :host([layout='card']) .head {
    padding: 8px 8px 8px 4px;
    cursor: grab;
    touch-action: none;
  }
  :host([layout='card']) .banner,
  :host([layout='card']) .banner-host {
    order: -1;
    border-radius: 15px 15px 0 0;
    overflow: hidden;
  }
  :host([layout='card']) telebar-call-stage {
    padding: 4px 12px 12px;
  }
  :host([layout='card']) telebar-call-actions {
    padding: 8px;
    border-top: 1px solid var(--telebar-line);
  }
  :host([layout='card']) :is(telebar-party-controls, telebar-monitor-strip) {
    padding: 0 8px 8px;
  }
  :host([layout='card']) .foot {
    padding: 8px 12px 10px;
    border-top: 1px solid var(--telebar-line);
  }
  :host([layout='card']) .plain {
    flex-direction: row;
    flex-wrap: wrap;
    align-items: center;
    gap: 12px;
    padding: 12px;
  }
  /* Hanging from the top the card grows downwards: what changes its height comes last, the buttons stay. */
  :host([layout='card'][edge='top']) telebar-call-stage {
    order: 3;
    padding-top: 12px;
    border-top: 1px solid var(--telebar-line);
  }
  :host([layout='card'][edge='top']) :is(telebar-party-controls, telebar-monitor-strip) {
    order: 4;
  }
  :host([layout='card'][edge='top']) .foot {
    order: 2;
    border-bottom: 0;
  }
  :host([layout='card'][edge='top']) :is(.banner, .banner-host) {
    order: 5;
    border-radius: 0 0 15px 15px;
  }

  :host([layout='strip']) .bar {
    display: grid;
    grid-template-columns: auto auto minmax(0, 1fr) auto auto;
    grid-template-areas: 'state link stage actions tools';
    align-items: center;
    gap: 12px;
    min-height: 56px;
    padding: 0 12px;
  }
  /* After a call its notes take a row of their own, away from the edge; everything else keeps its place. */
  :host([layout='strip']) .wraps-up telebar-call-stage {
    display: contents;
  }
  :host([layout='strip']) .wraps-up {
    grid-template-areas: 'notes notes notes notes notes' 'state link stage actions tools';
    grid-template-rows: auto minmax(56px, auto);
    row-gap: 0;
  }
  :host([layout='strip'][edge='top']) .wraps-up {
    grid-template-areas: 'state link stage actions tools' 'notes notes notes notes notes';
    grid-template-rows: minmax(56px, auto) auto;
  }
  /* So do the cells of several parties and what can be done with them. */
  :host([layout='strip']) telebar-party-controls {
    grid-area: parties;
  }
  :host([layout='strip']) .many {
    grid-template-areas: 'stage stage stage parties parties' 'state link . actions tools';
    grid-template-rows: 56px 56px;
    row-gap: 0;
  }
  :host([layout='strip'][edge='top']) .many {
    grid-template-areas: 'state link . actions tools' 'stage stage stage parties parties';
  }
  :host([layout='strip']) .many telebar-call-stage {
    padding-left: 0;
    border-left: 0;
  }
  /* A leader who listens has no call beside it. */
  :host([layout='strip']) telebar-monitor-strip {
    grid-area: monitor;
    padding-top: 8px;
  }
  :host([layout='strip']) .monitors {
    grid-template-areas: 'monitor monitor monitor monitor monitor' 'state link stage actions tools';
    grid-template-rows: auto minmax(56px, auto);
    row-gap: 0;
  }
  :host([layout='strip'][edge='top']) .monitors {
    grid-template-areas: 'state link stage actions tools' 'monitor monitor monitor monitor monitor';
    grid-template-rows: minmax(56px, auto) auto;
  }
  :host([layout='strip'][edge='top']) telebar-monitor-strip {
    padding: 0 0 8px;
  }
  :host([layout='strip']) .head {
    grid-area: state;
  }
  :host([layout='strip']) .foot {
    grid-area: link;
    max-width: 160px;
    padding-left: 12px;
    border-left: 1px solid var(--telebar-line);
  }
  :host([layout='strip']) telebar-call-stage {
    grid-area: stage;
    padding-left: 12px;
    border-left: 1px solid var(--telebar-line);
  }
  :host([layout='strip']) telebar-call-actions {
    grid-area: actions;
  }
  :host([layout='strip']) .tools {
    grid-area: tools;
  }
  :host([layout='strip']) telebar-state-button {
    min-width: 168px;
  }
  :host([layout='strip']) .plain {
    display: flex;
  }
  :host([layout='strip']) :is(.banner, .banner-host) {
    position: absolute;
    left: 12px;
    bottom: calc(100% + 8px);
    width: min(420px, calc(100vw - 24px));
    border: 1px solid color-mix(in srgb, var(--telebar-danger) 40%, transparent);
    border-radius: var(--telebar-radius);
    overflow: hidden;
    box-shadow: var(--telebar-shadow);
  }
  :host([layout='strip'][edge='top']) :is(.banner, .banner-host) {
    bottom: auto;
    top: calc(100% + 8px);
  }
  @container (width < 1000px) {
    :host([layout='strip']) .bar {
      gap: 8px;
      padding: 0 8px;
    }
    :host([layout='strip']) .foot {
      max-width: 84px;
      padding-left: 8px;
    }
    :host([layout='strip']) telebar-call-stage {
      padding-left: 8px;
    }
    :host([layout='strip']) telebar-state-button {
      min-width: 132px;
    }
  }
  /* Two rows: words stay readable and nothing is squeezed. */
  @container (width < 900px) {
    :host([layout='strip']) .bar:not(.plain) {
      grid-template-columns: auto auto minmax(0, 1fr) auto;
      grid-template-areas:
        'state link stage stage'
        'actions actions actions tools';
      gap: 6px 8px;
      padding: 8px;
    }
    :host([layout='strip']) .wraps-up.wraps-up {
      grid-template-areas:
        'notes notes notes notes'
        'state link stage stage'
        'actions actions actions tools';
      grid-template-rows: none;
    }
    :host([layout='strip'][edge='top']) .wraps-up.wraps-up {
      grid-template-areas:
        'state link stage stage'
        'actions actions actions tools'
        'notes notes notes notes';
    }
    :host([layout='strip']) .monitors.monitors {
      grid-template-areas:
        'monitor monitor monitor monitor'
        'state link stage stage'
        'actions actions actions tools';
      grid-template-rows: none;
    }
    :host([layout='strip'][edge='top']) .monitors.monitors {
      grid-template-areas:
        'state link stage stage'
        'actions actions actions tools'
        'monitor monitor monitor monitor';
    }
    :host([layout='strip']) .many.many {
      grid-template-areas:
        'stage stage stage stage'
        'state link parties parties'
        'actions actions actions tools';
      grid-template-rows: none;
    }
    :host([layout='strip'][edge='top']) .many.many {
      grid-template-areas:
        'state link parties parties'
        'actions actions actions tools'
        'stage stage stage stage';
    }
    :host([layout='strip']) .foot {
      max-width: 160px;
    }
  }
  @container (width < 640px) {
    :host([layout='strip']) .bar:not(.plain) {
      grid-template-columns: auto minmax(0, 1fr) auto;
      grid-template-areas:
        'state stage stage'
        'actions actions tools';
    }
    :host([layout='strip']) .wraps-up.wraps-up {
      grid-template-areas:
        'notes notes notes'
        'state stage stage'
        'actions actions tools';
    }
    :host([layout='strip'][edge='top']) .wraps-up.wraps-up {
      grid-template-areas:
        'state stage stage'
        'actions actions tools'
        'notes notes notes';
    }
    :host([layout='strip']) .monitors.monitors {
      grid-template-areas:
        'monitor monitor monitor'
        'state stage stage'
        'actions actions tools';
    }
    :host([layout='strip'][edge='top']) .monitors.monitors {
      grid-template-areas:
        'state stage stage'
        'actions actions tools'
        'monitor monitor monitor';
    }
    :host([layout='strip']) .many.many {
      grid-template-areas:
        'stage stage stage'
        'state parties parties'
        'actions actions tools';
    }
    :host([layout='strip'][edge='top']) .many.many {
      grid-template-areas:
        'state parties parties'
        'actions actions tools'
        'stage stage stage';
    }
    :host([layout='strip']) .foot {
      display: none;
    }
    :host([layout='strip']) telebar-call-stage {
      padding-left: 0;
      border-left: 0;
    }
    :host([layout='strip']) telebar-state-button {
      --telebar-chevron: none;
      /* The caller's name needs the room, and the countdown beside it tells the time. */
      --telebar-ring-clock: none;
      min-width: 0;
    }
    :host([layout='strip']) .plain .muted {
      display: none;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .bone {
      animation: none;
    }
  }
`;
