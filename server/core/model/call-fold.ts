import type { AgentId, LegId } from '../kernel/ids.ts';
import type { CallEvent, CallState, Leg, Offer } from './call.ts';
import { forgotten } from './forgotten-parties.ts';
import { offerOfLeg, offerTo, offersOf, ringingAt, withOffer } from './offers.ts';
import { isBeforeTalk } from './call.ts';
import { hearsMusic, isListening, partyOf, presentParties, standing } from './parties.ts';
import { partiesAfter, partyIdFor } from './party-fold.ts';

type Created = Extract<CallEvent, { type: 'call-created' }>;
type Later = Exclude<CallEvent, Created>;
type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

export function createCall(event: Created): CallState {
  return {
    version: 1,
    legs: [],
    parties: [],
    answeredAt: null,
    waitedMs: null,
    wrapUp: null,
    ...event.call,
  };
}

/** Folds one event into the call. `at`: when it happened, ms since the epoch. */
export function evolveCall(call: CallState, event: Later, at: number): CallState {
  // A copy that is written in: a literal of several spreads takes ten times as long.
  const after: Writable<CallState> = { ...call };
  after.parties = partiesAfter(call, event, at);
  Object.assign(after, changeOf(call, event, at));
  after.version = call.version + 1;
  const waits = customerWaits(after);
  if (waits !== Boolean(after.waitsSince)) after.waitsSince = waits ? at : null;
  return after;
}

/** With music, for an agent who could talk: while a lost page is waited for nobody has let the customer wait. */
function customerWaits(call: CallState): boolean {
  if (call.answeredAt === null) return false;
  const where = standing(call);
  if (where === 'waiting' || where === 'offered') return true;
  if (where !== 'talking' && where !== 'held') return false;
  const customer = presentParties(call).find(({ role }) => role === 'customer');
  return customer !== undefined && hearsMusic(call, customer);
}

