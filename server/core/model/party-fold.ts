import { asId } from '../kernel/ids.ts';
import type { AgentId, PartyId } from '../kernel/ids.ts';
import type { CallEvent, CallState, Leg } from './call.ts';
import { forgotten } from './forgotten-parties.ts';
import { partyOf } from './parties.ts';
import type { Away, CalledParty, Party } from './party.ts';

type Event = Exclude<CallEvent, { type: 'call-created' }>;

/** Whose a new leg is: an agent who is in the call stays the same party. */
export function partyIdFor(call: CallState, leg: Pick<Leg, 'id' | 'agentId'>): PartyId {
  const known = leg.agentId ? partyOf(call, leg.agentId) : undefined;
  return known?.id ?? asId<PartyId>(leg.id);
}

/** The parties after an event that happened to the call. */
export function partiesAfter(call: CallState, event: Event, at: number): readonly Party[] {
  const asked = call.version + 1;
  const { parties } = call;
  switch (event.type) {
    case 'leg-added': {
      const id = partyIdFor(call, event.leg);
      const over = forgotten(call, at);
      const kept = over.size === 0 ? parties : parties.filter((party) => !over.has(party.id));
      return kept.some((party) => party.id === id)
        ? kept
        : [...kept, { ...newParty(event.leg, id, at), ...calledIn(event.party) }];
    }
    // It has never been in the call.
    case 'offer-withdrawn':
      return parties.filter((party) => party.agentId !== event.agentId || party.left !== null);
    case 'leg-came-up': {
      const partyId = call.legs.find((leg) => leg.id === event.legId)?.partyId;
      return parties.map((each) => {
        const isListener = each.id === partyId && each.monitor;
        const party = isListener ? { ...each, monitor: { ...each.monitor, asked } } : each;
        if (party.away?.legId === event.legId) return { ...party, away: { ...party.away, asked } };
        return party.id === partyId && party.called ? { ...party, called: null, since: at } : party;
      });
    }
    case 'key-asked': {
      const partyId = call.legs.find((leg) => leg.id === event.legId)?.partyId;
      return partyId === undefined
        ? parties
        : withParty(call, partyId, ({ called, away }) => ({
            called: called && { ...called, until: Math.max(called.until, event.until) },
            away: away && { ...away, until: Math.max(away.until, event.until) },
          }));
    }
    case 'party-rang':
      return withParty(call, event.partyId, ({ called }) => ({
        called: called && { ...called, ringback: event.ringback, early: event.early },
      }));
    case 'party-moved':
      return withParty(call, event.partyId, () => ({ place: event.place }));
    case 'party-left':
      return withParty(call, event.partyId, () => ({
        left: { at, cause: event.cause },
        called: null,
        away: null,
      }));
    case 'monitor-changed':
      return withParty(call, event.partyId, () => ({ monitor: event.monitor }));
    case 'monitor-reached':
      return withParty(call, event.partyId, ({ monitor }) => ({
        monitor: monitor ? { ...monitor, asked: null } : null,
      }));
    case 'left-alone':
      return event.partyId === null
        ? parties
        : withParty(call, event.partyId, () => ({ returnsTo: event.returnsTo }));
    case 'call-taken-over':
      return takenOver(call, event);
    case 'call-handed':
      return withAgent(call, event.agentId, { role: 'agent', returnsTo: event.returnsTo });
    case 'leg-gone':
      return parties.map((party) =>
        party.id === asId<PartyId>(event.legId) && party.agentId === null && party.left === null
          ? { ...party, left: { at, cause: event.cause } }
          : party,
      );
    case 'hold-begun':
    case 'resume-begun':
      return withAgent(call, event.agentId, { holdWish: { on: event.type === 'hold-begun', asked } });
    case 'hold-failed':
      return withAgent(call, event.agentId, { holdWish: null });
    case 'call-held':
      return withAgent(call, event.agentId, { heldSince: at, holdWish: null });
    case 'call-resumed':
      return withAgent(call, event.agentId, { heldSince: null, holdWish: null });
    case 'agent-leg-lost': {
      const lost = call.legs.findLast((leg) => leg.agentId === event.agentId);
      const wasHeldThere = typeof lost?.heldSince === 'number';
      return withAgent(call, event.agentId, {
        holdWish: null,
        // A hold at the phone goes with the phone's leg.
        ...(wasHeldThere ? { heldSince: null } : {}),
        away: {
          since: at,
          until: event.until,
          legId: null,
          nextTryAt: at,
          ...muteOf(lost),
          asked: 0,
        },
      });
    }
    case 'agent-called-back':
      return withAway(call, event.agentId, { legId: event.legId });
    case 'call-back-failed':
      return withAway(call, event.agentId, { legId: null, nextTryAt: event.nextTryAt });
    case 'recovery-extended':
      return withAway(call, event.agentId, { until: event.until });
    case 'call-recovered':
      return withAgent(call, event.agentId, { away: null });
    case 'call-ended':
      return parties.map((party) => (party.left ? party : { ...party, left: { at, cause: event.cause } }));
    default:
      return parties;
  }
}

/** Also what the switch was asked for and has not confirmed. */
function muteOf(leg: Leg | undefined): Pick<Away, 'muted' | 'mutedBy'> {
  const wish = leg?.muteWish;
  if (wish) return { muted: wish.muted, mutedBy: wish.by ?? null };
  return { muted: leg?.muted ?? false, mutedBy: leg?.mutedBy ?? null };
}

function newParty(leg: Pick<Leg, 'role' | 'agentId'>, id: PartyId, at: number): Party {
  return {
    id,
    role: leg.role,
    agentId: leg.agentId,
    place: 'main',
    since: at,
    broughtBy: null,
    heldSince: null,
    holdWish: null,
    away: null,
    called: null,
    returnsTo: null,
    left: null,
  };
}

function calledIn(party: CalledParty | undefined): Partial<Party> {
  if (!party) return {};
  const { until, ...as } = party;
  return { ...as, called: { until, ringback: null, early: false } };
}

/** The leader is what the agent was, and has called in whom the agent had. */
function takenOver(
  call: CallState,
  { partyId, from }: Extract<Event, { type: 'call-taken-over' }>,
): readonly Party[] {
  const agent = partyOf(call, from);
  const leader = call.parties.find(({ id }) => id === partyId);
  if (!agent || !leader) return call.parties;
  const { role, place } = agent;
  // Of a call that came back it is the agent itself.
  const broughtBy = agent.broughtBy === from ? null : agent.broughtBy;
  return call.parties.map((party) => {
    if (party.id === partyId) return { ...party, role, place, broughtBy, monitor: null };
    return party.left === null && party.id !== agent.id && party.broughtBy === from
      ? { ...party, broughtBy: leader.agentId }
      : party;
  });
}

function withParty(
  call: CallState,
  partyId: PartyId,
  change: (party: Party) => Partial<Party>,
): readonly Party[] {
  return call.parties.map((party) => (party.id === partyId ? { ...party, ...change(party) } : party));
}

function withAgent(call: CallState, agentId: AgentId, change: Partial<Party>): readonly Party[] {
  const id = partyOf(call, agentId)?.id;
  return call.parties.map((party) => (party.id === id ? { ...party, ...change } : party));
}

function withAway(call: CallState, agentId: AgentId, change: Partial<Away>): readonly Party[] {
  const away = partyOf(call, agentId)?.away;
  return away ? withAgent(call, agentId, { away: { ...away, ...change } }) : call.parties;
}
