import type { EndpointId, LegId, TeamId } from '../core/kernel/ids.ts';
import { liveLegs } from '../core/model/call.ts';
import type { TeamLease } from '../core/ports/lease-store.ts';
import type { CallRow, LiveRepositories } from '../core/ports/live-store.ts';
import type { DialRequest, Switch } from '../core/ports/switch.ts';
import type { CallService } from './commands/call-service.ts';
import { Comparison } from './comparison.ts';
import type { BrowserDevices } from './devices/browser-devices.ts';
import { DeskPhones } from './devices/desk-phones.ts';
import { TelephoneSignIn, type TelephoneSignInDeps } from './devices/telephone-sign-in.ts';
import { loadTeam, type LoadedTeam } from './loading.ts';
import { Mailbox } from './mailbox.ts';
import type { Lease } from './ownership/lease.ts';
import type { SetUpFollower } from './set-up/set-up-follower.ts';
import { SwitchEvents, type SwitchEventDeps } from './switch-events.ts';
import type { LiveTeam, TeamPlace, Teams } from './teams.ts';

/** Teams that could not be read are read again after this time, ms. */
const READ_AGAIN_MS = 1_000;

export interface LivePlaceDeps
  extends Omit<TelephoneSignInDeps, 'switch'>, Pick<SwitchEventDeps, 'unitOfWork' | 'numbers'> {
  readonly teams: Teams;
  readonly calls: CallService;
  readonly devices: BrowserDevices;
  readonly setUps: SetUpFollower;
  readonly ownership: { readonly teams: readonly TeamLease[]; lease(team: TeamLease): Lease };
  /** A team that has been read comes to life at this place. */
  enliven(loaded: LoadedTeam, lease: Lease, place: TeamPlace): LiveTeam;
}

/** A place that this process has, and what belongs to it: its switch, what comes from there, and its teams. */
export class LivePlace implements TeamPlace {
  readonly name: string;
  readonly switch: Switch;
  readonly phones: DeskPhones;
  readonly #deps: LivePlaceDeps;
  readonly #signIns: TelephoneSignIn;
  readonly #events: SwitchEvents;
  readonly #comparison: Comparison;
  /** Requests of the calls that were loaded, which may never have left. */
  #dials = new Map<LegId, DialRequest>();
  /** The switch may come back while what it has is being compared, or before anything is provisioned. */
  readonly #turns = new Mailbox();
  #unsubscribe: (() => void) | null = null;
  #starting: Promise<void> = Promise.resolve();
  #over = false;

