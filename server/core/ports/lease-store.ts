import type { TeamId } from '../kernel/ids.ts';

/** A server process as others know it. */
export interface Holder {
  /** Of no other process, now or later. */
  readonly process: string;
  /** Where other servers reach it. */
  readonly url: string;
}

/**
 * Where teams live: one switch of its own, or one application of a shared one, with the server that holds it. A place is held
 * by one process at a time, and all its teams with it.
 */
export interface Place {
  readonly name: string;
  /** Who holds it, or held it last; null: it was given back. */
  readonly holder: Holder | null;
  /** Its holder has not renewed it in time, or has given it back as long ago: anybody may take it. */
  readonly free: boolean;
  /** Teams live there. */
  readonly inhabited: boolean;
  /** What another server has to know to serve it, as the server whose own it is has left word; null: nobody else can. */
  readonly access: string | null;
}

export interface TeamLease {
  readonly teamId: TeamId;
  readonly place: string;
  /** Higher each time that somebody takes the place. */
  readonly epoch: number;
}

/** From whom a place may be taken. */
export interface TakeOptions {
  readonly lifeMs: number;
  /** From nobody: it was given back. */
  readonly givenBack?: boolean;
  /** From whoever has not renewed it in time, when that has been so for longer than this, ms. */
  readonly freeForMs?: number;
  /** From a process that is known to be dead. */
  readonly dead?: string;
  /** Left with the place for others; not given: what is there stays. */
  readonly access?: string | null;
}

/** Who owns which team, by the clock of the database alone. */
export interface LeaseStore {
  /** Renews the places that a process still has. */
  renew(process: string, lifeMs: number): Promise<void>;
  /** The places that a process has, with their teams. */
  held(process: string): Promise<{ places: Pick<Place, 'name' | 'access'>[]; teams: TeamLease[] }>;
  /**
   * Takes a place. @returns whether the holder has it now; what the one before does with its teams is refused from then on
   */
  take(name: string, holder: Holder, options: TakeOptions): Promise<boolean>;
  /** Gives all places of a process back, or one of them. Whose own they are takes them at once, others after a life. */
  release(process: string, lifeMs: number, place?: string): Promise<void>;
  /** The teams of a place that this process has just taken live at another one from now on. */
  move(from: string, to: string): Promise<void>;
  places(): Promise<Place[]>;
  /**
   * Gives teams to the place: `slugs` from wherever nobody holds them, and without a list every team that has no place yet.
   * @param fromLate also from holders who have not renewed in time
   */
  settle(place: string, slugs: readonly string[] | null, fromLate: boolean): Promise<void>;
  /** Which place a team lives at; null: at none yet. */
  placeOf(teamId: TeamId): Promise<Place | null>;
  /**
   * Whether the team still has this epoch, which stays so until the transaction ends: what a deposed owner writes with it is
   * not kept.
   */
  holds(teamId: TeamId, epoch: number): Promise<boolean>;
  /**
   * The same for a transaction that only writes: the database may look when it ends, and rejects with `lost` then, or at once.
   */
  fence(teamId: TeamId, epoch: number, lost: () => Error): Promise<void>;
}
