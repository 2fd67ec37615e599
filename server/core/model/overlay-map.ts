/** What has become of one entry. Undefined: there was none, or there is none any more. */
export interface Change<T> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/** A map that can be written in, whoever keeps its entries. */
export interface WritableMap<K, V> extends ReadonlyMap<K, V> {
  set(key: K, value: V): unknown;
  delete(key: K): unknown;
}

/**
 * A map with changes laid over it. The map beneath is neither copied nor changed, so that a change costs the same however
 * large it is. Reads like the map that a full copy would be, in the same order; entries may be changed while it is gone
 * through, and are met as they are by then.
 */
export class OverlayMap<K, V> implements WritableMap<K, V> {
  readonly #base: ReadonlyMap<K, V>;
  /** Undefined: taken out. */
  readonly #changed = new Map<K, V | undefined>();
  /** Those that stand behind all others, because they came after them. */
  readonly #added = new Set<K>();
  readonly #onChange: (change: Change<V>) => void;
  #size: number;

  /** `onChange` hears of each entry before it is written. */
  constructor(base: ReadonlyMap<K, V>, onChange: (change: Change<V>) => void = () => undefined) {
    this.#base = base;
    this.#onChange = onChange;
    this.#size = base.size;
  }

  get size(): number {
    return this.#size;
  }

  get [Symbol.toStringTag](): string {
    return 'OverlayMap';
  }

  get(key: K): V | undefined {
    return this.#changed.has(key) ? this.#changed.get(key) : this.#base.get(key);
  }

  has(key: K): boolean {
    return this.#changed.has(key) ? this.#changed.get(key) !== undefined : this.#base.has(key);
  }

  set(key: K, value: V): this {
    const before = this.get(key);
    this.#onChange({ before, after: value });
    if (before === undefined) {
      this.#size++;
      this.#added.delete(key);
      this.#added.add(key);
    }
    this.#changed.set(key, value);
    return this;
  }

  delete(key: K): boolean {
    const before = this.get(key);
    if (before === undefined) return false;
    this.#onChange({ before, after: undefined });
    this.#size--;
    this.#added.delete(key);
    this.#changed.set(key, undefined);
    return true;
  }

  /** Keys whose entries have been written, in the order in which they were first. */
  changed(): IterableIterator<K> {
    return this.#changed.keys();
  }

  isChanged(key: K): boolean {
    return this.#changed.has(key);
  }

  /** The entry as it is in the map beneath. */
  before(key: K): V | undefined {
    return this.#base.get(key);
  }

  /** What is different from the map beneath, by key, in the order in which it changed first. */
  changes(): ReadonlyMap<K, Change<V>> {
    const changes = new Map<K, Change<V>>();
    for (const [key, after] of this.#changed) {
      const before = this.#base.get(key);
      if (before !== after) changes.set(key, { before, after });
    }
    return changes;
  }

  *entries(): Generator<[K, V], undefined> {
    for (const [key, value] of this.#base) {
      if (this.#added.has(key)) continue;
      if (!this.#changed.has(key)) yield [key, value];
      else if (this.has(key)) yield [key, this.#changed.get(key) as V];
    }
    for (const key of this.#added) yield [key, this.#changed.get(key) as V];
  }

  *keys(): Generator<K, undefined> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): Generator<V, undefined> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): Generator<[K, V], undefined> {
    return this.entries();
  }

  forEach(visit: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this);
  }
}
