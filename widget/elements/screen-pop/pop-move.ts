import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { inWindow, type Box, type Size } from '../../parts/boxes.ts';
import { onPage } from '../../platform/page-events.ts';
import { LEAST_SIZE } from './pop-place.ts';

/** Less than this is a click, px. */
const THRESHOLD = 4;
const KEY_STEP = 16;
const MARGIN = 8;

const DIRECTIONS: ReadonlyMap<string, readonly [x: number, y: number]> = new Map([
  ['ArrowLeft', [-1, 0]],
  ['ArrowRight', [1, 0]],
  ['ArrowUp', [0, -1]],
  ['ArrowDown', [0, 1]],
]);

/** Moves the pop by its head and sizes it by a corner, or by arrow keys; `drop` is told where it was left. */
export class PopMove implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #box: () => Box | null;
  readonly #drop: (box: Box) => void;
  #abort: AbortController | null = null;
  #at: Box | null = null;

  /** `box`: where the pop lies. */
  constructor(host: ReactiveControllerHost, box: () => Box | null, drop: (box: Box) => void) {
    this.#host = host;
    this.#box = box;
    this.#drop = drop;
    host.addController(this);
  }

  /** Where the pop is drawn while it is moved; null when it rests. */
  get at(): Box | null {
    return this.#at;
  }

  hostDisconnected(): void {
    this.#abort?.abort();
    this.#at = null;
  }

  /** `corner`: the one that is pulled; null: the whole pop. */
  start(event: PointerEvent, corner: 'left' | 'right' | null): void {
    const box = this.#box();
    if (box === null || event.button !== 0) return;
    this.#abort?.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const move = (now: PointerEvent): void => {
      const dx = now.clientX - event.clientX;
      const dy = now.clientY - event.clientY;
      if (this.#at === null && Math.hypot(dx, dy) < THRESHOLD) return;
      this.#at = corner === null ? moved(box, dx, dy) : sized(box, corner, dx, dy);
      this.#host.requestUpdate();
    };
    onPage(window, 'pointermove', move, { signal, capture: true });
    for (const type of ['pointerup', 'pointercancel']) {
      onPage(window, type, () => this.#end(), { signal, capture: true });
    }
  }

  /** Arrow keys on the grip: they move, with Shift they size. True when the key was one. */
  step({ key, shiftKey }: KeyboardEvent): boolean {
    const box = this.#box();
    const direction = DIRECTIONS.get(key);
    if (box === null || direction === undefined) return false;
    const [dx, dy] = [direction[0] * KEY_STEP, direction[1] * KEY_STEP];
    this.#drop(shiftKey ? sized(box, 'right', dx, dy) : moved(box, dx, dy));
    return true;
  }

  #end(): void {
    this.#abort?.abort();
    const at = this.#at;
    this.#at = null;
    if (at !== null) this.#drop(at);
  }
}

const size = (): Size => ({ width: window.innerWidth, height: window.innerHeight });

function moved(box: Box, dx: number, dy: number): Box {
  return inWindow({ ...box, left: box.left + dx, top: box.top + dy }, size(), MARGIN);
}

function sized(box: Box, corner: 'left' | 'right', dx: number, dy: number): Box {
  const grown = corner === 'left' ? -dx : dx;
  const width = Math.max(LEAST_SIZE.width, box.width + grown);
  const height = Math.max(LEAST_SIZE.height, box.height + dy);
  const left = corner === 'left' ? box.left + box.width - width : box.left;
  return inWindow({ left, top: box.top, width, height }, size(), MARGIN);
}
