import { canTakeQueueCall, usersOf } from '../agent/availability.ts';
import { ringForAsking } from '../call/asking.ts';
import { offerCall } from '../call/offer.ts';
import type { AgentState } from '../model/agent.ts';
import type { CallState } from '../model/call.ts';
import type { Draft } from '../model/draft.ts';
import type { Want } from '../model/indices.ts';
import { levelOf } from '../model/set-up.ts';
import type { Strategy } from '../../vocabulary/queue-rules.ts';
import { comparePlaces } from '../model/ranked.ts';
import type { Place } from '../model/ranked.ts';
import type { AgentId, CallId, GroupId } from '../kernel/ids.ts';
import { assign } from './assignment.ts';
import type { Served } from './assignment.ts';
import { placeInLine } from './line.ts';
import { ringAll } from './strategies/ring-all.ts';
import { agentPlace } from './strategies/order.ts';
import { isAwaitable } from './wishes.ts';

/** A call could not be offered: no refusal, but a rule that is broken. */
export class OfferFailed extends Error {
  readonly callId: CallId;

  constructor(callId: CallId, cause: unknown) {
    super(`The call ${callId} could not be offered.`, { cause });
    this.name = 'OfferFailed';
    this.callId = callId;
  }
}

/**
 * Offers waiting calls to free agents. Runs at the end of every decision, so that no rule has to remember to. After each one
 * nobody waits for whom an agent is free: only groups in which a call has come to the line or an agent has become free since
 * can be served, and only those are looked at.
 */
export function dispatchQueues(draft: Draft): void {
  const { team } = draft;
  if (!team.switchUp) return;
  const { settled } = team.indices;
  const moved = movedAgents(draft);
  endVainPreferences(draft, moved);
  const lines = changedLines(draft);
  const groups = new Set<GroupId>([...settled.unserved, ...lines.keys()]);
  for (const agent of moved) for (const groupId of groupsOf(draft, agent)) groups.add(groupId);
  const everywhere = team.flagsChanged || team.setUpChanged;
  if (everywhere) for (const groupId of settled.groupsWithLine()) groups.add(groupId);
  const served = [...groups].flatMap((groupId) => {
    const isUnserved = everywhere || settled.unserved.has(groupId);
    return linesOf(draft, groupId, { changed: lines.get(groupId) ?? new Map(), moved, isUnserved });
  });
  assign(served, (callId, agentId) => offer(draft, callId, agentId));
  for (const groupId of groups) {
    if (draft.group(groupId)?.strategy === 'ring-all') ringAll(draft, groupId, moved);
  }
}

function offer(draft: Draft, callId: CallId, agentId: AgentId): boolean {
  const call = draft.call(callId);
  try {
    if (call.asking) return ringForAsking(draft, call, call.asking, agentId);
    const group = call.groupId && draft.group(call.groupId);
    if (group) offerCall(draft, callId, agentId, group.ringMs);
  } catch (error) {
    throw new OfferFailed(callId, error);
  }
  return draft.call(callId).phase.kind === 'offered';
}

/**
 * Who may have become free: by this decision, or because the rest after a missed call is over. With another set-up everybody may serve
 * otherwise than before.
 */
function movedAgents({ team, now }: Draft): AgentState[] {
  const { settled } = team.indices;
  if (team.setUpChanged) return [...team.agents.values()];
  const ids = new Set([...team.agents.changed(), ...team.pages.changed(), ...settled.rests.due(now)]);
  for (const endpointId of team.endpoints.changed()) {
    for (const { id } of usersOf(team, endpointId)) ids.add(id);
  }
  return [...ids].flatMap((id) => team.agents.get(id) ?? []);
}

/** Who waits for one agent in person does so only while that agent is at work. */
function endVainPreferences(draft: Draft, moved: readonly AgentState[]): void {
  const { team } = draft;
  for (const agent of moved) {
    for (const groupId of team.indices.settled.personal(agent.id)) {
      if (isAwaitable(agent, groupId)) continue;
      for (const { id: callId } of team.indices.settled.line(groupId, agent.id)) {
        if (team.calls.get(callId)?.wanted) draft.apply({ type: 'preference-ended', callId });
      }
    }
  }
}

function groupsOf({ team, now }: Draft, agent: AgentState): GroupId[] {
  const groups = Object.keys(agent.groups) as GroupId[];
  return groups.filter((groupId) => canTakeQueueCall(team, agent, groupId, now));
}

type Line = Map<Want, Array<Place<CallId>>>;

