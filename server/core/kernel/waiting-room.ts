/** How many may wait at once. */
export interface Places {
  readonly perNetwork: number;
  readonly inAll: number;
}

/**
 * Strangers who have not said yet what they want: sockets before their first word, bodies that have not come whole.
 * Nobody is refused at its door. When there is no place left, the network that takes most of them loses the guest who
 * came first: an honest one has gone in by then, and whoever fills the room pushes out nobody but himself.
 */
export class WaitingRoom<Guest> {
  readonly #places: Places;
  readonly #turnOut: (guest: Guest) => void;
  /** In the order of arrival. */
  readonly #networks = new Map<string, Set<Guest>>();
  #count = 0;

  constructor(places: Places, turnOut: (guest: Guest) => void) {
    this.#places = places;
    this.#turnOut = turnOut;
  }

  /** Guests who wait. */
  get size(): number {
    return this.#count;
  }

  /** One who is there already stays where he is in the row. */
  enter(network: string, guest: Guest): void {
    const guests = this.#networks.get(network) ?? new Set();
    if (guests.has(guest)) return;
    this.#networks.set(network, guests);
    guests.add(guest);
    this.#count += 1;
    if (guests.size > this.#places.perNetwork) this.#makeRoom(network, guests);
    else if (this.#count > this.#places.inAll) this.#makeRoom(...this.#fullest());
  }

  /** What the guest wants is known, or it has gone. One who is not there is nobody's loss. */
  leave(network: string, guest: Guest): void {
    const guests = this.#networks.get(network);
    if (guests?.delete(guest) !== true) return;
    this.#count -= 1;
    if (guests.size === 0) this.#networks.delete(network);
  }

  #makeRoom(network: string, guests: ReadonlySet<Guest>): void {
    const [first] = guests;
    if (first === undefined) return;
    this.leave(network, first);
    this.#turnOut(first);
  }

  #fullest(): [string, ReadonlySet<Guest>] {
    let fullest: [string, ReadonlySet<Guest>] = ['', new Set()];
    for (const entry of this.#networks) if (entry[1].size > fullest[1].size) fullest = entry;
    return fullest;
  }
}
