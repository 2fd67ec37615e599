/** Events within which the second copy of one comes. */
const REMEMBERED = 256;

/**
 * Tells the second copy of an event from a new one. Asterisk sends what happens to a channel of ours once for the channel and
 * once for the endpoint that it belongs to: the same text, with the same time in it to the millisecond.
 */
export class Repeats {
  readonly #seen = new Set<string>();

  isRepeat(text: string): boolean {
    if (this.#seen.has(text)) return true;
    this.#seen.add(text);
    if (this.#seen.size > REMEMBERED) {
      for (const oldest of this.#seen) {
        this.#seen.delete(oldest);
        break;
      }
    }
    return false;
  }
}
