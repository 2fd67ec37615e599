import type { Change } from '../../core/model/overlay-map.ts';
import { isEnded, legOf } from '../../core/model/call.ts';
import type { CallState, Leg } from '../../core/model/call.ts';
import { partyOf, partyOfLeg } from '../../core/model/parties.ts';
import type { Party } from '../../core/model/party.ts';
import { asId } from '../../core/kernel/ids.ts';
import type { AgentId, LegId } from '../../core/kernel/ids.ts';
import { offerTo } from '../../core/model/offers.ts';
import { profileOf } from '../../core/model/set-up.ts';
import type { TeamConfig } from '../../core/model/set-up.ts';
import type { AgentSpanRow, CallPartRow } from '../../core/ports/facts.ts';
import type { CallCause } from '../../vocabulary/causes.ts';
import type { PartOutcome } from '../../vocabulary/part-outcomes.ts';
import { groupName } from './spans.ts';
import type { SpanState } from './spans.ts';

type Ended = Extract<CallState['phase'], { kind: 'ended' }>;

export function newPart(config: TeamConfig, call: CallState, leg: Leg, startedAt: number): CallPartRow {
  const profile = leg.agentId ? profileOf(config, leg.agentId) : undefined;
  const party = partyOfLeg(call, leg);
  return {
    id: party ? asId<LegId>(party.id) : leg.id,
    callId: call.id,
    teamId: call.teamId,
    direction: call.direction,
    role: party?.role ?? leg.role,
    broughtBy: party?.broughtBy ?? null,
    agentId: leg.agentId,
    agentNumber: profile?.number ?? null,
    agentName: profile?.name ?? null,
    groupId: call.groupId,
    groupName: groupName(config, call),
    startedAt,
    answeredAt: null,
    endedAt: null,
    queueMs: null,
    ringMs: 0,
    talkMs: 0,
    holdMs: 0,
    wrapUpMs: 0,
    outcome: null,
    cause: null,
    estimated: false,
  };
}

/** The customer's part after a change of the call. */
export function customerPart(
  part: CallPartRow,
  { left }: Pick<Party, 'left'>,
  { before, after }: Change<CallState> & { readonly after: CallState },
  at: number,
): CallPartRow {
  const { answeredAt, phase } = after;
  const waitsSince = before?.waitsSince ?? null;
  const isWaitOver = waitsSince !== null && after.waitsSince !== waitsSince;
  const holdMs = part.holdMs + (isWaitOver ? Math.max(0, at - waitsSince) : 0);
  const known = { ...part, answeredAt, holdMs, queueMs: after.direction === 'queue' ? after.waitedMs : null };
  const hasRung = answeredAt ?? (phase.kind === 'ended' ? at : null);
  if (hasRung !== null && after.direction !== 'queue') known.ringMs = lasted(part.startedAt, hasRung);
  if (answeredAt !== null) known.outcome = 'answered';
  const end = left ?? (phase.kind === 'ended' ? { at, cause: phase.cause } : null);
  if (!end) return known;
  const failure = phase.kind === 'ended' ? outcomeFor(after.direction, phase) : 'failed';
  return {
    ...known,
    endedAt: Math.max(part.startedAt, end.at),
    talkMs: answeredAt === null ? 0 : Math.max(0, end.at - answeredAt - holdMs),
    outcome: known.outcome ?? failure,
    cause: end.cause,
  };
}

/** The part of a number outside that an agent has called in. */
export function calledPart(part: CallPartRow, { called, since, left }: Party): CallPartRow {
  const answeredAt = part.answeredAt ?? (called || left ? null : since);
  const hasRung = answeredAt ?? left?.at ?? null;
  const known = { ...part, answeredAt, ringMs: hasRung === null ? 0 : lasted(part.startedAt, hasRung) };
  if (answeredAt !== null) known.outcome = 'answered';
  if (!left) return known;
  return {
    ...known,
    endedAt: Math.max(part.startedAt, left.at),
    talkMs: answeredAt === null ? 0 : lasted(answeredAt, left.at),
    outcome: known.outcome ?? calledOutcome(left.cause),
    cause: left.cause,
  };
}

function calledOutcome(cause: CallCause | null): PartOutcome {
  switch (cause) {
    case 'no-answer':
    case 'rejected':
    case 'busy':
      return cause;
    case 'normal':
    case 'cancelled':
    case 'abandoned':
      return 'cancelled';
    default:
      return 'failed';
  }
}

/** Of a customer who was not answered. A line has no fault of one agent. */
function outcomeFor(direction: CallState['direction'], { cause, by }: Ended): PartOutcome {
  switch (cause) {
    case 'abandoned':
    case 'normal':
    case 'cancelled':
      if (direction === 'outbound') return 'cancelled';
      if (by.kind !== 'agent') return 'abandoned';
      return direction === 'queue' ? 'failed' : 'rejected';
    case 'queue-full':
    case 'not-staffed':
    case 'waited-too-long':
    case 'group-closed':
      return 'turned-away';
    case 'no-answer':
    case 'rejected':
    case 'busy':
      return direction === 'queue' ? 'failed' : cause;
    default:
      return 'failed';
  }
}

/**
 * An agent's part after the agent's state has become `state`. `span`: what has just ended of the agent's time; null: the state is
 * the same.
 */
