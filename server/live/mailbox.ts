/** Runs jobs one after the other, in the order of their arrival. A job that fails does not stop the next. */
export class Mailbox {
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Jobs that wait or run. */
  get waiting(): number {
    return this.#waiting;
  }

  run<T>(job: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const result = this.#tail.then(job).finally(() => (this.#waiting -= 1));
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Resolves when everything that was put in so far has run. */
  async drained(): Promise<void> {
    await this.#tail;
  }
}
