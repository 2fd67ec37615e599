import type { BarRoom } from '../../parts/bar-room.ts';

/** Where less than this is left above or below a floating bar, a pop opens beside it, px. */
const ROOM_AT_FIRST = 480;
/** An open pop stays where it is down to this: a bar that grows does not throw it across the page. */
const LEAST_ROOM = 280;

/** Where a screen pop lies: above, below or beside the bar, never under it. */
export class PopPlace {
  #room: BarRoom | null = null;
  #beside = false;

  /** `isNew`: another call pops, and the place is chosen anew. */
  update(room: BarRoom | null, isNew: boolean): void {
    this.#room = room;
    if (room === null || room.side === 'both') {
      this.#beside = false;
      return;
    }
    const left = window.innerHeight - room.height;
    this.#beside = isNew ? left < ROOM_AT_FIRST : this.#beside || left < LEAST_ROOM;
  }

  /** CSS insets of the sheet. */
  get insets(): Record<string, string> {
    if (this.#room === null) return {};
    const { edge, side, height, width } = this.#room;
    return this.#beside ? { [side]: `${width + 24}px` } : { [edge]: `${height + 8}px` };
  }
}
