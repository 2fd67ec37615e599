interface Entry<Key> {
  readonly at: number;
  readonly key: Key;
}

/** When something is due, one time a key: a binary heap. An entry whose key has got another time is passed over. */
export class DueTimes<Key> {
  readonly #times = new Map<Key, number>();
  #heap: Array<Entry<Key>> = [];

  /** The earliest, ms since the epoch; `Infinity`: nothing is due ever. */
  get next(): number {
    return this.#top()?.at ?? Infinity;
  }

  /** `Infinity`: never. */
  set(key: Key, at: number): void {
    if (at === Infinity) {
      this.#times.delete(key);
      return;
    }
    if (this.#times.get(key) === at) return;
    this.#times.set(key, at);
    if (this.#heap.length > 2 * this.#times.size + 32) this.#rebuild();
    else this.#push({ at, key });
  }

  get(key: Key): number {
    return this.#times.get(key) ?? Infinity;
  }

  /** What is due by then, the earliest first. */
  due(now: number): Key[] {
    const top = this.#top();
    if (!top || top.at > now) return [];
    const found: Array<Entry<Key>> = [];
    const open = [0];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      const entry = this.#heap[index];
      if (!entry || entry.at > now) continue;
      if (this.#holds(entry)) found.push(entry);
      open.push(2 * index + 1, 2 * index + 2);
    }
    return [...new Set(found.sort((a, b) => a.at - b.at).map(({ key }) => key))];
  }

  /** Without those above it that have another time by now: nobody meets them again. */
  #top(): Entry<Key> | undefined {
    for (let top = this.#heap[0]; top; top = this.#heap[0]) {
      if (this.#holds(top)) return top;
      this.#removeTop();
    }
    return undefined;
  }

  #holds({ key, at }: Entry<Key>): boolean {
    return this.#times.get(key) === at;
  }

  #rebuild(): void {
    // In order, which is a heap as well.
    this.#heap = [...this.#times].map(([key, at]) => ({ at, key })).sort((a, b) => a.at - b.at);
  }

  #push(entry: Entry<Key>): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >>> 1;
      const above = heap[parent];
      if (!above || above.at <= entry.at) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  #removeTop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (!left) break;
      if (right && right.at < left.at) child++;
      const below = heap[child];
      if (!below || below.at >= last.at) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
  }
}
