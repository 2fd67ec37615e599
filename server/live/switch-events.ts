import { DAY_MS } from '../core/kernel/time-zone.ts';
import { DomainError } from '../core/kernel/domain-error.ts';
import { phoneUser } from '../core/agent/availability.ts';
import type { Clock } from '../core/kernel/clock.ts';
import type { Route, TeamConfig } from '../core/model/set-up.ts';
import type { CallId, CustomerId, EndpointId, LegId, TeamId } from '../core/kernel/ids.ts';
import type { Numbers } from '../core/kernel/number/numbers.ts';
import type { IdSource } from '../core/kernel/id-source.ts';
import type { EndCause, LegSource, Switch, SwitchEvent } from '../core/ports/switch.ts';
import type { UnitOfWork } from '../core/ports/unit-of-work.ts';
import type { Fact } from '../core/team/input.ts';
import type { CallService } from './commands/call-service.ts';
import { keyedTarget, resolveDestination, uniqueCustomer } from './dialling.ts';
import type { Logger } from '../core/kernel/logger.ts';
import type { LiveTeam, Teams } from './teams.ts';
import { FEATURE_SIGN_IN } from './devices/telephone-sign-in.ts';
import type { TelephoneSignIn } from './devices/telephone-sign-in.ts';
import type { LastAgent, LiveRepositories } from '../core/ports/live-store.ts';

type Offered = Extract<SwitchEvent, { type: 'leg-offered' }>;
type LegEvent = Extract<SwitchEvent, { legId: LegId }>;

export interface SwitchEventDeps {
  readonly teams: Teams;
  readonly calls: CallService;
  readonly signIns: TelephoneSignIn;
  readonly switch: Switch;
  /** Whose teams have their voices there. */
  readonly place: string;
  readonly unitOfWork: UnitOfWork<LiveRepositories>;
  readonly ids: IdSource;
  readonly clock: Clock;
  readonly numbers: Numbers;
  readonly logger: Logger;
  /** The switch was away and is back. Rejects when it is away again. */
  switchReturned(): Promise<void>;
  /** The live team may not have learned yet of what its tables say. */
  setUpBehind(teamId: TeamId): Promise<void>;
  /** The endpoint has to be provisioned again, and its device told where to register. */
  endpointMoved(endpointId: EndpointId): void;
}

/** Turns what the switch tells into facts of the team that it concerns. */
export class SwitchEvents {
  readonly #deps: SwitchEventDeps;
  /** Legs whose team is being looked up, with the events that came meanwhile. */
  readonly #unclaimed = new Map<LegId, LegEvent[]>();
  #accepting = true;

  constructor(deps: SwitchEventDeps) {
    this.#deps = deps;
  }

  /** New calls are refused from now on; live ones go on being followed. */
  refuseCalls(): void {
    this.#accepting = false;
  }

