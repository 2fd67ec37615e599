import type { Clock } from '../core/kernel/clock.ts';

/** One timer, which is set anew whenever the next point in time is another. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #set: { at: number; cancel: () => void } | null = null;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** When it rings; null: not at all. */
  get at(): number | null {
    return this.#set?.at ?? null;
  }

  /** `Infinity`: not at all. */
  set(at: number): void {
    if (this.#set?.at === at) return;
    this.stop();
    if (at === Infinity) return;
    const cancel = this.#clock.after(Math.max(0, at - this.#clock.now()), () => {
      this.#set = null;
      this.#ring();
    });
    this.#set = { at, cancel };
  }

  stop(): void {
    this.#set?.cancel();
    this.#set = null;
  }
}
