import type { Preferences } from '../../live/desk.ts';

export type Place = Preferences['position'];
type Corner = Exclude<Place, 'top' | 'bottom'>;

/** Distance of a floating bar from the edges of its corner when nobody has moved it, px. */
const MARGIN = 16;
/** Closer to an edge than this, it snaps to the margin, px. */
const SNAP = 32;

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export function isDocked(place: Place): place is 'top' | 'bottom' {
  return place === 'top' || place === 'bottom';
}

/** Where a box belongs: the nearest corner and the distance from its edges, snapped; null: the usual place. */
export function settle(
  box: Box,
  viewport: { width: number; height: number },
): { position: Corner; offset: { x: number; y: number } | null } {
  const right = box.left + box.width / 2 > viewport.width / 2;
  const bottom = box.top + box.height / 2 > viewport.height / 2;
  const x = snap(right ? viewport.width - box.left - box.width : box.left);
  const y = snap(bottom ? viewport.height - box.top - box.height : box.top);
  return {
    position: `${bottom ? 'bottom' : 'top'}-${right ? 'right' : 'left'}`,
    offset: x === MARGIN && y === MARGIN ? null : { x, y },
  };
}

function snap(distance: number): number {
  return distance < SNAP ? MARGIN : Math.round(distance);
}

/** Insets of the bar as CSS; whatever was remembered, it stays on the screen. */
export function insets(
  place: Place,
  offset: { x: number; y: number } | null,
  collapsed: boolean,
): Record<string, string> {
  const docked = isDocked(place);
  if (docked && !collapsed) return { [place]: '0', left: '0', right: '0' };
  const [vertical, horizontal] = docked
    ? [place, 'right']
    : (place.split('-') as ['top' | 'bottom', 'left' | 'right']);
  const { x, y } = (docked ? null : offset) ?? { x: MARGIN, y: MARGIN };
  const width = collapsed ? 160 : 360;
  const height = collapsed ? 44 : 240;
  return {
    [horizontal]: `max(8px, min(${x}px, 100vw - ${width + 8}px))`,
    [vertical]: `max(8px, min(${y}px, 100dvh - ${height + 8}px))`,
  };
}
