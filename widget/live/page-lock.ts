/** Makes one page of this browser the one that carries an agent's desk and voice. */
export interface PageLock {
  /**
   * True when this page carries the desk now. `onLost` is called when another page takes it, `onRegained` when that page
   * has gone and this one carries the desk again.
   */
  acquire(name: string, callbacks: { onLost: () => void; onRegained: () => void }): Promise<boolean>;
  /** Takes the desk from whichever page has it. */
  steal(): Promise<void>;
  release(): void;
}

/** A page that is being reloaded may hold the lock a moment longer than its successor needs to ask for it. */
const PATIENCE_MS = 1500;

/**
 * `PageLock` by Web Locks. A held lock also keeps the browser from freezing the page, which would look registered and
 * swallow calls. Where there are no Web Locks (insecure origins, sandboxed frames) every page carries its own desk.
 */
export class WebPageLock implements PageLock {
  #locks: LockManager | undefined = navigator.locks;
  #name: string | null = null;
  #callbacks = { onLost: (): void => {}, onRegained: (): void => {} };
  #release: (() => void) | null = null;
  #waiting: AbortController | null = null;

  acquire(name: string, callbacks: { onLost: () => void; onRegained: () => void }): Promise<boolean> {
    this.release();
    this.#name = `telebar:${name}`;
    this.#callbacks = callbacks;
    if (this.#locks === undefined) return Promise.resolve(true);
    return new Promise((resolve) => {
      let decided = false;
      const timer = setTimeout(() => {
        decided = true;
        resolve(false);
      }, PATIENCE_MS);
      this.#queue(() => {
        if (decided) return this.#callbacks.onRegained();
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  steal(): Promise<void> {
    const name = this.#name;
    if (this.#locks === undefined || name === null || this.#release !== null) return Promise.resolve();
    this.#waiting?.abort();
    this.#waiting = null;
    return new Promise((resolve) => this.#request(name, { steal: true }, resolve));
  }

  release(): void {
    this.#waiting?.abort();
    this.#waiting = null;
    this.#release?.();
    this.#release = null;
    this.#name = null;
  }

  /** Waits in line, however long. */
  #queue(granted: () => void): void {
    if (this.#name === null) return;
    const waiting = new AbortController();
    this.#waiting = waiting;
    this.#request(this.#name, { signal: waiting.signal }, granted);
  }

  #request(name: string, options: LockOptions, granted: () => void): void {
    const hold = (): Promise<void> =>
      new Promise((release) => {
        this.#waiting = null;
        this.#release = release;
        granted();
      });
    this.#locks?.request(name, options, hold).catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'SecurityError') {
        // A sandboxed frame: as where there are none.
        this.#locks = undefined;
        return granted();
      }
      // AbortError: either we have stopped waiting ourselves, or another page has stolen the lock.
      if (options.signal?.aborted === true || this.#name !== name) return;
      this.#release = null;
      this.#callbacks.onLost();
      this.#queue(() => this.#callbacks.onRegained());
    });
  }
}
