import type { Clock } from '../../core/kernel/clock.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import type { TeamId } from '../../core/kernel/ids.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type { Holder, LeaseStore, Place, TeamLease } from '../../core/ports/lease-store.ts';
import { isAbsence, type UnitOfWork } from '../../core/ports/unit-of-work.ts';
import { LeaseLost, type Fenced, type Lease } from './lease.ts';
import { Whereabouts } from './whereabouts.ts';

/** So many times in a life the places are renewed, and others looked at. */
const BEATS_A_LIFE = 3;
/** Places of others are left alone for so many lives after the start: servers that start together get each its own. */
const SETTLING_LIVES = 2;

export interface OwnershipDeps {
  readonly unitOfWork: Pick<UnitOfWork<{ readonly leases: LeaseStore }>, 'run'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly self: Holder;
  /** The place that is this server's own. */
  readonly home: string;
  /** What another server has to know to serve it when this one has died; null: no other can. */
  readonly access: string | null;
  /** Teams that are to live here, by their short names; null: all that live nowhere yet. */
  readonly slugs: readonly string[] | null;
  /** What becomes of a place of another server that nobody holds any more. */
  readonly fateOf: (place: Place) => PlaceFate;
  /** A place that is not renewed for so long may be taken by others, ms. */
  readonly lifeMs: number;
  /** ms that have gone by, with those in which this process was stopped. */
  readonly elapsed: () => number;
  /** Whether a process is surely dead: one of this machine that is not there any more. */
  readonly isDead: (process: string) => boolean;
}

/**
 * `served`: this server takes it, and its teams go on living there. `moved`: its teams come to live at this server's own place.
 * `left`: somebody else's matter.
 */
export type PlaceFate = 'served' | 'moved' | 'left';

/** Hears what becomes of this process's teams. */
export interface OwnershipEvents {
  /** Live here from now on, at this server's own place or at one that it has taken from another server. */
  gained(teams: readonly TeamLease[], place: string): void;
  /** Another server has them: nothing may leave for them any more. */
  lost(teams: readonly TeamId[], place: string): void;
}

/**
 * Which teams this process owns. Its right is a row in the database that it renews; every commit of a team is fenced with the
 * team's epoch, so that of two processes that both believe to own it one cannot write.
 *
 *   waiting ── own place is free, or its holder is dead ──▶ holding ── taken by another ──▶ deposed, for good
 *
 * Beside its own place a process takes those of servers that have died. They stay its own until it ends, or is held up for so
 * long that somebody else takes them.
 *
 * A database that is away deposes nobody: while no renewal can be kept, none of another server can be kept either.
 */
export class Ownership {
  readonly #deps: OwnershipDeps;
  readonly #lifeMs: number;
  /** What it holds, with what has to be known to serve it. */
  readonly #places = new Map<string, string | null>();
  /** Places that it took and could not serve. */
  readonly #refused = new Set<string>();
  readonly #teams = new Map<TeamId, TeamLease>();
  readonly #whereabouts: Whereabouts;
  readonly #startedAt: number;
  /** Since then this process has watched, and the database has always answered, on `elapsed`. */
  #reachedSince: number;
  #events: OwnershipEvents | null = null;
  /** Until then nobody can have taken anything, on `elapsed`. */
  #sureUntil = -Infinity;
  #renewing: Promise<void> | null = null;
  #beating: Promise<void> | null = null;
  #cancel: () => void = () => undefined;
  readonly #stopListening: () => void;
  #stopped = false;
  #told: string | null = null;
  #deposed: () => void = () => undefined;
  /** Resolves when another server has taken this one's own place. */
  readonly deposed: Promise<void>;

