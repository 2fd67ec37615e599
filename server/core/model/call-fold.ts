import type { AgentId, LegId } from '../kernel/ids.ts';
import type { CallEvent, CallState, Leg } from './call.ts';
import { isBeforeTalk } from './call.ts';

type Created = Extract<CallEvent, { type: 'call-created' }>;
type Later = Exclude<CallEvent, Created>;

export function createCall(event: Created): CallState {
  return {
    ...event.call,
    version: 1,
    legs: [],
    roomOpen: false,
    answeredAt: null,
    waitedMs: null,
    wrapUp: null,
  };
}

/** Folds one event into the call. `at`: when it happened, ms since the epoch. */
export function evolveCall(call: CallState, event: Later, at: number): CallState {
  return { ...call, ...changeOf(call, event, at), version: call.version + 1 };
}

function changeOf(call: CallState, event: Later, at: number): Partial<CallState> {
  switch (event.type) {
    case 'leg-added':
      return {
        legs: [
          ...withoutOldOffers(call.legs, at),
          {
            ...event.leg,
            since: at,
            muted: false,
            heldSince: null,
            startedAt: at,
            answeredAt: null,
            endedAt: null,
            cause: null,
          },
        ],
        agentIds: withAgent(call.agentIds, event.leg.agentId),
      };
    case 'leg-rang':
      return withLeg(call, event.legId, { state: 'ringing', since: at });
    case 'leg-came-up':
      return withLeg(call, event.legId, { state: 'up', since: at, answeredAt: at });
    case 'leg-gone':
      return withLeg(call, event.legId, {
        state: 'gone',
        since: at,
        endedAt: at,
        // A leg that we gave up keeps our reason, not the switch's name for our own hang-up.
        cause: call.legs.find((leg) => leg.id === event.legId)?.cause ?? event.cause,
      });
    case 'leg-muted':
      return withLeg(call, event.legId, { muted: event.muted });
    case 'leg-held':
      return withLeg(call, event.legId, { heldSince: at });
    case 'leg-resumed':
      return withLeg(call, event.legId, { heldSince: null });
    case 'room-opened':
      return { roomOpen: true };
    case 'call-offered':
      return {
        agentId: event.agentId,
        phase: {
          kind: 'offered',
          since: at,
          agentId: event.agentId,
          legId: event.legId,
          ringEndsAt: event.ringEndsAt,
          awayUntil: null,
        },
      };
    case 'offer-withdrawn': {
      const { phase } = call;
      const given = phase.kind === 'offered' ? phase.legId : null;
      return {
        ...(given ? withLeg(call, given, { cause: event.cause }) : {}),
        agentId: null,
        phase: { kind: 'waiting', since: at },
      };
    }
    case 'far-side-called': {
      const caller = call.phase.kind === 'calling-agent' ? call.phase.agentId : call.agentId;
      if (!caller) return {};
      return {
        phase: {
          kind: 'calling-far',
          since: at,
          agentId: caller,
          legId: event.legId,
          farAgentId: event.farAgentId,
          ringing: false,
          ringback: null,
          until: event.until,
          awayUntil: null,
        },
      };
    }
    case 'far-side-rang': {
      if (call.phase.kind !== 'calling-far') return {};
      const since = call.phase.ringing ? call.phase.since : at;
      return { phase: { ...call.phase, since, ringing: true, ringback: event.ringback } };
    }
    case 'device-left':
      return isBeforeTalk(call.phase) ? { phase: { ...call.phase, awayUntil: event.until } } : {};
    case 'offer-moved':
      if (call.phase.kind !== 'offered' && call.phase.kind !== 'calling-far') return {};
      return { phase: { ...call.phase, legId: event.legId, awayUntil: null } };
    case 'own-leg-moved':
      if (call.phase.kind === 'calling-agent') {
        return { phase: { ...call.phase, legId: event.legId, awayUntil: null } };
      }
      return call.phase.kind === 'calling-far' ? { phase: { ...call.phase, awayUntil: null } } : {};
    case 'joining':
      return {
        agentId: event.agentId,
        phase: { kind: 'connecting', since: at, agentId: event.agentId },
        waitedMs: call.waitedMs ?? (call.direction === 'queue' ? at - call.createdAt : null),
      };
    case 'call-connected':
      return { phase: { kind: 'talking', since: at }, answeredAt: call.answeredAt ?? at };
    case 'call-held':
      return { phase: { kind: 'held', since: at, by: event.agentId }, holdBegunBy: null };
    case 'hold-begun':
      return { holdBegunBy: event.agentId };
    case 'hold-failed':
      return { holdBegunBy: null };
    case 'call-resumed':
      return { phase: { kind: 'talking', since: at }, holdBegunBy: null };
    case 'agent-leg-lost': {
      const lost = call.legs.findLast((leg) => leg.agentId === event.agentId);
      return {
        holdBegunBy: null,
        phase: {
          kind: 'recovering',
          since: at,
          agentId: event.agentId,
          legId: null,
          until: event.until,
          nextTryAt: at,
          heldBy: call.phase.kind === 'held' ? stillHolding(call.phase.by, lost) : null,
          muted: lost?.muted ?? false,
        },
      };
    }
    case 'agent-called-back':
      if (call.phase.kind !== 'recovering') return {};
      // Muted from the start, so that the page shows it and cuts its microphone before it answers.
      return {
        ...withLeg(call, event.legId, { muted: call.phase.muted }),
        phase: { ...call.phase, legId: event.legId },
      };
    case 'call-back-failed':
      if (call.phase.kind !== 'recovering') return {};
      return { phase: { ...call.phase, legId: null, nextTryAt: event.nextTryAt } };
    case 'recovery-extended':
      if (call.phase.kind !== 'recovering') return {};
      return { phase: { ...call.phase, until: event.until } };
    case 'call-recovered': {
      if (call.phase.kind !== 'recovering') return {};
      const { heldBy } = call.phase;
      return {
        phase: heldBy ? { kind: 'held', since: at, by: heldBy } : { kind: 'talking', since: at },
        // The far side may have answered while the agent's page was away.
        answeredAt: call.answeredAt ?? at,
      };
    }
    case 'call-data-set':
      return { data: event.data };
    case 'customer-linked':
      return { customerId: event.customerId, name: event.name ?? call.name };
    case 'call-wrapped-up':
      return { wrapUp: event.wrapUp };
    case 'call-ended':
      return {
        phase: { kind: 'ended', since: at, cause: event.cause, by: event.by },
        waitedMs: call.direction === 'queue' && call.waitedMs === null ? at - call.createdAt : call.waitedMs,
      };
    case 'switch-asked':
      return {};
    default:
      return event satisfies never;
  }
}

