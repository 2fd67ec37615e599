import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Lets one task in at a time, in the order in which they came. SQLite has one connection, and TypeORM turns a second
 * transaction that overlaps the first on it into a savepoint of the first: when the first failed, the second would have
 * reported success and lost its rows.
 */
export class FifoGate {
  readonly #inside = new AsyncLocalStorage<true>();
  #tail: Promise<unknown> = Promise.resolve();

  run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#inside.getStore() === true) {
      // It would wait for itself for ever.
      return Promise.reject(
        new Error('A unit of work was started inside another one: use the repositories at hand.'),
      );
    }
    const result = this.#tail.then(() => this.#inside.run(true, task));
    // The next in line does not care how this one ended; its caller does.
    this.#tail = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }
}