  take(event: SwitchEvent): void {
    switch (event.type) {
      case 'leg-offered':
        void this.#offered(event);
        return;
      case 'transfer-asked':
        void this.#transfer(event.legId, event.to);
        return;
      case 'leg-ringing':
      case 'leg-answered':
      case 'leg-held':
      case 'leg-resumed':
      case 'leg-ended':
      case 'leg-lost':
      case 'digit':
      case 'quality':
        this.#legEvent(event);
        return;
      case 'endpoint-online':
        this.#measured(event.endpointId, event.latencyMs);
        this.#endpoint(event.endpointId, {
          type: 'EndpointOnline',
          endpointId: event.endpointId,
          link: { online: true, address: event.address, userAgent: event.userAgent },
        });
        return;
      case 'endpoint-latency':
        this.#measured(event.endpointId, event.latencyMs);
        return;
      case 'endpoint-offline':
        this.#endpoint(event.endpointId, { type: 'EndpointOffline', endpointId: event.endpointId });
        return;
      case 'endpoint-moved':
        this.#deps.endpointMoved(event.endpointId);
        return;
      case 'switch-down':
        this.#deps.logger.error({ reason: event.reason }, 'the switch is down');
        for (const team of this.#deps.teams.at(this.#deps.place))
          void team.runtime.tell({ type: 'SwitchDown' });
        return;
      case 'switch-up':
        this.#switchUp();
        return;
      case 'playback-finished':
      case 'recording-finished':
        this.#deps.signIns.take(event);
        return;
      default:
        event satisfies never;
    }
  }

  /** Legs that are being given to a team, or that serve a feature code: they are of no call, and are wanted. */
  hasInHand(legId: LegId): boolean {
    return this.#unclaimed.has(legId) || this.#deps.signIns.owns(legId);
  }

  #switchUp(): void {
    const { logger } = this.#deps;
    logger.info({}, 'the switch is up');
    this.#deps.switchReturned().catch((error: unknown) => {
      // It went away while it was asked; it tells when it is back.
      logger.warn({ err: error }, 'the switch could not be compared with the calls');
    });
  }

  #endpoint(endpointId: EndpointId, fact: Fact): void {
    const team = this.#deps.teams.byEndpoint(endpointId);
    // Outside lines are nobody's; what concerns us of them are their calls.
    if (team) void team.runtime.tell(fact);
  }

  #measured(endpointId: EndpointId, latencyMs: number | null): void {
    this.#deps.teams.byEndpoint(endpointId)?.runtime.measured(endpointId, latencyMs);
  }

  #legEvent(event: LegEvent): void {
    const waiting = this.#unclaimed.get(event.legId);
    if (waiting) {
      waiting.push(event);
      return;
    }
    if (this.#deps.signIns.owns(event.legId)) {
      this.#deps.signIns.take(event);
      return;
    }
    const team = this.#deps.teams.byLeg(event.legId);
    if (event.type === 'digit' && !(team && isAskedFor(team, event))) return;
    const fact = factOf(event);
    if (!team || !fact) return;
    if (event.type === 'leg-ended' || event.type === 'leg-lost') this.#deps.teams.dropLeg(event.legId);
    void team.runtime.tell(fact).then(() => {
      if (event.type === 'leg-ringing') this.#deps.calls.legRang(event.legId);
    });
  }

  async #offered(event: Offered): Promise<void> {
    const { legId } = event;
    // The next server process takes it.
    if (!this.#accepting && this.#deps.switch.capabilities.legsOutliveServer) return;
    this.#unclaimed.set(legId, []);
    try {
      const cause = this.#accepting ? await this.#admit(event) : 'congestion';
      if (cause) await this.#refuse(legId, cause);
    } catch (error) {
      this.#deps.logger.error({ legId, dialled: event.dialled, err: error }, 'an offered call was not taken');
      await this.#refuse(legId, 'congestion');
    } finally {
      const later = this.#unclaimed.get(legId) ?? [];
      this.#unclaimed.delete(legId);
      for (const each of later) this.#legEvent(each);
    }
  }

  /** Gives the leg to a team; otherwise the cause with which it is refused. */
  #admit(event: Offered): Promise<EndCause | null> {
    return event.from.kind === 'trunk' ? this.#fromOutside(event, event.from) : this.#fromDevice(event);
  }

  async #fromOutside(event: Offered, from: Extract<LegSource, { kind: 'trunk' }>): Promise<EndCause | null> {
    const { teams, place, unitOfWork, ids, numbers, clock } = this.#deps;
    const dialled = numbers.normaliseDialled(event.dialled) ?? event.dialled;
    const found = await unitOfWork.run(
      async (repositories) => {
        const route =
          (await repositories.teams.route(event.dialled)) ?? (await repositories.teams.route(dialled));
        const team = route && teams.find(route.teamId);
        if (!team || team.place.name !== place) return null;
        const customer = await uniqueCustomer(
          repositories,
          team.runtime.state.config,
          numbers.comparableNumber(from.number),
        );
        const lastAgent = await lastAgentOf(repositories, team.runtime.state.config, route, {
          comparable: numbers.comparableNumber(from.number),
          customerId: customer?.id ?? null,
          now: clock.now(),
        });
        return { route, team, customer, lastAgent };
      },
      { live: 'asks' },
    );
    if (!found) return 'unknown-number';
    const { route, team, customer, lastAgent } = found;
    if (!isKnown(team.runtime.state.config, route.target)) await this.#deps.setUpBehind(route.teamId);
    teams.ownLeg(event.legId, team);
    try {
      await team.runtime.tell({
        type: 'CallArrived',
        callId: ids.next<CallId>('call'),
        legId: event.legId,
        number: from.number,
        name: from.name ?? null,
        did: route.number,
        target: route.target,
        priority: route.priority,
        lastAgent,
        customer,
      });
    } catch (error) {
      teams.dropLeg(event.legId);
      throw error;
    }
    return null;
  }

  /** A desk phone that dials by itself: a feature code, a colleague or a number outside. */
  async #fromDevice(event: Offered): Promise<EndCause | null> {
    if (event.from.kind !== 'endpoint') return 'forbidden';
    const { teams, ids, signIns } = this.#deps;
    const { endpointId } = event.from;
    const team = teams.byEndpoint(endpointId);
    if (!team || !team.runtime.state.config.phones.has(endpointId)) return 'forbidden';
    if (event.dialled === FEATURE_SIGN_IN) {
      signIns.begin(team, endpointId, event.legId);
      return null;
    }
    const agent = phoneUser(team.runtime.state, endpointId);
    if (!agent) return 'forbidden';
    teams.ownLeg(event.legId, team);
    try {
      const { config } = team.runtime.state;
      const { dial } = await resolveDestination(this.#deps, config, agent.id, {
        number: event.dialled,
        customerId: null,
      });
      await team.runtime.command({
        type: 'Dial',
        agentId: agent.id,
        callId: ids.next<CallId>('call'),
        ...dial,
        groupId: null,
        callerId: null,
        data: {},
        ownLeg: event.legId,
      });
      return null;
    } catch (error) {
      teams.dropLeg(event.legId);
      if (error instanceof DomainError) return refusalOf(error.code);
      throw error;
    }
  }

  /** By the keys of a desk phone: what the bar does, for whom it does it. The phone is told that it is done by the end of its leg. */
  async #transfer(legId: LegId, to: string): Promise<void> {
    const team = this.#deps.teams.byLeg(legId);
    try {
      const cause = team ? await this.#passOn(team, legId, to) : 'forbidden';
      if (cause) await this.#deps.switch.refuseTransfer(legId, cause);
    } catch (error) {
      this.#deps.logger.warn({ legId, err: error }, 'a transfer that a phone has asked for came to nothing');
    }
  }

  /** The cause for which it is refused; null: it is done. */
  async #passOn({ runtime }: LiveTeam, legId: LegId, to: string): Promise<EndCause | null> {
    const { calls, config, indices } = runtime.state;
    const callId = indices.callOfLeg(legId);
    const agentId = callId && calls.get(callId)?.legs.find(({ id }) => id === legId)?.agentId;
    if (!callId || !agentId) return 'forbidden';
    try {
      const target = await keyedTarget(this.#deps, config, agentId, to);
      await runtime.command({ type: 'Transfer', agentId, callId, target });
      return null;
    } catch (error) {
      if (error instanceof DomainError) return refusalOf(error.code);
      throw error;
    }
  }

  async #refuse(legId: LegId, cause: EndCause): Promise<void> {
    try {
      await this.#deps.switch.reject(legId, cause);
    } catch (error) {
      // The caller gave up meanwhile, or the switch is going down: there is nothing left to refuse.
      this.#deps.logger.info({ legId, cause, err: error }, 'a refusal came too late');
    }
  }
}

