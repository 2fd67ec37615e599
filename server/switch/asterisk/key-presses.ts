/** A key that is shorter is lengthened to this by Asterisk, ms (`mindtmfduration` of asterisk.conf). */
const SHORTEST_MS = 80;
/** It leaves 45 ms between two keys, and is two packets late at the most. */
const GAP_MS = 85;
/** So much later than it could, Asterisk tells a key again, on a busy machine, ms. */
const LATE_MS = 90;

/**
 * The keys that a leg presses. When keys come too fast for it, Asterisk lengthens one and keeps the next back
 * (`queue_dtmf_readq` in `__ast_read` of main/channel.c), and tells that one twice: when it came, and when it is its
 * turn. Whether a key was kept back can only be guessed from the times: it came while Asterisk may have been busy with the one before.
 */
export class KeyPresses {
  /** Asterisk is done with the key that it took last. */
  #freeAt = -Infinity;
  /** The last key, if it may have been kept back: told again until then, or not at all. */
  #keptBack: { readonly digit: string; readonly freeAt: number; readonly until: number } | null = null;

  /**
   * Whether this is a press that was told before.
   * @param endedAt ms since the epoch, by Asterisk's clock
   * @param durationMs from press to release, as the far side says
   */
  isToldAgain(digit: string, endedAt: number, durationMs: number): boolean {
    const busyMs = Math.max(durationMs, SHORTEST_MS) + GAP_MS;
    const kept = this.#keptBack;
    this.#keptBack = null;
    if (kept?.digit === digit && endedAt <= kept.until) {
      this.#freeAt = endedAt + busyMs;
      return true;
    }
    // One that was not told again was taken when it came.
    if (kept) this.#freeAt = kept.freeAt;
    if (endedAt < this.#freeAt) {
      // Nobody presses a key anew who has not let it go.
      const until = Math.max(this.#freeAt + LATE_MS, endedAt + durationMs);
      this.#keptBack = { digit, freeAt: endedAt + busyMs, until };
    } else {
      this.#freeAt = endedAt + busyMs;
    }
    return false;
  }
}
