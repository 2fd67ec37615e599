import type { EndpointId } from '../core/ids.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { IdSource } from '../core/ports/id-source.ts';
import type { EndpointStatus, Switch } from '../core/ports/switch.ts';
import type { UnitOfWork } from '../core/ports/unit-of-work.ts';
import { liveLegs } from '../core/call/call-state.ts';
import type { Fact } from '../core/team/input.ts';
import type { CallRow, Repositories } from '../core/ports/repositories.ts';
import { AgentService } from './agent-service.ts';
import { BrowserDevices } from './browser-devices.ts';
import { CallService } from './call-service.ts';
import { DeskFeed } from './desk-feed.ts';
import { DeskService } from './desk-service.ts';
import type { Logger } from './logger.ts';
import type { SipAccounts } from './sip-accounts.ts';

export type { SipAccounts } from './sip-accounts.ts';
import { SwitchEvents } from './switch-events.ts';
import { loadTeam } from './team-loading.ts';
import type { LoadedTeam } from './team-loading.ts';
import { TeamRuntime } from './team-runtime.ts';
import { Teams } from './teams.ts';
import type { LiveTeam } from './teams.ts';
import { TelephoneSignIn } from './telephone-sign-in.ts';
import type { AgentCommands, CallCommands, Desks, Identity } from './services.ts';

export interface CallCentreDeps {
  readonly unitOfWork: UnitOfWork;
  /** Started and stopped by the caller: start it before `CallCentre.start()`, stop it after `CallCentre.stop()`. */
  readonly switch: Switch;
  readonly clock: Clock;
  readonly ids: IdSource;
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
  readonly desks: Desks;
  /** Whether calls can be taken now. */
  readonly ready: boolean;
  /** Loads the teams (after migration and seeding), closes what a crash left open, provisions desk phones, takes calls. */
  start(): Promise<void>;
  /** Stops taking calls, ends live ones with cause `server-restart` in the records, and releases timers. */
  stop(): Promise<void>;
}

export function createCallCentre(deps: CallCentreDeps): CallCentre {
  return new LiveCallCentre(deps);
}

class LiveCallCentre implements CallCentre {
  readonly agents: AgentService;
  readonly calls: CallService;
  readonly desks: DeskService;
  readonly #deps: CallCentreDeps;
  readonly #teams = new Teams();
  readonly #feed: DeskFeed;
  readonly #signIns: TelephoneSignIn;
  readonly #events: SwitchEvents;
  #unsubscribe: (() => void) | null = null;
  #ready = false;

  constructor(deps: CallCentreDeps) {
    this.#deps = deps;
    const teams = this.#teams;
    this.#feed = new DeskFeed(deps.clock);
    this.#signIns = new TelephoneSignIn(deps);
    const devices = new BrowserDevices({ ...deps, teams, feed: this.#feed });
    this.agents = new AgentService({
      teams,
      devices,
      checkPassword: (who, password) => deps.checkPassword(who, password),
    });
    this.calls = new CallService({ ...deps, teams, feed: this.#feed });
    this.desks = new DeskService({ teams, feed: this.#feed, clock: deps.clock });
    this.#events = new SwitchEvents({
      ...deps,
      teams,
      calls: this.calls,
      signIns: this.#signIns,
      switchReturned: () => this.#rescan(),
      endpointMoved: (endpointId) => this.#endpointMoved(endpointId, devices),
    });
  }

  get ready(): boolean {
    return this.#ready && this.#teams.all().every((team) => team.runtime.state.switchUp);
  }

  async start(): Promise<void> {
    const { unitOfWork, clock, logger } = this.#deps;
    const loaded = await unitOfWork.run(async (repositories) => {
      const open = await repositories.calls.open();
      const teams: LoadedTeam[] = [];
      for (const row of await repositories.teams.all()) {
        teams.push(await loadTeam(repositories, row, open, clock.now()));
      }
      return teams;
    });
    for (const team of loaded) this.#add(team);
    this.#unsubscribe = this.#deps.switch.subscribe((event) => this.#events.take(event));
    for (const team of loaded) {
      await this.#provisionPhones(team);
      await this.#closeOpenCalls(team);
    }
    await this.#rescan();
    for (const team of this.#teams.all()) team.runtime.wind();
    this.#ready = true;
    logger.info({ teams: loaded.length }, 'calls are taken');
  }

  async stop(): Promise<void> {
    this.#ready = false;
    this.#events.refuseCalls();
    this.#signIns.stop();
    for (const team of this.#teams.all()) await team.runtime.stop();
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  #add(loaded: LoadedTeam): void {
    const runtime = new TeamRuntime(loaded.state, this.#deps, {
      changed: (before, after) => this.#feed.changed(before, after, () => runtime.state),
      legDialled: (legId) => this.#teams.ownLeg(legId, team),
    });
    const team: LiveTeam = { row: loaded.row, reasons: loaded.reasons, runtime };
    this.#teams.add(team);
    for (const phone of loaded.phones) this.#teams.ownEndpoint(phone.endpointId, team);
  }

  async #provisionPhones(loaded: LoadedTeam): Promise<void> {
    for (const phone of loaded.phones) await this.#provisionPhone(phone);
  }

  async #provisionPhone(phone: LoadedTeam['phones'][number]): Promise<void> {
    await this.#deps.switch.provision({
      endpointId: phone.endpointId,
      kind: 'agent',
      device: 'phone',
      username: phone.username,
      ha1: phone.ha1,
      ...(phone.ha1Sha256 ? { ha1Sha256: phone.ha1Sha256 } : {}),
      expiresAt: null,
      displayName: phone.name,
    });
  }

  /** A page fetches its new place itself; a desk phone finds it by its own registrars, so only the switch is told. */
  #endpointMoved(endpointId: EndpointId, devices: BrowserDevices): void {
    const team = this.#teams.byEndpoint(endpointId);
    if (!team || devices.moved(team, endpointId)) return;
    const again = async (): Promise<void> => {
      const phones = await this.#deps.unitOfWork.run(({ teams }) => teams.phones(team.row.id));
      const phone = phones.find((each) => each.endpointId === endpointId);
      if (phone) await this.#provisionPhone(phone);
    };
    again().catch((error: unknown) => {
      this.#deps.logger.error({ endpointId, err: error }, 'a desk phone could not be given another place');
    });
  }

