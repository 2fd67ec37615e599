import type { EndpointId, LegId } from '../core/kernel/ids.ts';
import type { Numbers } from '../core/kernel/number/numbers.ts';
import type { Clock } from '../core/kernel/clock.ts';
import type { IdSource } from '../core/kernel/id-source.ts';
import type { DialRequest, Switch } from '../core/ports/switch.ts';
import type { UnitOfWork } from '../core/ports/unit-of-work.ts';
import { liveLegs } from '../core/model/call.ts';
import { AgentService, type AgentCommands } from './commands/agent-service.ts';
import { BrowserDevices } from './devices/browser-devices.ts';
import { CallService, type CallCommands } from './commands/call-service.ts';
import { Comparison } from './comparison.ts';
import { DeskFeed } from './projections/desk-feed.ts';
import { logSteps } from './projections/steps-log.ts';
import { DeskPhones } from './devices/desk-phones.ts';
import { DeskService } from './commands/desk-service.ts';
import type { Logger } from '../core/kernel/logger.ts';
import type { SipAccounts } from '../core/ports/sip-accounts.ts';
import { LiveMeters, gaugesOf } from './live-meters.ts';
import type { LiveGauges } from './live-meters.ts';
import { Mailbox } from './mailbox.ts';
import { SwitchEvents } from './switch-events.ts';
import { loadTeam } from './loading.ts';
import type { LoadedTeam } from './loading.ts';
import { TeamRuntime } from './runtime.ts';
import { Teams } from './teams.ts';
import type { LiveTeam } from './teams.ts';
import { TelephoneSignIn } from './devices/telephone-sign-in.ts';
import type { EndedSession, Identity } from '../core/kernel/actor.ts';
import type { CallRow, LiveRepositories } from '../core/ports/live-store.ts';

export interface CallCentreDeps {
  readonly unitOfWork: UnitOfWork<LiveRepositories>;
  /** Started and stopped by the caller: start it before `CallCentre.start()`, stop it after `CallCentre.stop()`. */
  readonly switch: Switch;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly numbers: Numbers;
  readonly logger: Logger;
  readonly sip: SipAccounts;
  /** Rejects with `wrong-password`; used to unlock a desk. */
  checkPassword(who: Identity, password: string): Promise<void>;
  /** Compares a PIN that was keyed in at a telephone with the stored PHC string. */
  checkPin(pin: string, pinHash: string): Promise<boolean>;
}

/** Live call control of all teams: agents, calls and desks, and what drives them. */
export interface CallCentre {
  readonly agents: AgentCommands;
  readonly calls: CallCommands;
  readonly desks: DeskService;
  /** Whether calls can be taken now. */
  readonly ready: boolean;
  /** Rows that the database did not take since the start, and which were set aside for the operator. */
  readonly setAside: number;
  readonly meters: LiveMeters;
  /** Goes through everything that is live: for those who ask now and then. */
  gauges(): LiveGauges;
  /** The phone that the session's page has been given is worth nothing from now on. */
  sessionEnded(ended: EndedSession): Promise<void>;
  /**
   * Loads the teams (after migration and seeding), provisions phones, takes calls. Calls that were open are taken over
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
  readonly desks: DeskService;
  readonly meters = new LiveMeters();
  readonly #deps: CallCentreDeps;
  readonly #teams = new Teams();
  readonly #feed: DeskFeed;
  readonly #signIns: TelephoneSignIn;
  readonly #events: SwitchEvents;
  readonly #devices: BrowserDevices;
  readonly #phones: DeskPhones;
  readonly #comparison: Comparison;
  /** Requests of the calls that were loaded, which may never have left. */
  #dials = new Map<LegId, DialRequest>();
  /** The switch may come back while what it has is being compared, or before anything is provisioned. */
  readonly #turns = new Mailbox();
  #unsubscribe: (() => void) | null = null;
  #ready = false;

  constructor(deps: CallCentreDeps) {
    this.#deps = deps;
    const teams = this.#teams;
    this.#feed = new DeskFeed(deps.clock, deps.logger);
    this.#signIns = new TelephoneSignIn(deps);
    this.#devices = new BrowserDevices({ ...deps, teams, feed: this.#feed });
    this.#phones = new DeskPhones(deps);
    this.agents = new AgentService({
      teams,
      devices: this.#devices,
      checkPassword: (who, password) => deps.checkPassword(who, password),
    });
    this.calls = new CallService({ ...deps, teams, feed: this.#feed });
    this.desks = new DeskService({
      teams,
      feed: this.#feed,
      clock: deps.clock,
      pageSeen: (who) => this.calls.pageSeen(who),
    });
    this.#events = new SwitchEvents({
      ...deps,
      teams,
      calls: this.calls,
      signIns: this.#signIns,
      switchReturned: () => this.#turns.run(() => this.#compare()),
      endpointMoved: (endpointId) => this.#endpointMoved(endpointId),
    });
    this.#comparison = new Comparison({ ...deps, teams, events: this.#events });
  }

  get ready(): boolean {
    return this.#ready && this.#teams.all().every((team) => team.runtime.state.switchUp);
  }

