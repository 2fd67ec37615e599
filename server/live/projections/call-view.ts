import { groupOf } from '../../core/model/set-up.ts';
import type { CallView } from '../../contract/desk.ts';
import { currentCall } from '../../core/model/agent.ts';
import { agentLeg, isEnded, isHeldThere } from '../../core/model/call.ts';
import type { CallState, Cause, EndedBy, Leg } from '../../core/model/call.ts';
import {
  awayParties,
  hearsMusic as partyHearsMusic,
  holderIn,
  isInCharge,
  isListening,
  partyOf,
  partyOfLeg,
} from '../../core/model/parties.ts';
import { longGone } from '../../core/model/forgotten-parties.ts';
import { offerTo } from '../../core/model/offers.ts';
import type { AgentId } from '../../core/kernel/ids.ts';
import { KEPT_MS } from '../../core/team/deadlines.ts';
import type { TeamConfig } from '../../core/model/set-up.ts';
import type { TeamState } from '../../core/model/team.ts';
import { mayMute } from '../../core/call/muting.ts';
import { bindingOf } from '../../core/model/app-binding.ts';
import { cameFrom } from './came-from.ts';
import { wrapUpView } from '../../core/call/wrap-up-view.ts';

type Party = CallView['parties'][number];

/** The calls on one agent's desk: the present one, and those that ended there in the last ten seconds. */
export function deskCalls(team: TeamState, viewer: AgentId, now: number): CallView[] {
  return callsOf(team, viewer).flatMap((call) => deskCall(team, call, viewer, now) ?? []);
}

/** A call as it is on this agent's desk; null: it is not there (any more). */
export function deskCall(team: TeamState, call: CallState, viewer: AgentId, now: number): CallView | null {
  if (isListening(call, viewer)) return null;
  const view = callView(team, call, viewer);
  if (view.phase !== 'ended') return view;
  return wasAtTheEnd(call, viewer) && now - (view.endedAt ?? now) < KEPT_MS ? view : null;
}

/** In the order of their arrival. */
function callsOf(team: TeamState, viewer: AgentId): CallState[] {
  const calls = [...team.indices.settled.callsOf(viewer)].flatMap((callId) => team.calls.get(callId) ?? []);
  return calls.sort((a, b) => a.createdAt - b.createdAt);
}

/** Whether the end of this agent's part is fresh news: an offer that went elsewhere long ago is not. */
function wasAtTheEnd(call: CallState, viewer: AgentId): boolean {
  if (call.agentId === viewer) return lastLeg(call, viewer) !== undefined;
  const leg = lastLeg(call, viewer);
  if (!leg) return false;
  return !isEnded(call) || leg.endedAt === null || leg.endedAt >= call.phase.since;
}

/** One call as one agent sees it: an offer that went to somebody else has ended here. */
export function callView(team: TeamState, call: CallState, viewer: AgentId): CallView {
  const agent = team.agents.get(viewer);
  const isMine = agent !== undefined && currentCall(agent) === call.id;
  return view(team.config, call, viewer, isMine);
}

/** A call that has left the live state, from its stored snapshot. */
export function storedCallView(config: TeamConfig, call: CallState, viewer: AgentId): CallView {
  return view(config, call, viewer, false);
}

function view(config: TeamConfig, call: CallState, viewer: AgentId, isMine: boolean): CallView {
  const group = call.groupId ? groupOf(config, call.groupId) : undefined;
  const own = agentLeg(call, viewer) ?? lastLeg(call, viewer);
  const end = isMine ? null : endFor(call, own, viewer);
  const other = otherSide(call, viewer);
  const phase = end ? 'ended' : phaseFor(call, viewer);
  return {
    id: call.id,
    direction: call.direction,
    phase,
    createdAt: call.createdAt,
    since: end?.at ?? sinceFor(call, viewer),
    answeredAt: answeredFor(call, own),
    endedAt: end?.at ?? null,
    ringEndsAt: phase === 'offered' ? ringEndsAt(call, viewer) : null,
    number: other.number,
    name: other.name,
    did: call.did,
    group: group ? { id: group.id, name: group.name } : null,
    from: cameFrom(config, call, viewer),
    waitedMs: waitedMs(call),
    customerId: call.customerId,
    parties: parties(config, call, viewer),
    legId: own?.id ?? null,
    muted: own?.muted ?? false,
    asking: askingOf(config, call, viewer),
    endedBy: end?.by ?? null,
    cause: end?.cause ?? null,
    data: { ...call.data },
    wrapUp: wrapUpView(call.wrapUp),
    ...popOf(config, call),
  };
}

