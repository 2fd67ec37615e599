/**
 * Those who have not said who they are, by the network that they came from. When it is full, the network that has most of them
 * gives up its oldest: whoever comes with less is never turned away for the sake of a flood.
 */
export class StrangerPool<T> {
  readonly #most: number;
  readonly #byNetwork = new Map<string, Set<T>>();
  #size = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds one unless it is there; returns the one that has to go for it. */
  add(network: string, member: T): T | null {
    const peers = this.#byNetwork.get(network) ?? new Set();
    if (peers.has(member)) return null;
    this.#byNetwork.set(network, peers.add(member));
    this.#size++;
    return this.#size > this.#most ? this.#giveUp() : null;
  }

  delete(network: string, member: T): void {
    const peers = this.#byNetwork.get(network);
    if (!peers?.delete(member)) return;
    this.#size--;
    if (peers.size === 0) this.#byNetwork.delete(network);
  }

  #giveUp(): T | null {
    let largest: [string, Set<T>] | null = null;
    for (const entry of this.#byNetwork) {
      if (largest === null || entry[1].size > largest[1].size) largest = entry;
    }
    for (const oldest of largest?.[1] ?? []) {
      this.delete(largest?.[0] ?? '', oldest);
      return oldest;
    }
    return null;
  }
}