/** Looked for only where a group prefers the agent who has talked with the caller last. */
async function lastAgentOf(
  { calls }: LiveRepositories,
  { teamId, groups }: TeamConfig,
  { target }: Route,
  { now, ...of }: { comparable: string; customerId: CustomerId | null; now: number },
): Promise<LastAgent | null> {
  const sticky = target.kind === 'group' ? groups.get(target.groupId)?.sticky : null;
  return sticky ? calls.lastAgent(teamId, { ...of, since: now - sticky.days * DAY_MS }) : null;
}

function isKnown(config: TeamConfig, target: Route['target']): boolean {
  return target.kind === 'group' ? config.groups.has(target.groupId) : config.agents.has(target.agentId);
}

/** What a desk phone is told when its agent may not make the call. */
function refusalOf(code: string): EndCause {
  switch (code) {
    case 'agent-busy':
    case 'target-busy':
      return 'busy';
    case 'target-unavailable':
      return 'unreachable';
    case 'unknown-number':
      return 'unknown-number';
    case 'unavailable':
      return 'congestion';
    default:
      return 'forbidden';
  }
}

/** Whether it is the 1 at which who has answered counts as a person; other keys are nobody's business here. */
function isAskedFor({ runtime }: LiveTeam, { legId, digit }: Extract<LegEvent, { type: 'digit' }>): boolean {
  if (digit !== '1') return false;
  const { calls, indices } = runtime.state;
  const callId = indices.callOfLeg(legId);
  const leg = callId && calls.get(callId)?.legs.find(({ id }) => id === legId);
  return Boolean(leg && leg.keyAsked);
}

function factOf(event: LegEvent): Fact | null {
  switch (event.type) {
    case 'leg-ringing':
      return { type: 'LegRang', legId: event.legId, earlyMedia: event.earlyMedia };
    case 'leg-answered':
      return { type: 'LegAnswered', legId: event.legId };
    case 'leg-held':
    case 'leg-resumed':
      return { type: 'LegHeld', legId: event.legId, held: event.type === 'leg-held' };
    case 'leg-ended':
      return { type: 'LegEnded', legId: event.legId, cause: event.cause, side: event.side };
    case 'leg-lost':
      return { type: 'LegLost', legId: event.legId, cause: event.cause };
    case 'digit':
      return { type: 'KeyPressed', legId: event.legId };
    case 'leg-offered':
    case 'transfer-asked':
    case 'quality':
      return null;
    default:
      return event satisfies never;
  }
}
