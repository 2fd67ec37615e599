import { isSignedIn } from '../core/model/agent.ts';
import type { AgentId, TeamId } from '../core/kernel/ids.ts';
import type { Numbers } from '../core/kernel/number/numbers.ts';
import type { Clock } from '../core/kernel/clock.ts';
import type { IdSource } from '../core/kernel/id-source.ts';
import type { Switch } from '../core/ports/switch.ts';
import type { UnitOfWork } from '../core/ports/unit-of-work.ts';
import { liveLegs } from '../core/model/call.ts';
import { AgentService, type AgentCommands } from './commands/agent-service.ts';
import { BrowserDevices } from './devices/browser-devices.ts';
import { CallService, type CallCommands } from './commands/call-service.ts';
import { SupervisionService, type SupervisionCommands } from './commands/supervision-service.ts';
import { PartyService, type PartyCommands } from './commands/party-service.ts';
import { OpenPages } from './open-pages.ts';
import { TeamTopics } from './projections/team-topics.ts';
import { logSteps } from './projections/steps-log.ts';
import { DeskService, teamSettings } from './commands/desk-service.ts';
import type { Logger } from '../core/kernel/logger.ts';
import type { SipAccounts } from '../core/ports/sip-accounts.ts';
import { LiveMeters, gaugesOf } from './live-meters.ts';
import type { LiveGauges } from './live-meters.ts';
import { LivePlace } from './live-place.ts';
import type { LoadedTeam } from './loading.ts';
import { TeamRuntime } from './runtime.ts';
import { departedAgents } from './set-up/departures.ts';
import { met, type Changed, type Met } from './set-up/met.ts';
import { SetUpFollower } from './set-up/set-up-follower.ts';
import { Teams } from './teams.ts';
import type { LiveTeam, TeamPlace } from './teams.ts';
import type { EndedSession, Identity } from '../core/kernel/actor.ts';
import type { LiveRepositories } from '../core/ports/live-store.ts';
import type { TeamLease } from '../core/ports/lease-store.ts';
import type { Lease } from './ownership/lease.ts';
import type { Sounds } from './effects/sounds.ts';
import type { OwnershipEvents } from './ownership/ownership.ts';

/** Which teams this process owns. */
export interface TeamOwnership {
  /** The place of the switch that this process has from its start. */
  readonly home: string;
  readonly teams: readonly TeamLease[];
  lease(team: TeamLease): Lease;
  /** From now on changes are told. */
  follow(events: OwnershipEvents): void;
  /** A place of another server cannot be served from here. */
  giveBack(place: string): void;
  /** Takes what has just been made. Never rejects. */
  settle(): Promise<void>;
}

export interface CallCentreDeps {
  readonly unitOfWork: UnitOfWork<LiveRepositories>;
  /** Of the own place. Started and stopped by the caller: start it before `CallCentre.start()`, stop it after `CallCentre.stop()`. */
  readonly switch: Switch;
  /** Of a place that was taken from another server; started and stopped by the call centre. @throws when there is none */
  switchAt(place: string): Switch;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly numbers: Numbers;
  readonly logger: Logger;
  readonly sip: SipAccounts;
  readonly ownership: TeamOwnership;
  /** Rejects with `wrong-password`; used to unlock a desk. */
  checkPassword(who: Identity, password: string): Promise<void>;
  /** Who may not work any more has finished: the sessions end. */
  agentDeparted(agent: Pick<Identity, 'teamId' | 'agentId'>): Promise<void>;
  /** The number of somebody in the phone books that the agent may use. @throws DomainError not-found */
  contactNumber(who: Identity, contactId: string): Promise<string>;
  /** Compares a PIN that was keyed in at a telephone with the stored PHC string. */
  checkPin(pin: string, pinHash: string): Promise<boolean>;
  /** What callers who wait are played; absent: a tone. */
  readonly sounds?: Sounds;
}

