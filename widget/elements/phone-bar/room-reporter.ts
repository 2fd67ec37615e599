import type { ReactiveController } from 'lit';
import type { ControllerHost } from '../../controllers/context-value.ts';
import { barRoom, type BarRoom } from '../../parts/bar-room.ts';

/** Tells the screen pop how much of the viewport the bar takes, as it grows, shrinks and moves. */
export class RoomReporter implements ReactiveController {
  readonly #frame: () => HTMLElement | null;
  readonly #sizes = new ResizeObserver(() => this.#report());
  #watched: HTMLElement | null = null;

  constructor(host: ControllerHost, frame: () => HTMLElement | null) {
    this.#frame = frame;
    host.addController(this);
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
    this.#sizes.disconnect();
    this.#watched = null;
    barRoom.set(null);
  }

  #report(): void {
    const room = this.#watched === null ? null : roomOf(this.#watched.getBoundingClientRect());
    const before = barRoom.state;
    if (JSON.stringify(room) !== JSON.stringify(before)) barRoom.set(room);
  }
}

function roomOf(box: DOMRect): BarRoom {
  const bottom = box.top + box.height / 2 > window.innerHeight / 2;
  const right = box.left + box.width / 2 > window.innerWidth / 2;
  return {
    edge: bottom ? 'bottom' : 'top',
    side: box.width > window.innerWidth * 0.7 ? 'both' : right ? 'right' : 'left',
    height: Math.round(bottom ? window.innerHeight - box.top : box.bottom),
    width: Math.round(right ? window.innerWidth - box.left : box.right),
  };
}
