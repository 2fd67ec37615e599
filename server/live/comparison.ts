import { liveLegs } from '../core/model/call.ts';
import { planOf } from '../core/model/plan.ts';
import type { LegId, RoomId } from '../core/kernel/ids.ts';
import type { DialRequest, EndpointStatus, LiveLeg, Switch } from '../core/ports/switch.ts';
import type { Fact } from '../core/team/input.ts';
import type { Logger } from '../core/kernel/logger.ts';
import type { SwitchEvents } from './switch-events.ts';
import type { LiveTeam, Teams } from './teams.ts';

export interface ComparisonDeps {
  readonly teams: Teams;
  readonly switch: Switch;
  /** Whose teams have their voices there. */
  readonly place: string;
  readonly events: SwitchEvents;
  readonly logger: Logger;
}

/**
 * Compares what is believed of calls and devices with what the switch has: after a start, and when the switch was away.
 * The teams set their own calls right; a leg or a room that belongs to no call is put away here.
 */
export class Comparison {
  readonly #deps: ComparisonDeps;

  constructor(deps: ComparisonDeps) {
    this.#deps = deps;
  }

  /**
   * @param dials requests that an earlier server process has recorded for legs of open calls
   * @throws SwitchError
   */
  async run(dials: ReadonlyMap<LegId, DialRequest> = new Map()): Promise<void> {
    const { teams, place } = this.#deps;
    const telephone = this.#deps.switch;
    const believed = new Map(teams.at(place).map((team) => [team, believedLegs(team, dials)]));
    const legs = await telephone.legs();
    const rooms = await telephone.rooms();
    for (const status of await telephone.endpoints()) {
      const runtime = teams.byEndpoint(status.endpointId)?.runtime;
      runtime?.measured(status.endpointId, status.latencyMs ?? null);
      await runtime?.tell(endpointFact(status));
    }
    for (const [{ runtime }, own] of believed) {
      await runtime.tell({ type: 'Compared', legs, believed: own, dials });
    }
    for (const leg of legs) await this.#stray(leg);
    await this.#closeStrayRooms(rooms);
  }

  /** A leg of no call: one that still waits for an answer is a new call, others are rests of one that is over. */
  async #stray(leg: LiveLeg): Promise<void> {
    const { teams, place, events, logger } = this.#deps;
    const { legId } = leg;
    const isKnown = teams
      .at(place)
      .some(({ runtime }) => runtime.state.indices.callOfLeg(legId) !== undefined);
    if (isKnown || events.hasInHand(legId)) return;
    if (leg.offer) {
      events.take({ type: 'leg-offered', legId, ...leg.offer });
      return;
    }
    logger.warn({ legId, state: leg.state }, 'a leg of no call is hung up');
    await this.#try({ legId }, () => this.#deps.switch.hangup(legId, 'normal'));
  }

  async #closeStrayRooms(rooms: readonly RoomId[]): Promise<void> {
    const needed = new Set<RoomId>();
    for (const { runtime } of this.#deps.teams.at(this.#deps.place)) {
      for (const call of runtime.state.calls.values())
        for (const roomId of planOf(call).rooms) needed.add(roomId);
    }
    for (const roomId of rooms) {
      if (!needed.has(roomId)) await this.#try({ roomId }, () => this.#deps.switch.closeRoom(roomId));
    }
  }

  async #try(what: object, step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      // It ended by itself meanwhile.
      this.#deps.logger.info({ ...what, err: error }, 'there was nothing left to put away');
    }
  }
}

/** Not those whose request is on its way right now: the switch cannot have them yet, and is not to be asked twice. */
function believedLegs({ runtime }: LiveTeam, dials: ReadonlyMap<LegId, DialRequest>): Set<LegId> {
  const believed = new Set<LegId>();
  for (const call of runtime.state.calls.values()) {
    for (const leg of liveLegs(call)) {
      const isOnItsWay = leg.state === 'dialling' && !runtime.executor.hasDialled(leg.id);
      if (!isOnItsWay || dials.has(leg.id)) believed.add(leg.id);
    }
  }
  return believed;
}

function endpointFact(status: EndpointStatus): Fact {
  const { endpointId } = status;
  if (!status.online) return { type: 'EndpointOffline', endpointId };
  return {
    type: 'EndpointOnline',
    endpointId,
    link: { online: true, address: status.address ?? null, userAgent: status.userAgent ?? null },
  };
}
