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
    const { signal } = abort;
    frame?.addEventListener(OverhangEvent.type, () => this.#watchOverhang(), { signal });
    this.#watchOverhang();
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

  /** It has its size only when its words are drawn. */
  #watchOverhang(): void {
    const overhang = overhangOf(this.#list.parentElement);
    if (overhang !== null) this.#sizes.observe(overhang);
    else this.#place();
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
    const banner = overhangOf(frame);
    const found = placeOf({
      ...{ bar, open, pop: popRoom.state, size: { width, height } },
      banner: banner === null ? null : boxOf(banner),
      ...{ width: window.innerWidth, height: window.innerHeight },
    });
    if (found === null) return;
    list.style.setProperty('left', `${found.box.left}px`);
    list.style.setProperty('top', `${found.box.top}px`);
    tell(found.isFree ? null : found.box);
  }
}

/** What hangs over the edge of the bar has come or gone. */
export class OverhangEvent extends Event {
  static readonly type = 'telebar-overhang';
  constructor() {
    super(OverhangEvent.type, { bubbles: true });
  }
}

interface OverhangingElement extends HTMLElement {
  /** The warning that hangs over the edge of a docked bar; null: none. */
  readonly overhang: Element | null;
}

function overhangOf(frame: HTMLElement | null): Element | null {
  return frame?.querySelector<OverhangingElement>('telebar-bar-content')?.overhang ?? null;
}

interface Room {
  width: number;
  height: number;
  bar: Box;
  /** What hangs over the edge of the bar. */
  banner: Box | null;
  size: { width: number; height: number };
}

/** Where the notices hide nothing; where everything is taken, at the bar, for the pop gives way there. */
export function placeOf({
  open,
  pop,
  ...room
}: Room & { open: readonly Box[]; pop: Box | null }): { box: Box; isFree: boolean } | null {
  const within = (boxes: readonly Box[]) => boxes.map((box) => inWindow(box, room, MARGIN));
  const own = [room.bar, ...(room.banner === null ? [] : [room.banner]), ...open];
  const found = freest(within(spots(room)), [...own, ...(pop === null ? [] : [pop])]);
  if (found?.hides === 0) return { box: found.box, isFree: true };
  const best = freest(within(atBar(room)), own);
  return best === null ? null : { box: best.box, isFree: false };
}

/** Above or below the bar, on either side of it; else above or below what hangs over its edge. */
function atBar(room: Room): Box[] {
  const { bar, banner } = room;
  return banner === null ? around(bar, room) : [...around(bar, room), ...around(union(bar, banner), room)];
}

function union(one: Box, other: Box): Box {
  const left = Math.min(one.left, other.left);
  const top = Math.min(one.top, other.top);
  const right = Math.max(one.left + one.width, other.left + other.width);
  const bottom = Math.max(one.top + one.height, other.top + other.height);
  return { left, top, width: right - left, height: bottom - top };
}

function around(bar: Box, { size: { width, height } }: Room): Box[] {
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