/** Live call control of all teams: agents, calls and desks, and what drives them. */
export interface CallCentre {
  readonly agents: AgentCommands;
  readonly calls: CallCommands;
  readonly parties: PartyCommands;
  readonly supervision: SupervisionCommands;
  readonly desks: DeskService;
  /** Whether calls can be taken now. */
  readonly ready: boolean;
  /** Rows that the database did not take since the start, and which were set aside for the operator. */
  readonly setAside: number;
  readonly meters: LiveMeters;
  /** Goes through everything that is live: for those who ask now and then. */
  gauges(): LiveGauges;
  /** A team has just been made in the database: resolves when it lives, if it is to live here. Never rejects. */
  teamMade(): Promise<void>;
  /** The set-up of the team has been changed in the database: the live team follows. Never rejects. */
  setUpChanged(teamId: TeamId): Promise<void>;
  /** Who works with something of the set-up, and which calls are under way. @throws DomainError unavailable: the team is not here */
  meets(teamId: TeamId, changed: Changed): Met;
  /** The telephones outside with which agents of all teams that are here have signed in. */
  outsidePhones(): Array<{ teamId: TeamId; name: string; number: string }>;
  /** The phone that the session's page has been given is worth nothing from now on. */
  sessionEnded(ended: EndedSession): Promise<void>;
  /** Tells which teams have just gone to another server. Returns the disposer. */
  onLeft(listener: (teams: ReadonlySet<TeamId>) => void): () => void;
  /**
   * Loads the teams that are this process's own (after migration and seeding), provisions phones, takes calls. Calls that were open are taken over
   * when they have outlived the server before, and closed otherwise. With the switch away nothing is decided about them
   * until it is there.
   */
  start(): Promise<void>;
  /** Stops taking calls and releases timers. Live calls end with cause `server-restart`, unless they outlive the server. */
  stop(): Promise<void>;
}

export function createCallCentre(deps: CallCentreDeps): CallCentre {
  return new LiveCallCentre(deps);
}

class LiveCallCentre implements CallCentre {
  readonly agents: AgentService;
  readonly calls: CallService;
  readonly parties: PartyService;
  readonly supervision: SupervisionService;
  readonly desks: DeskService;
  readonly meters = new LiveMeters();
  readonly #deps: CallCentreDeps;
  readonly #teams = new Teams();
  readonly #pages: OpenPages;
  readonly #devices: BrowserDevices;
  readonly #setUps: SetUpFollower;
  readonly #home: LivePlace;
  /** Places of other servers that this one has taken. */
  readonly #guests = new Map<string, LivePlace>();
  readonly #leftListeners = new Set<(teams: ReadonlySet<TeamId>) => void>();
  #ready = false;
  #stopped = false;

