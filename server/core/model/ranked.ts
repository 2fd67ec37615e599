/** Where somebody stands: the lower rank first, then the earlier time; ties go by id, so that the order is always the same. */
export interface Place<Id extends string> {
  readonly id: Id;
  readonly rank: number;
  /** ms since the epoch. */
  readonly since: number;
}

/** Kept in order while places come and go: each takes the steps of a binary search, and most come at the end. */
export class Ranked<Id extends string> {
  readonly #places: Array<Place<Id>> = [];

  /** In order. */
  get places(): ReadonlyArray<Place<Id>> {
    return this.#places;
  }

  add(place: Place<Id>): void {
    this.#places.splice(this.#indexOf(place), 0, place);
  }

  remove(place: Place<Id>): void {
    const index = this.#indexOf(place);
    if (this.#places[index]?.id === place.id) this.#places.splice(index, 1);
  }

  countBefore(place: Place<Id>): number {
    return this.#indexOf(place);
  }

  /** Where it is, or would be. */
  #indexOf(place: Place<Id>): number {
    let low = 0;
    let high = this.#places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const there = this.#places[middle];
      if (there && comparePlaces(there, place) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export function comparePlaces<Id extends string>(a: Place<Id>, b: Place<Id>): number {
  return a.rank - b.rank || a.since - b.since || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
