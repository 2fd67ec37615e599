import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '../../core/kernel/clock.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import { ANSWER_KEPT_MS, type AnswerBook, type MarkedRequest } from '../../core/kernel/answers.ts';
import type { RunOptions, UnitOfWork } from '../../core/ports/unit-of-work.ts';
import type { AnswerRow, AnswerStore } from './answers-store.ts';
import { inProgress, keyReused } from './refused-keys.ts';

/** A server that has not answered for so long has ended over it, ms. */
const GIVEN_UP_MS = 60_000;

interface Stores {
  readonly answers: AnswerStore;
}

interface Marked {
  readonly id: string;
  readonly claim: string;
  /** What the last transaction of the request came to, and was stored with it. */
  stored: { readonly value: unknown } | null;
}

export interface StoredAnswersDeps<R extends Stores> {
  readonly unitOfWork: UnitOfWork<R>;
  readonly clock: Clock;
  readonly ids: IdSource;
}

/**
 * First answers in the database. Use cases that write through `unitOfWork` store what they come to in the same transaction
 * as its effect: a server that ends before it could answer has done all of it, with its answer, or nothing. A request should
 * write in one transaction, its last, and read with `read`.
 */
export class StoredAnswers<R extends Stores> implements AnswerBook {
  /** For use cases. */
  readonly unitOfWork: UnitOfWork<R>;
  readonly #deps: StoredAnswersDeps<R>;
  readonly #current = new AsyncLocalStorage<Marked>();

  constructor(deps: StoredAnswersDeps<R>) {
    this.#deps = deps;
    this.unitOfWork = {
      run: (fn, options) => this.#run(fn, options),
      read: (fn) => deps.unitOfWork.read(fn),
    };
  }

  async once(request: MarkedRequest, work: () => Promise<unknown>) {
    const { ids, unitOfWork } = this.#deps;
    const marked: Marked = { id: request.id, claim: ids.next('claim'), stored: null };
    const first = await this.#begin(request, marked.claim);
    if (first !== null) return { answer: first.answer, replayed: true };
    try {
      const answer = await this.#current.run(marked, work);
      // Most often the transaction has it already.
      if (marked.stored === null || marked.stored.value !== answer) {
        await unitOfWork.run((repositories) => this.#answer(repositories, marked, answer));
      }
      return { answer, replayed: false };
    } catch (error) {
      await unitOfWork.run(({ answers }) => answers.abandon(marked.id, marked.claim)).catch(() => undefined);
      throw error;
    }
  }

  /** The row of before when it has an answer; null: it is ours to give. */
  async #begin({ id, fingerprint }: MarkedRequest, claim: string): Promise<AnswerRow | null> {
    const now = this.#deps.clock.now();
    const row: AnswerRow = { id, fingerprint, claim, startedAt: now, answeredAt: null, answer: null };
    return this.#deps.unitOfWork.run(async ({ answers }) => {
      const known = await answers.begin(row);
      if (known === null) return null;
      const limit = known.answeredAt === null ? GIVEN_UP_MS : ANSWER_KEPT_MS;
      if (known.startedAt <= now - limit && (await answers.replace(known, row))) return null;
      if (known.fingerprint !== fingerprint) throw keyReused();
      if (known.answeredAt === null) throw inProgress();
      return known;
    });
  }

  #run<T>(fn: (repositories: R) => Promise<T>, options?: RunOptions): Promise<T> {
    const marked = this.#current.getStore();
    if (marked === undefined) return this.#deps.unitOfWork.run(fn, options);
    return this.#deps.unitOfWork.run(async (repositories) => {
      const value = await fn(repositories);
      await this.#answer(repositories, marked, value);
      marked.stored = { value };
      return value;
    }, options);
  }

  /** Nothing is kept of what another has taken over. */
  async #answer({ answers }: R, { id, claim }: Marked, value: unknown): Promise<void> {
    if (!(await answers.answer(id, claim, value, this.#deps.clock.now()))) throw inProgress();
  }
}
