type Listener = (...args: unknown[]) => void;

/** Of Node's emitter what JsSIP uses, in a tenth of the size: listeners are called in their order, as they were at the call. */
export class EventEmitter {
  readonly #listeners = new Map<string, readonly Listener[]>();

  on(type: string, listener: Listener): this {
    this.#listeners.set(type, [...this.listeners(type), listener]);
    return this;
  }

  removeListener(type: string, listener: Listener): this {
    this.#listeners.set(
      type,
      this.listeners(type).filter((one) => one !== listener),
    );
    return this;
  }

  listeners(type: string): readonly Listener[] {
    return this.#listeners.get(type) ?? [];
  }

  /** Whether anybody listened. */
  emit(type: string, ...args: unknown[]): boolean {
    const listeners = this.listeners(type);
    for (const listener of listeners) listener.apply(this, args);
    return listeners.length > 0;
  }
}