/** A hold at the phone goes with the phone's leg. */
function stillHolding(by: AgentId, lost: Leg | undefined): AgentId | null {
  return lost?.agentId === by && typeof lost.heldSince === 'number' ? null : by;
}

function withLeg(call: CallState, legId: LegId, change: Partial<Leg>): Partial<CallState> {
  return { legs: call.legs.map((leg) => (leg.id === legId ? { ...leg, ...change } : leg)) };
}

/** A call that is offered again and again keeps the legs of its latest offers; the records keep all of them. */
const MOST_OFFERS = 20;
/** So long they are of use: an answer may cross our hang-up, and desks show what was missed, ms. */
const OFFER_KEPT_MS = 15_000;

function withoutOldOffers(legs: readonly Leg[], at: number): readonly Leg[] {
  if (legs.length <= MOST_OFFERS) return legs;
  let surplus = legs.length - MOST_OFFERS;
  return legs.filter((leg) => {
    const missed = leg.role === 'agent' && leg.answeredAt === null && leg.endedAt !== null;
    const isOld = surplus > 0 && missed && leg.endedAt <= at - OFFER_KEPT_MS;
    if (isOld) surplus--;
    return !isOld;
  });
}

function withAgent(agentIds: readonly AgentId[], agentId: AgentId | null): readonly AgentId[] {
  return agentId === null || agentIds.includes(agentId) ? agentIds : [...agentIds, agentId];
}
