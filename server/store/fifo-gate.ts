import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Lets one task in at a time, in the order in which they came; urgent ones have a line of their own, and both are served in turn. SQLite has one connection, and TypeORM turns a second
 * transaction that overlaps the first on it into a savepoint of the first: when the first failed, the second would have
 * reported success and lost its rows.
 */
export class FifoGate {
  /** Whatever a task sets going and does not wait for is inside it only as long as it is under way. */
  readonly #inside = new AsyncLocalStorage<{ isUnderWay: boolean }>();
  readonly #lines: Record<'urgent' | 'other', Array<() => Promise<void>>> = { urgent: [], other: [] };
  #next: 'urgent' | 'other' = 'urgent';
  #isOpen = true;

  run<T>(task: () => Promise<T>, isUrgent = false): Promise<T> {
    if (this.#inside.getStore()?.isUnderWay === true) {
      // It would wait for itself for ever.
      return Promise.reject(
        new Error('A unit of work was started inside another one: use the repositories at hand.'),
      );
    }
    return new Promise((resolve, reject) => {
      const line = isUrgent ? this.#lines.urgent : this.#lines.other;
      // The next in line does not care how this one ended; its caller does.
      line.push(() => this.#enter(task).then(resolve, reject));
      if (this.#isOpen) void this.#serve();
    });
  }

  async #enter<T>(task: () => Promise<T>): Promise<T> {
    const here = { isUnderWay: true };
    try {
      return await this.#inside.run(here, task);
    } finally {
      here.isUnderWay = false;
    }
  }

  async #serve(): Promise<void> {
    this.#isOpen = false;
    for (let task = this.#take(); task; task = this.#take()) await task();
    this.#isOpen = true;
  }

  #take(): (() => Promise<void>) | undefined {
    const other = this.#next === 'urgent' ? 'other' : 'urgent';
    const line = this.#lines[this.#next].length > 0 ? this.#next : other;
    this.#next = line === 'urgent' ? 'other' : 'urgent';
    return this.#lines[line].shift();
  }
}