/** Calls that have come to a line, or back to it, in the order of the line. */
function changedLines({ team }: Draft): Map<GroupId, Line> {
  const lines = new Map<GroupId, Line>();
  for (const callId of team.calls.changed()) {
    const call = team.calls.get(callId);
    const placed = call && placeInLine(call);
    if (!placed) continue;
    const { groupId, want, place } = placed;
    const line: Line = lines.get(groupId) ?? new Map<Want, Array<Place<CallId>>>();
    lines.set(groupId, line.set(want, [...(line.get(want) ?? []), place]));
  }
  for (const line of lines.values()) for (const places of line.values()) places.sort(comparePlaces);
  return lines;
}

/** The lines of the group in which somebody may be served now: by level of skill, and for agents who may have become free. */
function linesOf(
  draft: Draft,
  groupId: GroupId,
  { changed, moved, isUnserved }: { changed: Line; moved: readonly AgentState[]; isUnserved: boolean },
): ServedLine[] {
  const { settled } = draft.team.indices;
  const group = draft.group(groupId);
  if (!group) return [];
  const wants = new Set<Want>(changed.keys());
  for (const want of settled.wants(groupId)) {
    if (isUnserved || typeof want === 'number') wants.add(want);
  }
  for (const { id } of moved) if (settled.line(groupId, id).length > 0) wants.add(id);
  if (wants.size === 0) return [];
  const places = moved.map((agent) => agentPlace(draft.team.config, agent, groupId)).sort(comparePlaces);
  return [...wants].map(
    (want) =>
      new ServedLine(draft, { groupId, want, strategy: group.strategy }, changed.get(want) ?? [], places),
  );
}

interface LineOf {
  readonly groupId: GroupId;
  readonly want: Want;
  readonly strategy: Strategy;
}

/** The indices of the team beneath, with what the decision has changed. */
class ServedLine implements Served {
  readonly #draft: Draft;
  readonly #of: LineOf;
  /** Those who were there before, and are as they were. */
  readonly #calls: Scan<CallId>;
  readonly #agents: Scan<AgentId>;
  /** Those whom the decision has changed. */
  readonly #changedCalls: Scan<CallId>;
  readonly #changedAgents: Scan<AgentId>;

  constructor(
    draft: Draft,
    of: LineOf,
    calls: ReadonlyArray<Place<CallId>>,
    moved: ReadonlyArray<Place<AgentId>>,
  ) {
    this.#draft = draft;
    this.#of = of;
    const { team } = draft;
    const { settled } = team.indices;
    const movedIds = new Set(moved.map(({ id }) => id));
    this.#calls = new Scan(settled.line(of.groupId, of.want), (id) => !team.calls.isChanged(id));
    this.#agents = new Scan(settled.free(of.groupId), (id) => !movedIds.has(id) && this.#canTake(id));
    this.#changedCalls = new Scan(calls, (id) => isWaiting(team.calls.get(id)));
    this.#changedAgents = new Scan(moved, (id) => this.#canTake(id));
  }

  nextCall(): Place<CallId> | null {
    return earlier(this.#calls.next(), this.#changedCalls.next());
  }

  nextAgent(): Place<AgentId> | null {
    const { groupId, want, strategy } = this.#of;
    const { config, agents } = this.#draft.team;
    if (typeof want === 'string') {
      const agent = agents.get(want);
      return agent && this.#canTake(want) ? agentPlace(config, agent, groupId) : null;
    }
    const first = earlier(this.#agents.next(), this.#changedAgents.next());
    // The most skilled comes first: when that one is not enough, nobody is.
    const isAble = strategy !== 'skill-level' || (first && levelOf(config, first.id, groupId) >= want);
    return isAble ? first : null;
  }

  #canTake(agentId: AgentId): boolean {
    const { team, now } = this.#draft;
    const agent = team.agents.get(agentId);
    return agent !== undefined && canTakeQueueCall(team, agent, this.#of.groupId, now);
  }
}

/** Goes through places in their order. Who is left out once is left out for good. */
class Scan<Id extends string> {
  readonly #places: ReadonlyArray<Place<Id>>;
  readonly #counts: (id: Id) => boolean;
  #index = 0;

  constructor(places: ReadonlyArray<Place<Id>>, counts: (id: Id) => boolean) {
    this.#places = places;
    this.#counts = counts;
  }

  next(): Place<Id> | null {
    for (; ; this.#index++) {
      const place = this.#places[this.#index];
      if (!place || this.#counts(place.id)) return place ?? null;
    }
  }
}

function isWaiting(call: CallState | undefined): boolean {
  return call !== undefined && placeInLine(call) !== null;
}

function earlier<Id extends string>(a: Place<Id> | null, b: Place<Id> | null): Place<Id> | null {
  if (!a || !b) return a ?? b;
  return comparePlaces(a, b) <= 0 ? a : b;
}