  constructor(name: string, telephone: Switch, deps: LivePlaceDeps) {
    this.name = name;
    this.switch = telephone;
    this.#deps = deps;
    const own = { ...deps, switch: telephone, place: name };
    this.phones = new DeskPhones(own);
    this.#signIns = new TelephoneSignIn(own);
    this.#events = new SwitchEvents({
      ...own,
      signIns: this.#signIns,
      switchReturned: () => this.#turns.run(() => this.#compare()),
      endpointMoved: (endpointId) => this.#endpointMoved(endpointId),
      setUpBehind: (teamId) => deps.setUps.follow(teamId),
    });
    this.#comparison = new Comparison({ ...own, events: this.#events });
  }

  /** Its teams come to life, when its switch has been started. */
  begin(owned: readonly TeamLease[]): Promise<void> {
    return this.#turns.run(async () => {
      await this.#begin(await this.#load(owned));
    });
  }

  /** Teams that live here from now on. Never rejects. */
  gained(owned: readonly TeamLease[]): Promise<void> {
    return this.#turns.run(async () => {
      try {
        await this.#begin(await this.#loadAtLast(owned));
      } catch (error) {
        // The switch has gone away; all is compared when it is back.
        this.#deps.logger.error(
          { place: this.name, err: error },
          'teams could not be compared with the switch',
        );
      }
    });
  }

  /** Resolves when what has been gained lives here. */
  settled(): Promise<void> {
    return this.#turns.run(async () => undefined);
  }

  /** Nothing new is begun: this process stops. */
  refuseCalls(): void {
    this.#events.refuseCalls();
    this.#signIns.stop();
  }

  /** Nothing is heard of the switch any more. */
  end(): void {
    this.#over = true;
    this.#unsubscribe?.();
  }

  /** Of a place whose switch nobody else starts. @throws what its switch says that cannot be used */
  startSwitch(): Promise<void> {
    this.#starting = this.#turns.run(() => this.switch.start());
    return this.#starting;
  }

  /** It may be starting still. @throws */
  async stopSwitch(): Promise<void> {
    await this.#starting.catch(() => undefined);
    await this.switch.stop();
  }

  /** Voices that pass through this process are nobody else's when another has the team. */
  hangUp({ runtime }: LiveTeam): void {
    if (this.switch.capabilities.legsOutliveServer) return;
    for (const call of runtime.state.calls.values()) {
      for (const { id: legId } of liveLegs(call)) {
        this.switch.hangup(legId, 'switch-failure').catch((error: unknown) => {
          this.#deps.logger.info({ legId, err: error }, 'it had ended');
        });
      }
    }
  }

  /** Nobody is heard before there are teams: a caller would be refused. */
  async #begin(loaded: readonly LoadedTeam[]): Promise<void> {
    if (this.#over) return;
    this.#unsubscribe ??= this.switch.subscribe((event) => this.#events.take(event));
    await this.#open(loaded);
  }

  async #loadAtLast(owned: readonly TeamLease[]): Promise<LoadedTeam[]> {
    for (;;) {
      try {
        return await this.#load(owned);
      } catch (error) {
        this.#deps.logger.error({ place: this.name, err: error }, 'teams of this server could not be loaded');
        if (this.#over) return [];
        await new Promise<void>((resolve) => this.#deps.clock.after(READ_AGAIN_MS, resolve));
      }
    }
  }

  /** Reads the teams that are still this process's own, and makes them live. */
  async #load(owned: readonly TeamLease[]): Promise<LoadedTeam[]> {
    const { unitOfWork, clock, ownership } = this.#deps;
    const { up, capabilities } = this.switch;
    const isOwn = ({ teamId, epoch }: TeamLease) =>
      !this.#over && ownership.teams.some((team) => team.teamId === teamId && team.epoch === epoch);
    const loaded = await unitOfWork.run(async (repositories) => {
      const open = await repositories.calls.open();
      const rows = new Map((await repositories.teams.all()).map((row) => [row.id, row]));
      const teams: Array<{ lease: TeamLease; team: LoadedTeam }> = [];
      for (const lease of owned.filter(isOwn)) {
        const row = rows.get(lease.teamId);
        if (!row) continue;
        const { legsOutliveServer } = capabilities;
        const at = { now: clock.now(), switchUp: up, legsOutliveServer };
        teams.push({ lease, team: await loadTeam(repositories, row, open, at) });
      }
      return teams;
    });
    const alive = loaded.filter(({ lease }) => isOwn(lease));
    for (const { lease, team } of alive) {
      this.#deps.enliven(team, ownership.lease(lease), this);
      for (const [legId, request] of team.dials) this.#dials.set(legId, request);
    }
    return alive.map(({ team }) => team);
  }

  /** Gives the switch the phones of teams that have just come to live, and sets right what it has of their calls. */
  async #open(loaded: readonly LoadedTeam[]): Promise<void> {
    const { teams, devices, logger } = this.#deps;
    for (const team of loaded) {
      const live = teams.find(team.row.id);
      if (!live) continue;
      await this.phones.set(team.row.id, team.phones);
      await devices.restore(live, team.browserPhones);
      await this.#closeUnreadable(live, team);
      if (!this.switch.capabilities.legsOutliveServer) await this.#closeOpenCalls(live, team);
    }
    if (this.switch.up) await this.#compare();
    else logger.warn({ place: this.name }, 'the switch is not there yet: calls are taken when it is');
    for (const { row } of loaded) teams.find(row.id)?.runtime.wind();
  }

  /** What an earlier process may not have sent counts once: from then on this process knows what it has sent. */
  async #compare(): Promise<void> {
    await this.phones.retry();
    await this.#comparison.run(this.#dials);
    this.#dials = new Map();
    // The set-up may have changed while nobody followed it.
    for (const { runtime } of this.#deps.teams.at(this.name)) {
      await runtime.tell({ type: 'SetUpChanged', config: runtime.state.config });
    }
  }

  /** A page fetches its new place itself; a desk phone finds it by its own registrars, so only the switch is told. */
  #endpointMoved(endpointId: EndpointId): void {
    const team = this.#deps.teams.byEndpoint(endpointId);
    if (!team || this.#deps.devices.moved(team, endpointId)) return;
    void this.phones.provision(endpointId);
  }

  async #closeUnreadable({ lease }: LiveTeam, { unreadable }: LoadedTeam): Promise<void> {
    if (unreadable.length === 0) return;
    await this.#deps.unitOfWork.run(async (repositories) => {
      await lease.fence(repositories);
      for (const call of unreadable) await closeRow(repositories, call, this.#deps.clock.now());
    });
  }

  /** Calls that a crash left open. What is still alive of them on the switch is hung up; the records are closed. */
  async #closeOpenCalls({ row, runtime }: LiveTeam, loaded: LoadedTeam): Promise<void> {
    const open = [...loaded.state.calls.values()];
    if (open.length === 0) return;
    const teamId: TeamId = row.id;
    this.#deps.logger.warn({ teamId, calls: open.length }, 'closing calls that a restart has cut');
    const alive = new Set((await this.switch.legs()).map((leg) => leg.legId));
    const legs = open.flatMap((call) => liveLegs(call));
    await runtime.tell({ type: 'CloseAll' });
    for (const leg of legs) {
      if (alive.has(leg.id)) continue;
      await runtime.tell({ type: 'LegEnded', legId: leg.id, cause: 'server-restart', side: 'switch' });
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
