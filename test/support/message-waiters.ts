/** Waits for a condition that messages make true. */
export class MessageWaiters {
  readonly #waiting = new Set<() => void>();

  async until<T>(what: string, find: () => T | undefined, ms = 15_000): Promise<T> {
    const found = find();
    if (found !== undefined) return found;
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const value = find();
        if (value === undefined) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(value);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`waited ${ms} ms for ${what}`));
      }, ms);
      this.#waiting.add(look);
    });
  }

  wake(): void {
    for (const look of [...this.#waiting]) look();
  }
}
