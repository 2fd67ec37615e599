/** No answer to a REGISTER for so long: whoever took it has no use for it, ms. */
const FIRST_LIMIT_MS = 3_000;
/** A registrar that has a whole floor to answer gets more time with every attempt, up to this. */
const LAST_LIMIT_MS = 24_000;

/**
 * Watches one socket for a REGISTER that nobody answers. A switch that is still starting takes messages and drops them,
 * and on a reliable transport nothing is sent twice (RFC 3261 §17.1.2.2): JsSIP would wait half a minute, Timer F.
 */
export class RegisterWatch {
  readonly #onSilence: () => void;
  #limitMs = FIRST_LIMIT_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(onSilence: () => void) {
    this.#onSilence = onSilence;
  }

  sent(message: string): void {
    if (!message.startsWith('REGISTER ')) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#limitMs = Math.min(LAST_LIMIT_MS, this.#limitMs * 2);
      this.#onSilence();
    }, this.#limitMs);
  }

  received(message: string): void {
    if (!/^SIP\/2\.0 [^]*?\r\nCSeq:\s*\d+\s+REGISTER\s*\r\n/i.test(message)) return;
    this.stop();
    this.#limitMs = FIRST_LIMIT_MS;
  }

  /** The socket is gone, with whatever was asked over it. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