function changeOf(call: CallState, event: Later, at: number): Partial<CallState> {
  switch (event.type) {
    case 'leg-added':
      return {
        legs: [
          ...withoutForgotten(call, withoutOldOffers(call.legs, at), at),
          {
            partyId: partyIdFor(call, event.leg),
            since: at,
            muted: false,
            heldSince: null,
            startedAt: at,
            answeredAt: null,
            endedAt: null,
            cause: null,
            ...event.leg,
          },
        ],
        // A leader who listens has no part in it, also when called back.
        agentIds:
          event.party?.role === 'supervisor' || (event.leg.agentId && isListening(call, event.leg.agentId))
            ? call.agentIds
            : withAgent(call.agentIds, event.leg.agentId),
      };
    case 'leg-rang':
      return withLeg(call, event.legId, { state: 'ringing', since: at });
    case 'key-asked': {
      const { legId, playbackId, until } = event;
      return { ...withLeg(call, legId, { keyAsked: playbackId }), phase: givenTime(call, legId, until) };
    }
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
    case 'mute-asked':
      return withLeg(call, event.legId, {
        muteWish: { muted: event.muted, asked: call.version + 1, by: event.by ?? null },
      });
    case 'mute-failed':
      return withLeg(call, event.legId, { muteWish: null });
    case 'leg-muted':
      return withLeg(call, event.legId, {
        muted: event.muted,
        mutedBy: (event.muted && call.legs.find(({ id }) => id === event.legId)?.muteWish?.by) || null,
        muteWish: null,
      });
    case 'music-failed':
      return withLeg(call, event.legId, { withoutMusic: true });
    case 'leg-held':
      return withLeg(call, event.legId, { heldSince: at });
    case 'leg-resumed':
      return withLeg(call, event.legId, { heldSince: null });
    case 'call-offered':
      return {
        ...(call.told ? { told: { ...call.told, playbackId: null } } : {}),
        agentId: offersOf(call)[0]?.agentId ?? event.agentId,
        phase: ringingAt(call, [...offersOf(call), offerFrom(event)], at),
      };
    case 'call-rerouted':
      return {
        groupId: event.groupId,
        level: event.level ?? 1,
        wanted: null,
        enteredAt: at,
        overflowed: false,
        ...(event.overflow && call.groupId ? { passed: [...(call.passed ?? []), call.groupId] } : {}),
      };
    case 'overflow-tried':
      return { overflowed: true };
    case 'call-left-line':
      return {
        phase: { kind: 'conversation', since: at },
        aloneUntil: event.until,
        waitedMs: waitedBy(call, at),
      };
    case 'call-announced': {
      const { playbackId, saying, waitMs } = event;
      return { told: { at, playbackId, saying, waitMs } };
    }
    case 'requirement-relaxed':
      return { level: event.level };
    case 'preference-ended':
      return { wanted: null };
    case 'offer-withdrawn': {
      const given = offerTo(call, event.agentId);
      const others = offersOf(call).filter((offer) => offer !== given && offer.agentId !== event.agentId);
      return {
        ...(given ? withLeg(call, given.legId, { cause: event.cause }) : {}),
        agentId: others[0]?.agentId ?? null,
        ...(call.wanted?.agentId === event.agentId ? { wanted: null } : {}),
        phase: ringingAt(call, others, at),
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
    case 'tone-failed':
      return call.phase.kind === 'calling-far' ? { phase: { ...call.phase, withoutTone: true } } : {};
    case 'device-left':
      if (call.phase.kind === 'offered') {
        return { phase: withOffer(call, event.agentId, { awayUntil: event.until }) };
      }
      return isBeforeTalk(call.phase) ? { phase: { ...call.phase, awayUntil: event.until } } : {};
    case 'offer-moved':
      if (call.phase.kind === 'offered') {
        return { phase: withOffer(call, event.agentId, { legId: event.legId, awayUntil: null }) };
      }
      if (call.phase.kind !== 'calling-far') return {};
      return { phase: { ...call.phase, legId: event.legId, awayUntil: null } };
    case 'own-leg-moved':
      if (call.phase.kind === 'calling-agent') {
        return { phase: { ...call.phase, legId: event.legId, awayUntil: null } };
      }
      return call.phase.kind === 'calling-far' ? { phase: { ...call.phase, awayUntil: null } } : {};
    case 'joining':
      return {
        agentId: event.agentId,
        phase: { kind: 'connecting', since: at, agentId: event.agentId, asked: call.version + 1 },
        waitedMs: waitedBy(call, at),
      };
    case 'call-connected':
      return { phase: { kind: 'conversation', since: at }, answeredAt: call.answeredAt ?? at };
    case 'call-recovered':
      if (isSupervisor(call, event.agentId)) return {};
      // The far side may have answered while the agent's page was away.
      return { phase: { kind: 'conversation', since: at }, answeredAt: call.answeredAt ?? at };
    case 'call-held':
    case 'agent-leg-lost':
      return isSupervisor(call, event.agentId) ? {} : { phase: { kind: 'conversation', since: at } };
    case 'call-resumed': {
      const isHolding = partyOf(call, event.agentId)?.heldSince !== null;
      return isHolding ? { phase: { kind: 'conversation', since: at } } : {};
    }
    case 'agent-called-back': {
      // Muted from the start, so that the page shows it and cuts its microphone before it answers.
      const away = partyOf(call, event.agentId)?.away;
      return away ? withLeg(call, event.legId, { muted: away.muted, mutedBy: away.mutedBy ?? null }) : {};
    }
    case 'call-handed':
      return { agentId: event.agentId, aloneUntil: null };
    case 'group-asked':
      return { asking: { by: event.agentId, groupId: event.groupId, since: at } };
    case 'asking-ended':
      return { asking: null };
    case 'call-requeued':
      return {
        groupId: event.groupId,
        level: event.level ?? 1,
        wanted: null,
        agentId: null,
        asking: null,
        aloneUntil: null,
        requeuedAt: at,
        enteredAt: at,
        overflowed: false,
        // What the switch could not do once it is asked for again.
        legs: call.legs.map(({ withoutMusic: _withoutMusic, ...leg }) => leg),
        phase: { kind: 'waiting', since: at },
      };
    case 'left-alone':
      return {
        aloneUntil: event.until,
        // An agent who stays may be waiting in a group's line.
        asking: event.returnsTo && call.asking && call.asking.by !== event.returnsTo ? call.asking : null,
      };
    case 'call-taken-over':
      return {
        agentId: call.agentId === event.from ? event.agentId : call.agentId,
        asking:
          call.asking?.by === event.from ? { ...call.asking, by: event.agentId } : (call.asking ?? null),
        agentIds: withAgent(call.agentIds, event.agentId),
      };
    case 'party-left':
      return {
        // Like a leg that we gave up: its end is not news.
        legs: call.legs.map((leg) =>
          leg.partyId === event.partyId && leg.state !== 'gone' ? { ...leg, cause: event.cause } : leg,
        ),
      };
    case 'party-moved':
      return { phase: { ...call.phase, since: at } };
    case 'party-rang':
    case 'monitor-changed':
    case 'monitor-reached':
    case 'hold-begun':
    case 'resume-begun':
    case 'hold-failed':
    case 'call-back-failed':
    case 'recovery-extended':
      return {};
    case 'call-data-set':
      return { data: event.data };
    case 'customer-linked':
      return { customerId: event.customerId, name: event.name ?? call.name };
    case 'call-wrapped-up':
      return { wrapUp: event.wrapUp };
    case 'call-ended':
      return {
        phase: { kind: 'ended', since: at, cause: event.cause, by: event.by },
        waitedMs: waitedBy(call, at),
      };
    case 'switch-asked':
      return {};
    default:
      return event satisfies never;
  }
}

/** Fixed when an agent answers, or at the end. A clock that was set back makes it none. */
function waitedBy({ direction, waitedMs, createdAt }: CallState, at: number): number | null {
  return waitedMs ?? (direction === 'queue' ? Math.max(0, at - createdAt) : null);
}

function offerFrom({ agentId, legId, ringEndsAt }: Extract<CallEvent, { type: 'call-offered' }>): Offer {
  return { agentId, legId, ringEndsAt, awayUntil: null };
}

function isSupervisor(call: CallState, agentId: AgentId): boolean {
  return partyOf(call, agentId)?.role === 'supervisor';
}

/** What rings at the leg, or is called with it, is not over before that. */
function givenTime(call: CallState, legId: LegId, at: number): CallState['phase'] {
  const { phase } = call;
  const offer = offerOfLeg(call, legId);
  if (offer) return withOffer(call, offer.agentId, { ringEndsAt: Math.max(offer.ringEndsAt, at) });
  if ((phase.kind === 'calling-agent' || phase.kind === 'calling-far') && phase.legId === legId) {
    return { ...phase, until: Math.max(phase.until, at) };
  }
  return phase;
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

function withoutForgotten(call: CallState, legs: readonly Leg[], at: number): readonly Leg[] {
  const parties = forgotten(call, at);
  return parties.size === 0 ? legs : legs.filter(({ partyId }) => !parties.has(partyId));
}

function withAgent(agentIds: readonly AgentId[], agentId: AgentId | null): readonly AgentId[] {
  return agentId === null || agentIds.includes(agentId) ? agentIds : [...agentIds, agentId];
}
