import type { BarRoom } from '../../parts/bar-room.ts';
import { inWindow, overlap, type Box, type Size } from '../../parts/boxes.ts';
import type { PopBox } from '../../live/desk.ts';

type Side = 'above' | 'below' | 'left' | 'right';

const MARGIN = 16;
const NARROW_MARGIN = 8;
const GAP = 8;
/** Narrower windows have no room beside the pop: it takes the whole width. */
const NARROW = 640;
const MOST_HEIGHT = 760;
/** What a pop wants at least, high above or below the bar, or wide beside it, when it opens. */
const ROOM = 320;
/** An open pop stays where it is down to this: a bar that grows does not throw it across the page. */
const LEAST_ROOM = 240;
export const LEAST_SIZE: Size = { width: 300, height: LEAST_ROOM };

export interface PopWishes {
  readonly window: Size;
  readonly room: BarRoom | null;
  /** px */
  readonly width: number;
  /** Where the agent has put it. */
  readonly moved: PopBox | null;
}

/**
 * Where a screen pop lies: at an edge of the window, above or below the bar on the bar's side, or at the edge that the bar
 * has left free. Never under the bar and, where the window is wide enough, never in its middle.
 */
export class PopPlace {
  #side: Side | null = null;

  /** `isNew`: another call pops, and the place is chosen anew. */
  choose({ window, room, width, moved }: PopWishes, isNew: boolean): Box {
    const isNarrow = window.width < NARROW;
    if (moved !== null && !isNarrow) return inWindow(boxOfPop(moved, window), window, NARROW_MARGIN);
    const margin = isNarrow ? NARROW_MARGIN : MARGIN;
    if (room === null) {
      const whole = { left: 0, top: margin, width: window.width, height: window.height - 2 * margin };
      return atEdge(whole, 'right', { width: isNarrow ? window.width : width, margin });
    }
    const { box: bar } = room;
    const edge = bar.left + bar.width / 2 < window.width / 2 - 1 ? 'left' : 'right';
    const right = bar.left + bar.width;
    const bottom = bar.top + bar.height;
    const high = window.height - 2 * margin;
    const regions: Record<Side, Box> = {
      above: { left: 0, top: margin, width: window.width, height: bar.top - GAP - margin },
      below: {
        left: 0,
        top: bottom + GAP,
        width: window.width,
        height: window.height - bottom - GAP - margin,
      },
      left: { left: 0, top: margin, width: bar.left - GAP + margin, height: high },
      right: {
        left: right + GAP - margin,
        top: margin,
        width: window.width - right - GAP + margin,
        height: high,
      },
    };
    const boxes = {
      above: atEdge(regions.above, edge, { width: isNarrow ? window.width : width, margin }),
      below: atEdge(regions.below, edge, { width: isNarrow ? window.width : width, margin }),
      left: atEdge(regions.left, 'left', { width, margin }),
      right: atEdge(regions.right, 'right', { width, margin }),
    };
    this.#side = this.#choose(boxes, isNarrow, isNew);
    return boxes[this.#side];
  }

  #choose(boxes: Record<Side, Box>, isNarrow: boolean, isNew: boolean): Side {
    const room = (side: Side): number =>
      side === 'above' || side === 'below' ? boxes[side].height : boxes[side].width;
    if (!isNew && this.#side !== null && room(this.#side) >= LEAST_ROOM) return this.#side;
    const over = room('above') >= room('below') ? 'above' : 'below';
    const beside = room('left') >= room('right') ? 'left' : 'right';
    if (isNarrow || room(over) >= ROOM) return over;
    if (room(beside) >= ROOM) return beside;
    return area(boxes[over]) >= area(boxes[beside]) ? over : beside;
  }
}

/** The box without what the notices take of it. */
export function clearOf(notices: Box | null, box: Box): Box {
  if (notices === null || overlap(notices, box) === 0) return box;
  const end = box.top + box.height;
  const noticesEnd = notices.top + notices.height;
  return notices.top - box.top > end - noticesEnd
    ? { ...box, height: notices.top - GAP - box.top }
    : { ...box, top: noticesEnd + GAP, height: end - noticesEnd - GAP };
}

/** A place as it is remembered: by its distance from the nearer edges, so that it is found in a window of another size. */
export function remembered(box: Box, window: Size): PopBox {
  const right = box.left + box.width / 2 > window.width / 2;
  const bottom = box.top + box.height / 2 > window.height / 2;
  return {
    right,
    bottom,
    x: Math.round(right ? window.width - box.left - box.width : box.left),
    y: Math.round(bottom ? window.height - box.top - box.height : box.top),
    width: Math.round(box.width),
    height: Math.round(box.height),
  };
}

function boxOfPop({ right, bottom, x, y, width, height }: PopBox, window: Size): Box {
  return {
    left: right ? window.width - x - width : x,
    top: bottom ? window.height - y - height : y,
    width,
    height,
  };
}

function atEdge(region: Box, edge: 'left' | 'right', size: { width: number; margin: number }): Box {
  const width = Math.max(0, Math.min(size.width, region.width - 2 * size.margin));
  const left = edge === 'left' ? region.left + size.margin : region.left + region.width - size.margin - width;
  return { left, top: region.top, width, height: Math.max(0, Math.min(MOST_HEIGHT, region.height)) };
}

function area({ width, height }: Box): number {
  return width * height;
}