  /** Calls that a crash left open. What is still alive of them on the switch is hung up; the records are closed. */
  async #closeOpenCalls(loaded: LoadedTeam): Promise<void> {
    const { unitOfWork, clock, logger } = this.#deps;
    const team = this.#teams.get(loaded.row.id);
    if (loaded.unreadable.length > 0) {
      await unitOfWork.run(async (repositories) => {
        for (const call of loaded.unreadable) await closeRow(repositories, call, clock.now());
      });
    }
    const open = [...loaded.state.calls.values()];
    if (open.length === 0) return;
    logger.warn({ teamId: team.row.id, calls: open.length }, 'closing calls that a restart has cut');
    const alive = new Set((await this.#deps.switch.legs()).map((leg) => leg.legId));
    const legs = open.flatMap((call) => liveLegs(call));
    for (const leg of legs) if (alive.has(leg.id)) this.#teams.ownLeg(leg.id, team);
    await team.runtime.tell({ type: 'CloseAll' });
    for (const leg of legs) {
      if (alive.has(leg.id)) continue;
      await team.runtime.tell({ type: 'LegEnded', legId: leg.id, cause: 'server-restart', side: 'switch' });
    }
  }

  /** Compares what we believe with what the switch says is alive: after a start, and when it was away. */
  async #rescan(): Promise<void> {
    const alive = new Set((await this.#deps.switch.legs()).map((leg) => leg.legId));
    for (const { runtime } of this.#teams.all()) {
      for (const call of runtime.state.calls.values()) {
        for (const leg of liveLegs(call)) {
          if (alive.has(leg.id)) continue;
          await runtime.tell({ type: 'LegLost', legId: leg.id, cause: 'switch-failure' });
        }
      }
    }
    for (const status of await this.#deps.switch.endpoints()) {
      const team = this.#teams.byEndpoint(status.endpointId);
      await team?.runtime.tell(endpointFact(status));
    }
  }
}

function endpointFact(status: EndpointStatus): Fact {
  const { endpointId } = status;
  if (!status.online) return { type: 'EndpointOffline', endpointId };
  return {
    type: 'EndpointOnline',
    endpointId,
    link: {
      online: true,
      address: status.address ?? null,
      userAgent: status.userAgent ?? null,
      latencyMs: status.latencyMs ?? null,
    },
  };
}

/** For a call whose snapshot cannot be read: its legs end with it. */
async function closeRow(repositories: Repositories, call: CallRow, now: number): Promise<void> {
  const found = await repositories.calls.byId(call.teamId, call.id);
  const legs = (found?.legs ?? []).map((leg) =>
    leg.endedAt === null ? { ...leg, endedAt: now, cause: 'server-restart' } : leg,
  );
  await repositories.calls.save({ ...call, endedAt: now, cause: 'server-restart' }, legs);
}
