import type { Clock } from '../../core/kernel/clock.ts';
import { ANSWER_KEPT_MS, type AnswerBook, type MarkedRequest } from '../../core/kernel/answers.ts';
import { inProgress, keyReused } from './refused-keys.ts';

/** Beyond this the oldest are forgotten before their time. */
const MOST = 20_000;

interface Kept {
  readonly fingerprint: string;
  readonly since: number;
  readonly outcome: { readonly answer: unknown } | null;
}

/**
 * Answers of live call control, and those that must not be written down (tokens, credentials). A team lives in one process:
 * with it end what a command could do twice, and a call that outlives it refuses a second one.
 */
export class MemoryAnswers implements AnswerBook {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async once({ id, fingerprint }: MarkedRequest, work: () => Promise<unknown>) {
    this.#forget();
    const known = this.#kept.get(id);
    if (known) {
      if (known.fingerprint !== fingerprint) throw keyReused();
      if (known.outcome === null) throw inProgress();
      return { answer: known.outcome.answer, replayed: true };
    }
    const mine: Kept = { fingerprint, since: this.#clock.now(), outcome: null };
    this.#kept.set(id, mine);
    try {
      const answer = await work();
      if (this.#kept.get(id) === mine) this.#kept.set(id, { ...mine, outcome: { answer } });
      return { answer, replayed: false };
    } catch (error) {
      if (this.#kept.get(id) === mine) this.#kept.delete(id);
      throw error;
    }
  }

  /** They lie in the order in which they came. */
  #forget(): void {
    const before = this.#clock.now() - ANSWER_KEPT_MS;
    for (const [id, { since }] of this.#kept) {
      if (since > before && this.#kept.size < MOST) return;
      this.#kept.delete(id);
    }
  }
}
