import type { ReactiveController } from 'lit';
import type { ControllerHost } from '../../controllers/context-value.ts';
import { barRoom, type BarRoom } from '../../parts/bar-room.ts';
import { onPage } from '../../platform/page-events.ts';
import { boxOf, type Box } from '../../parts/boxes.ts';

/** What a docked bar covers at an edge, as custom properties of the document: pages may keep it free. */
const EDGES = { top: '--telebar-room-top', bottom: '--telebar-room-bottom' } as const;

/**
 * Tells how much of the viewport the bar takes, as it grows, shrinks and moves: to the screen pop all of it, to the page
 * what a docked bar takes of its edge.
 */
export class RoomReporter implements ReactiveController {
  readonly #frame: () => HTMLElement | null;
  readonly #sizes = new ResizeObserver(() => this.#report());
  #watched: HTMLElement | null = null;
  #abort: AbortController | null = null;

  constructor(host: ControllerHost, frame: () => HTMLElement | null) {
    this.#frame = frame;
    host.addController(this);
  }

  hostConnected(): void {
    this.#abort = new AbortController();
    onPage(window, 'resize', () => this.#report(), { signal: this.#abort.signal });
  }

  hostUpdated(): void {
    const frame = this.#frame();
    if (frame !== this.#watched) {
      this.#sizes.disconnect();
      if (frame !== null) this.#sizes.observe(frame);
      this.#watched = frame;
    }
    this.#report();
  }

  hostDisconnected(): void {
    this.#abort?.abort();
    this.#sizes.disconnect();
    this.#watched = null;
    barRoom.set(null);
    tellPage(null);
  }

  #report(): void {
    const before = barRoom.state;
    const room = this.#watched === null ? null : roomOf(boxOf(this.#watched), before?.notices ?? null);
    if (JSON.stringify(room) !== JSON.stringify(before)) barRoom.set(room);
    tellPage(this.#watched?.classList.contains('docked') === true ? room : null);
  }
}

function tellPage(docked: BarRoom | null): void {
  // Null while the page is being written anew.
  const root = document.documentElement as HTMLElement | null;
  if (root === null) return;
  const { style } = root;
  for (const edge of ['top', 'bottom'] as const) {
    const length = docked?.edge === edge ? `${docked.box.height}px` : '';
    if (style.getPropertyValue(EDGES[edge]) !== length) style.setProperty(EDGES[edge], length);
  }
  // Nothing of the bar stays on the page.
  if (root.getAttribute('style') === '') root.removeAttribute('style');
}

function roomOf({ left, top, width, height }: Box, notices: Box | null): BarRoom {
  const box = {
    left: Math.round(left),
    top: Math.round(top),
    width: Math.round(width),
    height: Math.round(height),
  };
  return { edge: top + height / 2 > window.innerHeight / 2 ? 'bottom' : 'top', box, notices };
}
