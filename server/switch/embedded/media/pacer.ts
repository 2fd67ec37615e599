import { FRAME_MS } from './rtp-packet.ts';

/** More ticks than this are not caught up after a stall; the receivers' buffers have run dry by then anyway. */
const MAX_CATCH_UP = 5;
/** A tick that is later than this lets the packets that came meanwhile in first. */
const SETTLED_MS = 3;

/**
 * Calls back every 20 ms without drift: each tick is planned from the start, not from the tick before. After a stall the
 * ticks that were missed follow one by one.
 */
export class Pacer {
  /** Ticks that were given up after stalls. */
  skipped = 0;
  /** The longest delay of a tick since this was read last, ms. */
  worstLateMs = 0;
  #tick: (now: number) => void;
  #stalled: (ms: number, now: number) => void;
  #timer: NodeJS.Timeout | null = null;
  #immediate: NodeJS.Immediate | null = null;
  #nextAt = 0;

  /** @param stalled told before the first tick after a stall of this process how long that was */
  constructor(tick: (now: number) => void, stalled: (ms: number, now: number) => void) {
    this.#tick = tick;
    this.#stalled = stalled;
  }

  start(): void {
    if (this.#timer !== null) return;
    this.#nextAt = performance.now() + FRAME_MS;
    this.#arm();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    this.#timer = null;
    this.#immediate = null;
  }

  #arm(): void {
    // Timers are whole milliseconds and may fire up to one early.
    this.#timer = setTimeout(() => this.#run(), Math.max(0, Math.ceil(this.#nextAt - performance.now())));
  }

  #run(): void {
    const now = performance.now();
    const late = now - this.#nextAt;
    this.worstLateMs = Math.max(this.worstLateMs, late);
    const due = Math.floor(late / FRAME_MS) + 1;
    if (due > MAX_CATCH_UP) {
      this.skipped += due - MAX_CATCH_UP;
      this.#nextAt += (due - MAX_CATCH_UP) * FRAME_MS;
      this.#stalled(late, now);
    }
    if (late < SETTLED_MS) this.#step();
    else this.#immediate = setImmediate(() => this.#step());
  }

  /** One tick; those that are still due follow after the sockets were read, so that what waited there is heard. */
  #step(): void {
    this.#immediate = null;
    const now = performance.now();
    this.#nextAt += FRAME_MS;
    this.#tick(now);
    // The tick may have stopped us.
    if (this.#timer === null) return;
    if (this.#nextAt <= now) this.#immediate = setImmediate(() => this.#step());
    else this.#arm();
  }
}
