import type { ReactiveController } from 'lit';
import type { ControllerHost } from '../controllers/context-value.ts';
import { barRoom, popRoom } from './bar-room.ts';
import { boxOf, freest, inWindow, type Box } from './boxes.ts';
import { onPage } from '../platform/page-events.ts';

const MARGIN = 8;

/**
 * Puts the notices where they hide neither the bar nor its panels nor the screen pop. Where everything is taken they lie at
 * the bar, and the pop makes room for them.
 */
export class NoticePlace implements ReactiveController {
  readonly #list: ControllerHost;
  readonly #sizes = new ResizeObserver(() => this.#place());
  /** Panels of the bar open and close. */
  readonly #panels = new MutationObserver(() => this.#place());
  #stop: (() => void)[] = [];

  constructor(list: ControllerHost) {
    this.#list = list;
    list.addController(this);
  }

  hostConnected(): void {
    const abort = new AbortController();
    onPage(window, 'resize', () => this.#place(), { signal: abort.signal });
    this.#sizes.observe(this.#list);
    const frame = this.#list.parentElement;
    if (frame !== null) this.#panels.observe(frame, { childList: true });
    this.#stop = [
      () => abort.abort(),
      popRoom.subscribe(() => this.#place()),
      barRoom.subscribe(() => this.#place()),
    ];
  }

  hostDisconnected(): void {
    for (const stop of this.#stop) stop();
    this.#sizes.disconnect();
    this.#panels.disconnect();
  }

  #place(): void {
    const list = this.#list;
    const frame = list.parentElement;
    // In the page's flow it lies where its style says.
    if (frame === null || frame.matches('.inline')) return;
    const { width, height } = boxOf(list);
    if (height === 0) return tell(null);
    const bar = boxOf(frame);
    const open = [...frame.querySelectorAll('.sheet, .menu')].map(boxOf);
    const pop = popRoom.state;
    const viewport = { width: window.innerWidth, height: window.innerHeight };
    const room = { ...viewport, bar, size: { width, height } };
    const taken = [bar, ...open, ...(pop === null ? [] : [pop])];
    const found = freest(
      spots(room).map((box) => inWindow(box, viewport, MARGIN)),
      taken,
    );
    // Everything is taken: at the bar, where the pop gives way.
    const best =
      found?.hides === 0
        ? found
        : freest(
            atBar(room).map((box) => inWindow(box, viewport, MARGIN)),
            [bar, ...open],
          );
    if (best === null) return;
    list.style.setProperty('left', `${best.box.left}px`);
    list.style.setProperty('top', `${best.box.top}px`);
    tell(found?.hides === 0 ? null : best.box);
  }
}

interface Room {
  width: number;
  height: number;
  bar: Box;
  size: { width: number; height: number };
}

/** Above or below the bar, on either side of it. */
function atBar({ bar, size: { width, height } }: Room): Box[] {
  const above = bar.top - height - MARGIN;
  const below = bar.top + bar.height + MARGIN;
  const right = bar.left + bar.width - width;
  return [
    { left: right, top: above, width, height },
    { left: right, top: below, width, height },
    { left: bar.left, top: above, width, height },
    { left: bar.left, top: below, width, height },
  ];
}

/** Near the bar first, then along the edges of the window. */
function spots(room: Room): Box[] {
  const { bar, size, width, height } = room;
  const beside = [bar.left - size.width - MARGIN, bar.left + bar.width + MARGIN];
  const level = [bar.top + bar.height - size.height, bar.top];
  const across = [width - size.width - MARGIN, MARGIN, (width - size.width) / 2];
  const down = [bar.top - size.height - MARGIN, MARGIN, height - size.height - MARGIN];
  return [
    ...atBar(room),
    ...beside.flatMap((left) => level.map((top) => ({ ...size, left, top }))),
    ...down.flatMap((top) => across.map((left) => ({ ...size, left, top }))),
  ];
}

function tell(notices: Box | null): void {
  const room = barRoom.state;
  if (room !== null && JSON.stringify(room.notices) !== JSON.stringify(notices)) barRoom.update({ notices });
}
