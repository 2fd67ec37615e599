import { randomFillSync } from 'node:crypto';
import type { IdSource } from '../core/kernel/id-source.ts';

/** Crockford's base 32, in the order of ASCII, so that text sorts as the numbers do. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * ULIDs in small letters behind their prefix: 48 bits of time and 80 random bits. Ids of one millisecond follow each
 * other, because the random part is then counted up.
 */
export class SortableIds implements IdSource {
  readonly #now: () => number;
  readonly #random = new Uint8Array(16);
  /** Random bytes are fetched for many ids at once; of each the five lower bits count. */
  readonly #pool = new Uint8Array(64 * 16);
  #used = this.#pool.length;
  #time = -1;
  #timeText = '';

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  next<T extends string>(prefix: string): T {
    const now = this.#now();
    if (now > this.#time) {
      this.#time = now;
      this.#timeText = timeText(now);
      this.#renew();
    } else {
      this.#increment();
    }
    let random = '';
    for (let n = 0; n < this.#random.length; n++) random += ALPHABET[this.#random[n] ?? 0] ?? '';
    return `${prefix}_${this.#timeText}${random}` as T;
  }

  #renew(): void {
    if (this.#used === this.#pool.length) {
      randomFillSync(this.#pool);
      this.#used = 0;
    }
    for (let n = 0; n < this.#random.length; n++) this.#random[n] = (this.#pool[this.#used++] ?? 0) & 31;
    // Room to count up without overflowing.
    this.#random[0] = (this.#random[0] ?? 0) & 15;
  }

  #increment(): void {
    for (let n = this.#random.length - 1; n >= 0; n--) {
      const value = this.#random[n] ?? 0;
      this.#random[n] = value === 31 ? 0 : value + 1;
      if (value !== 31) return;
    }
  }
}

function timeText(time: number): string {
  let text = '';
  for (let rest = time, n = 0; n < 10; n++, rest = Math.floor(rest / 32)) {
    text = (ALPHABET[rest % 32] ?? '') + text;
  }
  return text;
}