  constructor(deps: CallCentreDeps) {
    this.#deps = deps;
    const teams = this.#teams;
    this.#pages = new OpenPages(deps.logger);
    this.#devices = new BrowserDevices({ ...deps, teams, pages: this.#pages });
    this.agents = new AgentService({
      ...deps,
      teams,
      devices: this.#devices,
      checkPassword: (who, password) => deps.checkPassword(who, password),
    });
    this.calls = new CallService({ ...deps, teams, pages: this.#pages });
    this.parties = new PartyService({
      ...deps,
      teams,
      contactNumber: (who, contactId) => deps.contactNumber(who, contactId),
    });
    this.supervision = new SupervisionService({ teams });
    this.desks = new DeskService({
      teams,
      pages: this.#pages,
      clock: deps.clock,
      pageSeen: (who) => this.calls.pageSeen(who),
    });
    this.#setUps = new SetUpFollower({ ...deps, teams });
    this.#home = this.#placeOf(deps.ownership.home, deps.switch);
  }

  get ready(): boolean {
    return this.#ready && this.#teams.at(this.#home.name).every((team) => team.runtime.state.switchUp);
  }

  get setAside(): number {
    return this.#teams.all().reduce((sum, { runtime }) => sum + runtime.setAside, 0);
  }

  gauges(): LiveGauges {
    return gaugesOf(this.#teams.all().map(({ runtime }) => runtime));
  }

  async teamMade(): Promise<void> {
    await this.#deps.ownership.settle();
    await this.#home.settled();
  }

  setUpChanged(teamId: TeamId): Promise<void> {
    return this.#setUps.follow(teamId);
  }

  meets(teamId: TeamId, changed: Changed): Met {
    return met(this.#teams.get(teamId).runtime.state, changed);
  }

  outsidePhones(): Array<{ teamId: TeamId; name: string; number: string }> {
    return this.#teams.all().flatMap(({ runtime: { state } }) =>
      [...state.agents.values()].filter(isSignedIn).flatMap(({ id, device }) => {
        if (device.kind !== 'outside') return [];
        const { teamId, agents } = state.config;
        return [{ teamId, name: agents.get(id)?.name ?? '', number: device.number }];
      }),
    );
  }

  sessionEnded(ended: EndedSession): Promise<void> {
    return this.#devices.end(ended);
  }

  onLeft(listener: (teams: ReadonlySet<TeamId>) => void): () => void {
    this.#leftListeners.add(listener);
    return () => this.#leftListeners.delete(listener);
  }

  async start(): Promise<void> {
    const { ownership, logger } = this.#deps;
    const owned = ownership.teams;
    const at = (name: string) => owned.filter(({ place }) => place === name);
    ownership.follow({
      gained: (teams, place) => this.#gained(teams, place),
      lost: (teams, place) => this.#lost(teams, place),
    });
    await this.#home.begin(at(this.#home.name));
    for (const name of new Set(owned.map(({ place }) => place))) {
      if (name !== this.#home.name) this.#gained(at(name), name);
    }
    this.#setUps.start();
    this.#ready = true;
    logger.info({ teams: this.#teams.all().length }, 'the call centre runs');
  }

  #placeOf(name: string, telephone: Switch): LivePlace {
    return new LivePlace(name, telephone, {
      ...this.#deps,
      teams: this.#teams,
      calls: this.calls,
      devices: this.#devices,
      setUps: this.#setUps,
      enliven: (loaded, lease, place) => this.#add(loaded, lease, place),
    });
  }

  #placeNamed(name: string): LivePlace | undefined {
    return name === this.#home.name ? this.#home : this.#guests.get(name);
  }

  #gained(teams: readonly TeamLease[], name: string): void {
    if (this.#stopped) return;
    const place = this.#placeNamed(name);
    void (place ? place.gained(teams) : this.#welcome(teams, name));
  }

  /** Another server has died: its switch is served from here as well. */
  async #welcome(teams: readonly TeamLease[], name: string): Promise<void> {
    const { logger, ownership } = this.#deps;
    let guest: LivePlace | null = null;
    try {
      guest = this.#placeOf(name, this.#deps.switchAt(name));
      this.#guests.set(name, guest);
      await guest.startSwitch();
      await guest.gained(teams);
      logger.warn({ place: name, teams: teams.length }, 'the teams of another server are served here');
    } catch (error) {
      logger.error({ place: name, err: error }, 'the place of another server cannot be served');
      if (guest !== null && this.#guests.get(name) !== guest) return;
      ownership.giveBack(name);
      this.#lost(
        teams.map(({ teamId }) => teamId),
        name,
      );
    }
  }

  #lost(teamIds: readonly TeamId[], name: string): void {
    const place = this.#placeNamed(name);
    for (const teamId of teamIds) {
      const team = this.#teams.find(teamId);
      if (!team) continue;
      this.#devices.abandon(team);
      this.#teams.remove(team);
      team.runtime.abandon();
      place?.hangUp(team);
    }
    const left = new Set(teamIds);
    for (const listener of this.#leftListeners) listener(left);
    const guest = this.#guests.get(name);
    if (guest && this.#teams.at(name).length === 0) void this.#dismiss(guest);
  }

  async #dismiss(guest: LivePlace): Promise<void> {
    this.#guests.delete(guest.name);
    guest.end();
    try {
      await guest.stopSwitch();
    } catch (error) {
      this.#deps.logger.warn(
        { place: guest.name, err: error },
        'the switch of another server was left with a failure',
      );
    }
  }

  async stop(): Promise<void> {
    const places = [this.#home, ...this.#guests.values()];
    this.#ready = false;
    this.#stopped = true;
    this.#setUps.stop();
    for (const place of places) place.refuseCalls();
    this.calls.stop();
    this.#devices.stop();
    for (const team of this.#teams.all()) await team.runtime.stop();
    this.#home.end();
    for (const guest of this.#guests.values()) await this.#dismiss(guest);
  }

  #add(loaded: LoadedTeam, lease: Lease, place: TeamPlace): LiveTeam {
    const runtime = new TeamRuntime(
      loaded.state,
      { ...this.#deps, switch: place.switch, meters: this.meters, lease },
      {
        changed: (changes) => {
          logSteps(this.#deps.logger, loaded.row.id, changes);
          if (topics.changed(changes)) this.desks.regrouped(loaded.row.id);
          for (const agentId of departedAgents(changes, runtime.state)) void this.#letGo(team, agentId);
        },
        measured: (endpointId) => topics.measured(endpointId),
        legDialled: (legId) => this.#teams.ownLeg(legId, team),
        legForgotten: (legId) => this.#teams.dropLeg(legId),
      },
      loaded.facts,
    );
    const topics = new TeamTopics(runtime, () => teamSettings(team), this.#deps);
    const team: LiveTeam = { row: loaded.row, desk: loaded.desk, runtime, topics, lease, place };
    this.#teams.add(team);
    for (const phone of loaded.phones) this.#teams.ownEndpoint(phone.endpointId, team);
    for (const call of loaded.state.calls.values()) {
      for (const leg of liveLegs(call)) this.#teams.ownLeg(leg.id, team);
    }
    return team;
  }

  async #letGo(team: LiveTeam, agentId: AgentId): Promise<void> {
    const teamId = team.row.id;
    try {
      await this.#deps.agentDeparted({ teamId, agentId });
      await this.#devices.withdraw(team, agentId);
    } catch (error) {
      this.#deps.logger.error(
        { teamId, agentId, err: error },
        'sessions or phone of an agent could not be ended',
      );
    }
  }
}