/** What the team says that pops; nothing: what the page says. */
function popOf({ bindings }: TeamConfig, call: CallState): Pick<CallView, 'pop'> {
  const bound = bindingOf(bindings, call);
  return bound ? { pop: { mode: bound.mode, urlTemplate: bound.url, onAnswer: bound.onAnswer } } : {};
}

/** When the present phase began there: of who is called in, when it began to ring, and when that agent answered. */
function sinceFor(call: CallState, viewer: AgentId): number {
  const own = partyOf(call, viewer);
  if (!own?.broughtBy || call.phase.kind !== 'conversation') return call.phase.since;
  return own.called ? own.since : Math.max(own.since, call.phase.since);
}

/** When the agent's own talk began: who comes later has not answered with the first one. Its later legs change nothing. */
function answeredFor(call: CallState, own: Leg | undefined): number | null {
  if (!own) return call.answeredAt;
  const first = call.legs.find((leg) => leg.partyId === own.partyId && leg.answeredAt !== null);
  if (!first || first.answeredAt === null || call.answeredAt === null) return null;
  return Math.max(first.answeredAt, call.answeredAt);
}

/** The group in whose line the agent waits, to ask somebody. */
function askingOf(
  config: TeamConfig,
  { asking, phase }: CallState,
  agentId: AgentId | null,
): CallView['asking'] {
  if (!asking || asking.by !== agentId || phase.kind !== 'conversation') return null;
  const { groupId: id, since } = asking;
  return { group: { id, name: groupOf(config, id)?.name ?? '' }, since };
}

interface End {
  at: number;
  cause: Cause;
  by: CallView['endedBy'];
}

function endFor(call: CallState, own: Leg | undefined, viewer: AgentId): End {
  const { phase } = call;
  if (phase.kind === 'ended') {
    return { at: phase.since, cause: phase.cause, by: authorFor(phase.by, viewer) };
  }
  const cause = own?.cause ?? 'no-answer';
  // With the decision, whenever the switch has hung up.
  const left = own && partyOfLeg(call, own)?.left;
  return {
    at: left?.at ?? own?.endedAt ?? phase.since,
    cause,
    by: cause === 'rejected' ? 'agent' : 'system',
  };
}

function authorFor(by: EndedBy, viewer: AgentId): CallView['endedBy'] {
  if (by.kind !== 'agent') return by.kind;
  return by.agentId === viewer ? 'agent' : 'peer';
}

function phaseFor(call: CallState, viewer: AgentId): CallView['phase'] {
  const { phase } = call;
  switch (phase.kind) {
    case 'waiting':
    case 'offered':
      return 'offered';
    case 'connecting':
      return call.legs.some((leg) => leg.role === 'agent' && leg.agentId === viewer) &&
        (call.direction === 'outbound' || call.direction === 'internal')
        ? 'ringing'
        : 'offered';
    case 'calling-agent':
      return 'dialling';
    case 'calling-far':
      if (phase.farAgentId === viewer) return 'offered';
      return phase.ringing ? 'ringing' : 'dialling';
    case 'conversation': {
      const own = partyOf(call, viewer);
      if (own?.called) return 'offered';
      if (own?.away) return 'dialling';
      return own && own.heldSince !== null ? 'held' : 'talking';
    }
    case 'ended':
      return 'ended';
    default:
      return phase satisfies never;
  }
}

function ringEndsAt(call: CallState, viewer: AgentId): number | null {
  if (call.phase.kind === 'offered') return offerTo(call, viewer)?.ringEndsAt ?? null;
  return call.phase.kind === 'calling-far'
    ? call.phase.until
    : (partyOf(call, viewer)?.called?.until ?? null);
}

/** Time in the queue before it was offered or, later, before it was answered. */
function waitedMs(call: CallState): number | null {
  if (call.direction !== 'queue') return null;
  if (call.waitedMs !== null) return call.waitedMs;
  return call.phase.kind === 'offered' ? call.phase.since - call.createdAt : null;
}

/** For the called colleague the other side is the caller. */
function otherSide(call: CallState, viewer: AgentId): { number: string; name: string | null } {
  if (call.direction === 'internal') {
    const other = call.legs.find((leg) => leg.agentId !== viewer);
    if (other) return { number: other.number, name: other.name };
  }
  return { number: call.number, name: call.name };
}

