import { asId } from '../kernel/ids.ts';
import type { AgentId, LegId, PartyId } from '../kernel/ids.ts';
import type { CallState, Leg, Phase } from './call.ts';
import type { Party } from './party.ts';

/** An open call as it was stored when it had no parties: who held or was waited for was its phase. */
interface Stored extends Omit<CallState, 'legs' | 'parties' | 'phase'> {
  readonly legs: ReadonlyArray<Omit<Leg, 'partyId'>>;
  readonly phase: Exclude<Phase, { kind: 'conversation' }> | Talking | Held | Recovering;
}

interface Talking {
  readonly kind: 'talking';
  readonly since: number;
}

interface Held {
  readonly kind: 'held';
  readonly since: number;
  readonly by: AgentId;
}

interface Recovering {
  readonly kind: 'recovering';
  readonly since: number;
  readonly agentId: AgentId;
  readonly legId: LegId | null;
  readonly until: number;
  readonly nextTryAt: number;
  readonly heldBy: AgentId | null;
  readonly muted: boolean;
}

/** A stored call as rules know it. */
export function upcastCall(stored: CallState | Stored): CallState {
  if ('parties' in stored) return stored;
  const parties = partiesOf(stored);
  const legs = stored.legs.map((leg) => ({ ...leg, partyId: partyIdOf(parties, leg) }));
  const { phase } = stored;
  const isTalk = phase.kind === 'talking' || phase.kind === 'held' || phase.kind === 'recovering';
  return { ...stored, legs, parties, phase: isTalk ? { kind: 'conversation', since: phase.since } : phase };
}

/** Whoever has a leg that lives, and whoever is waited for. */
function partiesOf(stored: Stored): Party[] {
  const parties: Party[] = [];
  for (const leg of stored.legs) {
    const isKnown = leg.agentId !== null && parties.some(({ agentId }) => agentId === leg.agentId);
    if (!isKnown && isIn(stored, leg)) parties.push(partyFrom(stored, leg));
  }
  return parties;
}

function isIn({ legs, phase }: Stored, { agentId, state, cause }: Omit<Leg, 'partyId'>): boolean {
  if (agentId === null) return state !== 'gone';
  if (legs.some((leg) => leg.agentId === agentId && leg.state !== 'gone' && leg.cause === null)) return true;
  if (state !== 'gone' && cause === null) return true;
  return 'agentId' in phase && phase.agentId === agentId;
}

function partyFrom({ phase }: Stored, { id, agentId, role, startedAt }: Omit<Leg, 'partyId'>): Party {
  const heldBy = phase.kind === 'held' ? phase.by : phase.kind === 'recovering' ? phase.heldBy : null;
  const isAway = phase.kind === 'recovering' && phase.agentId === agentId;
  return {
    id: asId<PartyId>(id),
    role,
    agentId,
    place: 'main',
    since: startedAt,
    broughtBy: null,
    heldSince: agentId !== null && heldBy === agentId ? phase.since : null,
    holdWish: null,
    away: isAway
      ? {
          since: phase.since,
          until: phase.until,
          legId: phase.legId,
          nextTryAt: phase.nextTryAt,
          muted: phase.muted,
          asked: 0,
        }
      : null,
    called: null,
    returnsTo: null,
    left: null,
  };
}

function partyIdOf(parties: readonly Party[], leg: Omit<Leg, 'partyId'>): PartyId {
  const own = leg.agentId === null ? undefined : parties.find(({ agentId }) => agentId === leg.agentId);
  return own?.id ?? asId<PartyId>(leg.id);
}
