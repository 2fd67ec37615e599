/** What every store of the widget offers: an immutable value and a way to hear of the next one. */
export interface Observable<T> {
  readonly state: T;
  /** The listener is called with each new state, not with the present one. Returns its own removal. */
  subscribe(listener: (state: T) => void): () => void;
}

/** A value with listeners. A listener that throws is reported to the page's error handler and does not stop the others. */
export class ObservableValue<T> implements Observable<T> {
  #state: T;
  readonly #listeners = new Set<(state: T) => void>();

  constructor(initial: T) {
    this.#state = initial;
  }

  get state(): T {
    return this.#state;
  }

  /** Does nothing when `next` is the present state. */
  set(next: T): void {
    if (Object.is(next, this.#state)) return;
    this.#state = next;
    for (const listener of [...this.#listeners]) {
      // A listener before may have set the state again; then everybody has heard of the newer one already.
      if (!Object.is(this.#state, next)) return;
      try {
        listener(next);
      } catch (error) {
        reportError(error);
      }
    }
  }

  update(patch: Partial<T>): void {
    this.set({ ...this.#state, ...patch });
  }

  subscribe(listener: (state: T) => void): () => void {
    // Wrapped, so that the same function may subscribe twice and leave once.
    const own = (state: T): void => listener(state);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }
}
