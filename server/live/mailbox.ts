/** Runs jobs one after the other, in the order of their arrival. A job that fails does not stop the next. */
export class Mailbox {
  #tail: Promise<unknown> = Promise.resolve();

  run<T>(job: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(job);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Resolves when everything that was put in so far has run. */
  async drained(): Promise<void> {
    await this.#tail;
  }
}