export function agentPart(
  part: CallPartRow,
  span: AgentSpanRow | null,
  state: SpanState | null,
  call: CallState | undefined,
  at: number,
): CallPartRow {
  const known = span?.callId === part.callId ? withTimeOf(part, span) : part;
  const isHere = state?.callId === part.callId && !isRungAnew(part, call);
  const endedAt = isHere ? null : Math.max(part.startedAt, at);
  if (part.role === 'supervisor') return supervisorPart({ ...known, endedAt }, state, call, at);
  if (known.outcome !== null) return { ...known, endedAt, cause: known.cause ?? causeOfLeaving(part, call) };
  const rung = { ...known, ringMs: lasted(part.startedAt, at), endedAt };
  if (isHere && isConversation(state)) return { ...rung, answeredAt: at, outcome: 'answered' };
  if (isHere && state.state !== 'acw') return known;
  return { ...rung, ...outcomeOf(part, call) };
}

/** Of who has talked, and is in the call no more. */
function causeOfLeaving({ id }: CallPartRow, call: CallState | undefined): CallCause | null {
  return call?.parties.find((party) => asId<LegId>(party.id) === id)?.left?.cause ?? null;
}

/** Of a leader who listens: no talk, until the leader has taken the agent's place. */
function supervisorPart(
  part: CallPartRow,
  state: SpanState | null,
  call: CallState | undefined,
  at: number,
): CallPartRow {
  if (part.endedAt === null && state && isConversation(state)) {
    return { ...part, role: 'agent', answeredAt: at, outcome: 'answered' };
  }
  if (part.endedAt === null) return part;
  const answeredAt = (call && legOf(call, part.id)?.answeredAt) ?? null;
  const ringMs = lasted(part.startedAt, answeredAt ?? part.endedAt);
  const outcome = answeredAt === null ? 'failed' : 'answered';
  return { ...part, answeredAt, ringMs, outcome, cause: causeOfLeaving(part, call) };
}

export function isConversation({ state }: SpanState): boolean {
  return state === 'talking' || state === 'holding';
}

/**
 * The same agent is rung by the same call anew: in the very decision in which the offer of before has come to nothing, or in after-call
 * work, when a call that was passed on comes back.
 */
function isRungAnew(part: CallPartRow, call: CallState | undefined): boolean {
  const party = call && part.agentId !== null ? partyOf(call, part.agentId) : undefined;
  return party !== undefined && asId<LegId>(party.id) !== part.id;
}

function withTimeOf(part: CallPartRow, span: AgentSpanRow): CallPartRow {
  const ms = lasted(span.startedAt, span.endedAt ?? span.startedAt);
  switch (span.state) {
    case 'talking':
      return { ...part, talkMs: part.talkMs + ms };
    case 'holding':
      return { ...part, holdMs: part.holdMs + ms };
    case 'acw':
      return { ...part, wrapUpMs: part.wrapUpMs + ms };
    default:
      return part;
  }
}

/** What it has come to for an agent who has not talked. */
function outcomeOf(part: CallPartRow, call: CallState | undefined): Pick<CallPartRow, 'outcome' | 'cause'> {
  if (!call) return { outcome: 'failed', cause: null };
  const cause = call.phase.kind === 'ended' ? call.phase.cause : causeOf(call, part.agentId);
  if (part.broughtBy !== null) {
    const outcome = isEnded(call) ? offerOutcome(call, cause) : calledOutcome(cause);
    return { outcome, cause };
  }
  const isDialler = part.role === 'agent' && (call.direction === 'outbound' || call.direction === 'internal');
  return { outcome: isDialler ? 'unanswered' : offerOutcome(call, cause), cause };
}

function offerOutcome(call: CallState, cause: string | null): PartOutcome {
  if (cause === 'rejected' || cause === 'no-answer') return cause;
  const hasGone = cause === 'abandoned' || cause === 'normal' || cause === 'cancelled';
  if (cause === 'answered-elsewhere') return 'elsewhere';
  if (isEnded(call)) return hasGone ? 'caller-left' : 'failed';
  const { kind } = call.phase;
  const isTaken = kind === 'connecting' || kind === 'conversation';
  return isTaken && (hasGone || cause === null) ? 'elsewhere' : 'failed';
}

/** Of the agent's leg that rang last, and rings no more. */
function causeOf(call: CallState, agentId: AgentId | null): CallCause | null {
  const present = agentId ? offerTo(call, agentId)?.legId : undefined;
  return call.legs.findLast((leg) => leg.agentId === agentId && leg.id !== present)?.cause ?? null;
}

/** The leg by which the agent has come into the call, or is about to. */
export function entryLeg(call: CallState, agentId: AgentId): Leg | undefined {
  const offer = offerTo(call, agentId);
  return offer ? legOf(call, offer.legId) : call.legs.findLast((leg) => leg.agentId === agentId);
}

/** Nobody knows what has become of it since. */
export function partFoundOver(part: CallPartRow, now: number): CallPartRow {
  return {
    ...part,
    endedAt: Math.max(part.startedAt, now),
    outcome: part.outcome ?? 'failed',
    estimated: true,
  };
}

function lasted(from: number, to: number): number {
  return Math.max(0, to - from);
}