  get setAside(): number {
    return this.#teams.all().reduce((sum, { runtime }) => sum + runtime.setAside, 0);
  }

  gauges(): LiveGauges {
    return gaugesOf(this.#teams.all().map(({ runtime }) => runtime));
  }

  sessionEnded(ended: EndedSession): Promise<void> {
    return this.#devices.end(ended);
  }

  async start(): Promise<void> {
    const { unitOfWork, clock, logger } = this.#deps;
    const { up } = this.#deps.switch;
    const { legsOutliveServer } = this.#deps.switch.capabilities;
    const loaded = await unitOfWork.run(async (repositories) => {
      const open = await repositories.calls.open();
      const teams: LoadedTeam[] = [];
      for (const row of await repositories.teams.all()) {
        teams.push(
          await loadTeam(repositories, row, open, { now: clock.now(), switchUp: up, legsOutliveServer }),
        );
      }
      return teams;
    });
    for (const team of loaded) this.#add(team);
    this.#unsubscribe = this.#deps.switch.subscribe((event) => this.#events.take(event));
    await this.#turns.run(async () => {
      for (const team of loaded) {
        await this.#phones.add(team.phones);
        await this.#devices.restore(this.#teams.get(team.row.id), team.browserPhones);
        await this.#closeUnreadable(team);
        if (!legsOutliveServer) await this.#closeOpenCalls(team);
      }
      if (this.#deps.switch.up) await this.#compare();
      else logger.warn({}, 'the switch is not there yet: calls are taken when it is');
    });
    for (const team of this.#teams.all()) team.runtime.wind();
    this.#ready = true;
    logger.info({ teams: loaded.length }, 'the call centre runs');
  }

  /** What an earlier process may not have sent counts once: from then on this process knows what it has sent. */
  async #compare(): Promise<void> {
    await this.#phones.retry();
    await this.#comparison.run(this.#dials);
    this.#dials = new Map();
  }

  async stop(): Promise<void> {
    this.#ready = false;
    this.#events.refuseCalls();
    this.#signIns.stop();
    this.calls.stop();
    this.#devices.stop();
    for (const team of this.#teams.all()) await team.runtime.stop();
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  #add(loaded: LoadedTeam): void {
    const runtime = new TeamRuntime(
      loaded.state,
      { ...this.#deps, meters: this.meters },
      {
        changed: (changes) => {
          logSteps(this.#deps.logger, loaded.row.id, changes);
          this.#feed.changed(changes, () => runtime.state);
        },
        legDialled: (legId) => this.#teams.ownLeg(legId, team),
        legForgotten: (legId) => this.#teams.dropLeg(legId),
      },
    );
    const team: LiveTeam = { row: loaded.row, reasons: loaded.reasons, runtime };
    this.#teams.add(team);
    for (const phone of loaded.phones) this.#teams.ownEndpoint(phone.endpointId, team);
    for (const call of loaded.state.calls.values()) {
      for (const leg of liveLegs(call)) this.#teams.ownLeg(leg.id, team);
    }
    for (const [legId, request] of loaded.dials) this.#dials.set(legId, request);
  }

  /** A page fetches its new place itself; a desk phone finds it by its own registrars, so only the switch is told. */
  #endpointMoved(endpointId: EndpointId): void {
    const team = this.#teams.byEndpoint(endpointId);
    if (!team || this.#devices.moved(team, endpointId)) return;
    void this.#phones.provision(endpointId);
  }

  async #closeUnreadable({ unreadable }: LoadedTeam): Promise<void> {
    if (unreadable.length === 0) return;
    await this.#deps.unitOfWork.run(async (repositories) => {
      for (const call of unreadable) await closeRow(repositories, call, this.#deps.clock.now());
    });
  }

  /** Calls that a crash left open. What is still alive of them on the switch is hung up; the records are closed. */
  async #closeOpenCalls(loaded: LoadedTeam): Promise<void> {
    const { logger } = this.#deps;
    const team = this.#teams.get(loaded.row.id);
    const open = [...loaded.state.calls.values()];
    if (open.length === 0) return;
    logger.warn({ teamId: team.row.id, calls: open.length }, 'closing calls that a restart has cut');
    const alive = new Set((await this.#deps.switch.legs()).map((leg) => leg.legId));
    const legs = open.flatMap((call) => liveLegs(call));
    await team.runtime.tell({ type: 'CloseAll' });
    for (const leg of legs) {
      if (alive.has(leg.id)) continue;
      await team.runtime.tell({ type: 'LegEnded', legId: leg.id, cause: 'server-restart', side: 'switch' });
    }
  }
}

/** For a call whose snapshot cannot be read: its legs end with it. */
async function closeRow(repositories: LiveRepositories, call: CallRow, now: number): Promise<void> {
  const found = await repositories.calls.byId(call.teamId, call.id);
  const legs = (found?.legs ?? []).map((leg) =>
    leg.endedAt === null ? { ...leg, endedAt: now, cause: 'server-restart' } : leg,
  );
  await repositories.calls.save({ ...call, endedAt: now, cause: 'server-restart' }, legs);
}
