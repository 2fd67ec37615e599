/** A rectangle of the viewport, px. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export function overlap(a: Box, b: Box): number {
  const across = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
  const down = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
  return across > 0 && down > 0 ? across * down : 0;
}

/** The box moved, and made smaller if need be, so that all of it is in the window, `margin` away from its edges. */
export function inWindow(box: Box, window: Size, margin: number): Box {
  const width = Math.min(box.width, window.width - 2 * margin);
  const height = Math.min(box.height, window.height - 2 * margin);
  const clamp = (at: number, size: number, room: number): number =>
    Math.max(margin, Math.min(at, room - size - margin));
  return {
    left: clamp(box.left, width, window.width),
    top: clamp(box.top, height, window.height),
    width,
    height,
  };
}

export function boxOf(element: Element): Box {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { left, top, width, height };
}

/** Of the first of `spots` that hides nothing, else of the one that hides least. */
export function freest(spots: readonly Box[], taken: readonly Box[]): { box: Box; hides: number } | null {
  let best: { box: Box; hides: number } | null = null;
  for (const box of spots) {
    const hides = taken.reduce((sum, other) => sum + overlap(box, other), 0);
    if (best === null || hides < best.hides) best = { box, hides };
    if (hides === 0) break;
  }
  return best;
}