/** The last leg of each party, without those who left long ago; legs of offers to other agents are no business of this one. */
function parties(config: TeamConfig, call: CallState, viewer: AgentId): Party[] {
  const latest = new Map<string, Leg>();
  const isIn = call.parties.some(({ agentId }) => agentId === viewer);
  for (const leg of call.legs) {
    const party = partyOfLeg(call, leg);
    // Leaders who listen are told apart, to those who may know.
    if (party?.role === 'supervisor') continue;
    // Who is in it together sees each other.
    const isTogether = isIn && party !== undefined && (leg.answeredAt !== null || party.broughtBy !== null);
    const foreign = leg.agentId !== null && leg.agentId !== viewer && call.direction !== 'internal';
    if (!foreign || isTogether) latest.set(leg.agentId ?? leg.id, leg);
  }
  const over = longGone(call);
  const shown = [...latest.values()].filter((leg) => leg.agentId === viewer || !over.has(leg.partyId));
  return shown.map((leg) => ({
    id: leg.partyId,
    legId: leg.id,
    role: partyRole(call, leg, viewer),
    self: leg.agentId === viewer,
    number: leg.number,
    name: isCustomer(call, leg) ? call.name : leg.name,
    state: partyState(call, leg),
    since: partySince(call, leg),
    muted: leg.muted,
    mutedBy: mutedBy(call, leg),
    held: partyState(call, leg) === 'held',
    agentId: leg.agentId,
    place: partyOfLeg(call, leg)?.place ?? 'main',
    asking: askingOf(config, call, leg.agentId),
    mayKick: mayKick(call, leg, viewer),
    mayMute: mayMuteLeg(call, leg, viewer),
    cause: leg.state === 'gone' ? leg.cause : null,
  }));
}

function partyRole(call: CallState, leg: Leg, viewer: AgentId): Party['role'] {
  const role = partyOfLeg(call, leg)?.role;
  if (role === 'consulted' || role === 'supervisor') return role;
  if (leg.agentId === null) return 'customer';
  return leg.agentId === viewer ? 'agent' : 'peer';
}

/** The rule of `letGo`. */
function mayKick(call: CallState, leg: Leg, viewer: AgentId): boolean {
  const party = partyOfLeg(call, leg);
  if (!party || party.left || call.phase.kind !== 'conversation' || leg.agentId === viewer) return false;
  return isInCharge(viewer, party);
}

function mayMuteLeg(call: CallState, leg: Leg, viewer: AgentId): boolean {
  const party = partyOfLeg(call, leg);
  return party !== undefined && mayMute(call, viewer, party);
}

/** As the switch has it: what is being asked of it shows in neither. */
function mutedBy(call: CallState, { muted, mutedBy: by = null }: Leg): Party['mutedBy'] {
  const leg = muted && by ? lastLeg(call, by) : undefined;
  return by && leg ? { id: by, number: leg.number, name: leg.name ?? '' } : null;
}

function isCustomer(call: CallState, leg: Leg): boolean {
  return leg.role === 'customer' && (partyOfLeg(call, leg)?.role ?? 'customer') === 'customer';
}

function partyState(call: CallState, leg: Leg): Party['state'] {
  // The switch may not have let go of every leg yet.
  if (call.phase.kind === 'ended') return 'gone';
  if (call.phase.kind === 'conversation' && partyOfLeg(call, leg)?.left) return 'gone';
  switch (leg.state) {
    case 'dialling':
      return 'dialling';
    case 'offered':
    case 'ringing':
      return 'ringing';
    case 'gone':
      return 'gone';
    case 'up':
      return isHeldThere(leg) || hearsMusic(call, leg) ? 'held' : 'talking';
    default:
      return leg.state satisfies never;
  }
}

/** When the party's present state began, ms since the epoch. A talk begins with the answer and outlasts its holds. */
function partySince(call: CallState, leg: Leg): number {
  if (leg.state !== 'up') return leg.since;
  const { phase } = call;
  if (phase.kind === 'ended') return phase.since;
  if (typeof leg.heldSince === 'number') return leg.heldSince;
  if (hearsMusic(call, leg)) {
    // In a line the music begins with the leg itself.
    return phase.kind === 'conversation' ? musicSince(call, leg) : leg.since;
  }
  return Math.max(leg.since, call.answeredAt ?? 0);
}

function hearsMusic(call: CallState, leg: Leg): boolean {
  const { phase } = call;
  switch (phase.kind) {
    case 'waiting':
    case 'offered':
      return leg.role === 'customer';
    case 'conversation': {
      const party = partyOfLeg(call, leg);
      return party !== undefined && partyHearsMusic(call, party);
    }
    default:
      return false;
  }
}

/** Since it is held, or has nobody to talk to. */
function musicSince(call: CallState, leg: Leg): number {
  const place = partyOfLeg(call, leg)?.place ?? 'main';
  const away = awayParties(call).filter((party) => party.place === place);
  if (away.length > 0) return Math.max(...away.map((party) => party.away.since));
  return holderIn(call, place)?.heldSince ?? call.phase.since;
}

function lastLeg(call: CallState, agentId: AgentId): Leg | undefined {
  return call.legs.findLast((leg) => leg.agentId === agentId);
}
