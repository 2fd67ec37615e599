import type { CallView } from '../../contract/desk.ts';
import { currentCall } from '../../core/model/agent.ts';
import { agentLeg, isEnded, isHeldThere } from '../../core/model/call.ts';
import type { CallState, Cause, EndedBy, Leg } from '../../core/model/call.ts';
import type { AgentId } from '../../core/kernel/ids.ts';
import { KEPT_MS } from '../../core/team/deadlines.ts';
import type { TeamConfig } from '../../core/model/set-up.ts';
import type { TeamState } from '../../core/model/team.ts';
import { wrapUpView } from '../../core/call/wrap-up-view.ts';

type Party = CallView['parties'][number];

/** The calls on one agent's desk: the present one, and those that ended there in the last ten seconds. */
export function deskCalls(team: TeamState, viewer: AgentId, now: number): CallView[] {
  const views: CallView[] = [];
  for (const call of callsOf(team, viewer)) {
    const view = callView(team, call, viewer);
    const gone = view.phase === 'ended';
    if (gone && (!wasAtTheEnd(call, viewer) || now - (view.endedAt ?? now) >= KEPT_MS)) continue;
    views.push(view);
  }
  return views;
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
  const group = call.groupId ? config.groups.get(call.groupId) : undefined;
  const own = agentLeg(call, viewer) ?? lastLeg(call, viewer);
  const end = isMine ? null : endFor(call, own, viewer);
  const other = otherSide(call, viewer);
  const phase = end ? 'ended' : phaseFor(call, viewer);
  return {
    id: call.id,
    direction: call.direction,
    phase,
    createdAt: call.createdAt,
    since: end?.at ?? call.phase.since,
    answeredAt: call.answeredAt,
    endedAt: end?.at ?? null,
    ringEndsAt: phase === 'offered' ? ringEndsAt(call) : null,
    number: other.number,
    name: other.name,
    did: call.did,
    group: group ? { id: group.id, name: group.name } : null,
    waitedMs: waitedMs(call),
    customerId: call.customerId,
    parties: parties(call, viewer),
    legId: own?.id ?? null,
    muted: own?.muted ?? false,
    endedBy: end?.by ?? null,
    cause: end?.cause ?? null,
    data: { ...call.data },
    wrapUp: wrapUpView(call.wrapUp),
  };
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
  return {
    at: own?.endedAt ?? phase.since,
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
    case 'talking':
      return 'talking';
    case 'held':
      return phase.by === viewer ? 'held' : 'talking';
    case 'recovering':
      return phase.agentId === viewer ? 'dialling' : 'talking';
    case 'ended':
      return 'ended';
    default:
      return phase satisfies never;
  }
}

function ringEndsAt(call: CallState): number | null {
  if (call.phase.kind === 'offered') return call.phase.ringEndsAt;
  return call.phase.kind === 'calling-far' ? call.phase.until : null;
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

/** The last leg of each party; legs of offers to other agents are no business of this one. */
function parties(call: CallState, viewer: AgentId): Party[] {
  const latest = new Map<string, Leg>();
  for (const leg of call.legs) {
    const foreign = leg.agentId !== null && leg.agentId !== viewer && call.direction !== 'internal';
    if (!foreign) latest.set(leg.agentId ?? leg.id, leg);
  }
  return [...latest.values()].map((leg) => ({
    legId: leg.id,
    role: partyRole(leg, viewer),
    self: leg.agentId === viewer,
    number: leg.number,
    name: leg.role === 'customer' ? call.name : leg.name,
    state: partyState(call, leg),
    since: partySince(call, leg),
    muted: leg.muted,
    cause: leg.state === 'gone' ? leg.cause : null,
  }));
}

function partyRole(leg: Leg, viewer: AgentId): Party['role'] {
  if (leg.agentId === null) return 'customer';
  return leg.agentId === viewer ? 'agent' : 'peer';
}

function partyState(call: CallState, leg: Leg): Party['state'] {
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
  if (typeof leg.heldSince === 'number') return leg.heldSince;
  if (hearsMusic(call, leg)) {
    // In a line the music begins with the leg itself.
    return phase.kind === 'held' || phase.kind === 'recovering' ? phase.since : leg.since;
  }
  return Math.max(leg.since, call.answeredAt ?? 0);
}

function hearsMusic(call: CallState, leg: Leg): boolean {
  const { phase } = call;
  switch (phase.kind) {
    case 'waiting':
    case 'offered':
      return leg.role === 'customer';
    case 'held':
      return leg.agentId !== phase.by;
    case 'recovering':
      return leg.agentId !== phase.agentId;
    default:
      return false;
  }
}

function lastLeg(call: CallState, agentId: AgentId): Leg | undefined {
  return call.legs.findLast((leg) => leg.agentId === agentId);
}
