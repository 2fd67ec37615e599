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
  #time = -1;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  next<T extends string>(prefix: string): T {
    const now = this.#now();
    if (now > this.#time) {
      this.#time = now;
      randomFillSync(this.#random);
      for (const [n, value] of this.#random.entries()) this.#random[n] = value & 31;
      // Room to count up without overflowing.
      this.#random[0] = (this.#random[0] ?? 0) & 15;
    } else {
      this.#increment();
    }
    let time = '';
    for (let rest = this.#time, n = 0; n < 10; n++, rest = Math.floor(rest / 32)) {
      time = (ALPHABET[rest % 32] ?? '') + time;
    }
    const random = Array.from(this.#random, (value) => ALPHABET[value] ?? '').join('');
    return `${prefix}_${time}${random}` as T;
  }

  #increment(): void {
    for (let n = this.#random.length - 1; n >= 0; n--) {
      const value = this.#random[n] ?? 0;
      this.#random[n] = value === 31 ? 0 : value + 1;
      if (value !== 31) return;
    }
  }
}
