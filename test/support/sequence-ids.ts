import type { IdSource } from '../../server/core/kernel/id-source.ts';

/** Ids that a test can foretell: `call_1`, `leg_2`, … in one sequence. */
export class SequenceIds implements IdSource {
  #last = 0;

  next<T extends string>(prefix: string): T {
    this.#last += 1;
    return `${prefix}_${this.#last}` as T;
  }
}
