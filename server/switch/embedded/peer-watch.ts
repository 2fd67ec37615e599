import type { Clock } from '../../core/ports/clock.ts';

/** A peer that has just answered is not asked again for so long, ms. */
const AGAIN_MS = 10_000;

/**
 * Tells a peer that is silent from one that is gone. A desk phone or a carrier may send nothing for good reasons (a hold,
 * silence suppression), so its silence is no proof: it is asked, and lost when it does not answer.
 *
 * ```
 *  quiet ─▶ asked ──an answer──▶ trusted for a while ─▶ quiet …
 *             └──none, 408, 481──▶ gone
 * ```
 */
export class PeerWatch {
  readonly #clock: Clock;
  readonly #gone: () => void;
  #asking = false;
  #trustedUntil = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, gone: () => void) {
    this.#clock = clock;
    this.#gone = gone;
  }

  /** Nothing has come from it for a while. @param ask resolves with whether it answers */
  quiet(ask: () => Promise<boolean>): void {
    if (this.#asking || this.#clock.now() < this.#trustedUntil) return;
    this.#asking = true;
    void ask().then((answered) => {
      this.#asking = false;
      this.#trustedUntil = this.#clock.now() + AGAIN_MS;
      if (!answered) this.#gone();
    });
  }
}
