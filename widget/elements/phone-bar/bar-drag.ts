import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { onPage } from '../../platform/page-events.ts';
import type { Box } from './bar-place.ts';

/** Less than this is a click, px. */
const THRESHOLD = 4;
const KEY_STEP = 16;

const DIRECTIONS: ReadonlyMap<string, readonly [x: number, y: number]> = new Map([
  ['ArrowLeft', [-1, 0]],
  ['ArrowRight', [1, 0]],
  ['ArrowUp', [0, -1]],
  ['ArrowDown', [0, 1]],
]);

/** Moves the bar by pointer or arrow keys; `drop` is told where it was left. */
export class BarDrag implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #frame: () => HTMLElement | null;
  readonly #drop: (box: Box) => void;
  #abort: AbortController | null = null;
  #at: { left: number; top: number } | null = null;
  #moved = false;

  constructor(host: ReactiveControllerHost, frame: () => HTMLElement | null, drop: (box: Box) => void) {
    this.#host = host;
    this.#frame = frame;
    this.#drop = drop;
    host.addController(this);
  }

  /** Where the bar is drawn while it is moved; null when it rests. */
  get at(): { left: number; top: number } | null {
    return this.#at;
  }

  /** Whether the pointer has moved since it went down: then the click that follows is not meant. */
  get moved(): boolean {
    return this.#moved;
  }

  hostDisconnected(): void {
    this.#abort?.abort();
    this.#at = null;
  }

  readonly start = (event: PointerEvent): void => {
    const frame = this.#frame();
    if (frame === null || event.button !== 0) return;
    const box = frame.getBoundingClientRect();
    const grip = { x: event.clientX - box.left, y: event.clientY - box.top };
    const begin = { x: event.clientX, y: event.clientY };
    this.#moved = false;
    this.#abort?.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    window.addEventListener(
      'pointermove',
      (move) => {
        if (!this.#moved && Math.hypot(move.clientX - begin.x, move.clientY - begin.y) < THRESHOLD) return;
        this.#moved = true;
        this.#draw(move.clientX - grip.x, move.clientY - grip.y, box);
      },
      { signal },
    );
    for (const type of ['pointerup', 'pointercancel'] as const) {
      onPage(window, type, () => this.#end(), { signal });
    }
  };

  /** Arrow keys on the grip. True when the key was one. */
  step(key: string): boolean {
    const frame = this.#frame();
    const direction = DIRECTIONS.get(key);
    if (frame === null || direction === undefined) return false;
    const [dx, dy] = direction;
    const box = frame.getBoundingClientRect();
    // More than the snapping distance at the edge, or the bar could never leave it by key.
    const room = {
      x: edgeDistance(box.left, box.width, window.innerWidth),
      y: edgeDistance(box.top, box.height, window.innerHeight),
    };
    const stepX = dx * (room.x <= KEY_STEP ? 2 * KEY_STEP : KEY_STEP);
    const stepY = dy * (room.y <= KEY_STEP ? 2 * KEY_STEP : KEY_STEP);
    const { left, top } = inside(box.left + stepX, box.top + stepY, box);
    this.#drop({ left, top, width: box.width, height: box.height });
    return true;
  }

  #draw(left: number, top: number, box: Box): void {
    this.#at = inside(left, top, box);
    this.#host.requestUpdate();
  }

  #end(): void {
    this.#abort?.abort();
    const frame = this.#frame();
    if (this.#at === null || frame === null) return;
    const { width, height } = frame.getBoundingClientRect();
    const at = this.#at;
    this.#at = null;
    this.#drop({ ...at, width, height });
  }
}

function edgeDistance(start: number, size: number, room: number): number {
  return Math.min(start, room - start - size);
}

function inside(
  left: number,
  top: number,
  box: { width: number; height: number },
): { left: number; top: number } {
  return {
    left: Math.max(8, Math.min(left, window.innerWidth - box.width - 8)),
    top: Math.max(8, Math.min(top, window.innerHeight - box.height - 8)),
  };
}
