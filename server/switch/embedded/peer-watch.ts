import type { Clock } from '../../core/kernel/clock.ts';

/** A peer that has just answered is not asked again for so long, ms. */
const AGAIN_MS = 10_000;
/** Silence that goes on for so long is not explained by any answer: some give one for calls that they have forgotten, ms. */
const THOROUGH_MS = 30_000;
/** It is told again every few seconds that a peer is silent; after so long without that it has spoken, ms. */
const SPOKEN_MS = 15_000;

/**
 * Tells a peer that is silent from one that is gone. A desk phone or a carrier may send nothing for good reasons (a hold,
 * silence suppression), so its silence is no proof: it is asked, and lost when it does not answer. When its silence goes on, it is
 * asked what only who still has the call can answer.
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
  #silentSince = Number.NEGATIVE_INFINITY;
  #toldAt = Number.NEGATIVE_INFINITY;
  #trustedUntil = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, gone: () => void) {
    this.#clock = clock;
    this.#gone = gone;
  }

  /** Nothing has come from it for a while. @param ask resolves with whether it answers, and has the call still */
  quiet(ask: (thorough: boolean) => Promise<boolean>): void {
    const now = this.#clock.now();
    if (now - this.#toldAt > SPOKEN_MS) this.#silentSince = now;
    this.#toldAt = now;
    if (this.#asking || now < this.#trustedUntil) return;
    this.#asking = true;
    const thorough = now - this.#silentSince >= THOROUGH_MS;
    if (thorough) this.#silentSince = now;
    void ask(thorough).then((answered) => {
      this.#asking = false;
      this.#trustedUntil = this.#clock.now() + AGAIN_MS;
      if (!answered) this.#gone();
    });
  }
}