  constructor(deps: OwnershipDeps) {
    this.#deps = deps;
    this.#whereabouts = new Whereabouts(deps);
    this.#lifeMs = deps.lifeMs;
    this.#startedAt = deps.elapsed();
    this.#reachedSince = this.#startedAt;
    this.#stopListening = deps.clock.onSkip?.((ms) => this.#stoodStill(ms)) ?? (() => undefined);
    this.deposed = new Promise((resolve) => (this.#deposed = resolve));
  }

  get home(): string {
    return this.#deps.home;
  }

  get teams(): TeamLease[] {
    return [...this.#teams.values()];
  }

  /** Places of other servers that this one has. */
  get guests(): string[] {
    return [...this.#places.keys()].filter((name) => name !== this.#deps.home);
  }

  /** What has to be known to serve a place that this process has; null: nothing is. */
  accessOf(place: string): string | null {
    return this.#places.get(place) ?? null;
  }

  /** Why it waits, for the operator; null: it has its place. */
  get waits(): string | null {
    return this.#places.has(this.#deps.home) ? null : (this.#told ?? 'This server has no place yet.');
  }

  /** Waits for its own place: at once when nobody holds it. @returns false when it was stopped before */
  async enter(): Promise<boolean> {
    const { clock } = this.#deps;
    while (!this.#stopped && !(await this.tryToEnter())) {
      await new Promise<void>((resolve) => {
        const cancel = clock.after(this.#beatMs / 2, resolve);
        this.#cancel = () => {
          cancel();
          resolve();
        };
      });
    }
    return !this.#stopped;
  }

  /** Waits no longer for its place. */
  leave(): void {
    if (this.#isActive) return;
    this.#stopped = true;
    this.#stopListening();
    this.#cancel();
  }

  /** Takes its own place if it can. @returns whether it has it */
  async tryToEnter(): Promise<boolean> {
    const { home, logger } = this.#deps;
    try {
      if (!(await this.#takeHome())) return false;
      await this.#ask();
    } catch (error) {
      this.#reachedSince = this.#deps.elapsed();
      logger.warn({ err: error }, 'it is not known yet who has the teams');
    }
    if (!this.#places.has(home)) return false;
    this.#schedule();
    return true;
  }

  /** From now on changes are told. */
  follow(events: OwnershipEvents): void {
    this.#events = events;
  }

  /** Gives everything back: its own next process takes it at once. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    this.#stopListening();
    await this.#beating;
    await this.#renewing;
    if (this.#places.size === 0) return;
    this.#places.clear();
    this.#teams.clear();
    const { unitOfWork, self, logger } = this.#deps;
    try {
      await unitOfWork.run(({ leases }) => leases.release(self.process, this.#lifeMs));
    } catch (error) {
      logger.warn({ err: error }, 'the teams could not be given back: the next server waits for their time');
    }
  }

  /** A place of another server that cannot be served from here: somebody else may have it, and this process leaves it alone. */
  giveBack(place: string): void {
    this.#refused.add(place);
    this.#places.delete(place);
    for (const { teamId } of this.teams.filter((team) => team.place === place)) this.#teams.delete(teamId);
    void this.#renew();
  }

  /** A team that has just been made is taken at once, not with the next beat. Never rejects. */
  async settle(): Promise<void> {
    // One that is under way may have looked before.
    await this.#renewing;
    await this.#renew();
  }

  /** Of a team that this process owns. */
  lease({ teamId, epoch }: TeamLease): Lease {
    const isSure = () => this.#isSure(teamId, epoch);
    return {
      get sure() {
        return isSure();
      },
      confirm: async () => {
        if (!isSure()) await this.#renew();
        if (!isSure()) throw new LeaseLost(teamId);
      },
      fence: async ({ leases }: Fenced) => {
        const lost = () => {
          void this.#renew();
          return new LeaseLost(teamId);
        };
        if (this.#teams.get(teamId)?.epoch !== epoch) throw lost();
        await leases.fence(teamId, epoch, lost);
      },
    };
  }

  /** Before this process takes to itself what only the holder of the place may have. @throws DomainError `unavailable` */
  async confirm(place: string): Promise<void> {
    if (!this.#isCurrent) await this.#renew();
    if (this.#isCurrent && this.#isActive && this.#places.has(place)) return;
    throw new DomainError('unavailable', `Another server has the teams of "${place}".`);
  }

  /** The address of the server that has the team; `here`; null: nobody has it at this moment. */
  async whereIs(teamId: TeamId): Promise<'here' | { url: string } | null> {
    if (this.#teams.has(teamId)) return 'here';
    const holder = await this.#whereabouts.holderOf(teamId);
    return holder === null || holder.process === this.#deps.self.process ? null : { url: holder.url };
  }

  get #isCurrent(): boolean {
    return this.#deps.elapsed() < this.#sureUntil;
  }

  #isSure(teamId: TeamId, epoch: number): boolean {
    return this.#isCurrent && this.#teams.get(teamId)?.epoch === epoch;
  }

  /**
   * The database has been seen to be there for a whole life: whoever could not renew before, because it was away, has had the
   * time for that.
   */
  get #isPatient(): boolean {
    return this.#deps.elapsed() - this.#reachedSince >= this.#lifeMs;
  }

  get #beatMs(): number {
    return this.#lifeMs / BEATS_A_LIFE;
  }

  async #takeHome(): Promise<boolean> {
    const { unitOfWork, self, home, access, isDead } = this.#deps;
    const lifeMs = this.#lifeMs;
    const other = await unitOfWork.run(async ({ leases }) => {
      const holder = (await leases.places()).find(({ name }) => name === home)?.holder ?? null;
      if (holder?.process === self.process) return null;
      const dead = holder !== null && isDead(holder.process) ? { dead: holder.process } : {};
      const from = { givenBack: true, ...(this.#isPatient ? { freeForMs: 0 } : {}), ...dead };
      if (await leases.take(home, self, { lifeMs, ...from, access })) return null;
      return holder;
    });
    if (other !== null) this.#tell(other);
    else this.#places.set(home, access);
    return other === null;
  }

  #tell({ url, process }: Holder): void {
    const told = `Another server (${url}) has the teams of "${this.#deps.home}" in this database: this one takes no calls, passes requests on to it, and takes over when it has gone.`;
    if (this.#told === told) return;
    this.#told = told;
    this.#deps.logger.warn({ holder: process }, told);
  }

  #schedule(): void {
    if (!this.#isActive) return;
    this.#cancel();
    this.#cancel = this.#deps.clock.after(this.#beatMs, () => void this.#beat());
  }

  get #isActive(): boolean {
    return !this.#stopped && this.#places.has(this.#deps.home);
  }

  /** Renews, and looks whether there is more to take. Never rejects. */
  #beat(): Promise<void> {
    this.#beating ??= this.#renewAndLook().finally(() => {
      this.#beating = null;
      this.#schedule();
    });
    return this.#beating;
  }

  /** Nobody has watched meanwhile: the database may have been away, and others may have taken what is ours. */
  #stoodStill(ms: number): void {
    if (ms <= 0) return;
    this.#reachedSince = this.#deps.elapsed();
    if (this.#isActive) void this.#beat();
  }

  async #renewAndLook(): Promise<void> {
    await this.#renew();
    try {
      if (this.#isActive) await this.#look();
    } catch (error) {
      if (!isAbsence(error)) this.#deps.logger.error({ err: error }, 'other servers were not looked at');
    }
  }

  /** Never rejects. */
  #renew(): Promise<void> {
    if (!this.#isActive) return Promise.resolve();
    this.#renewing ??= this.#tryToRenew().finally(() => (this.#renewing = null));
    return this.#renewing;
  }

  async #tryToRenew(): Promise<void> {
    const wasSure = this.#isCurrent;
    try {
      await this.#ask();
    } catch (error) {
      this.#reachedSince = this.#deps.elapsed();
      // Nobody can have taken anything where nothing can be written, unless that was before, and unseen.
      if (wasSure) this.#sureUntil = this.#deps.elapsed() + this.#lifeMs;
      if (!isAbsence(error)) this.#deps.logger.error({ err: error }, 'the teams could not be renewed');
    }
  }

  /** @throws StorageError */
  async #ask(): Promise<void> {
    const { unitOfWork, self, home, slugs, clock, elapsed } = this.#deps;
    const asked = elapsed();
    const limit = new AbortController();
    const cancel = clock.after(this.#beatMs, () => limit.abort());
    try {
      const held = await unitOfWork.run(
        async ({ leases }) => {
          for (const place of this.#refused) await leases.release(self.process, this.#lifeMs, place);
          // First, so that teams which settle here are not taken from a place of this very process.
          await leases.renew(self.process, this.#lifeMs);
          await leases.settle(home, slugs, this.#isPatient);
          return leases.held(self.process);
        },
        { live: 'commits', signal: limit.signal },
      );
      this.#sureUntil = asked + this.#lifeMs;
      this.#compare(held);
    } finally {
      cancel();
    }
  }

  #compare(held: Awaited<ReturnType<LeaseStore['held']>>): void {
    const { home, logger } = this.#deps;
    const places = held.places.filter(({ name }) => !this.#refused.has(name));
    const teams = held.teams.filter(({ place }) => !this.#refused.has(place));
    const now = new Map(teams.map((team) => [team.teamId, team]));
    this.#places.clear();
    for (const { name, access } of places) this.#places.set(name, access);
    const lost = this.teams.filter(({ teamId, epoch }) => now.get(teamId)?.epoch !== epoch);
    for (const { teamId } of lost) this.#teams.delete(teamId);
    for (const place of new Set(lost.map((team) => team.place))) {
      const ids = lost.filter((team) => team.place === place).map(({ teamId }) => teamId);
      logger.error({ place, teams: ids.length }, 'another server has taken teams of this one over');
      this.#events?.lost(ids, place);
    }
    if (!this.#places.has(home)) return this.#deposed();
    const gained = teams.filter(({ teamId }) => !this.#teams.has(teamId));
    for (const team of gained) this.#teams.set(team.teamId, team);
    for (const place of new Set(gained.map((team) => team.place))) {
      const own = gained.filter((team) => team.place === place);
      this.#events?.gained(own, place);
    }
  }

  /** Takes the places that nobody holds any more. */
  async #look(): Promise<void> {
    const { unitOfWork, elapsed, logger } = this.#deps;
    const isSettled = elapsed() - this.#startedAt >= SETTLING_LIVES * this.#lifeMs;
    if (!isSettled || !this.#isPatient) return;
    for (const place of await unitOfWork.run(({ leases }) => leases.places())) {
      const { name, holder } = place;
      if (!place.free || !place.inhabited || this.#places.has(name) || this.#refused.has(name)) continue;
      const fate = this.#deps.fateOf(place);
      if (fate === 'left' || !(await this.#takeOver(name, fate))) continue;
      logger.warn({ place: name, before: holder?.url, fate }, 'the teams of another server are taken over');
      await this.#ask();
    }
  }

  /** A life later than whose own it is might: a server that stands by there, or is started again, comes first. */
  #takeOver(name: string, fate: PlaceFate): Promise<boolean> {
    const { unitOfWork, self, home } = this.#deps;
    const lifeMs = this.#lifeMs;
    return unitOfWork.run(async ({ leases }) => {
      if (!(await leases.take(name, self, { lifeMs, freeForMs: lifeMs }))) return false;
      if (fate === 'moved') {
        await leases.move(name, home);
        await leases.release(self.process, lifeMs, name);
      }
      return true;
    });
  }
}
