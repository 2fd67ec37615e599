import { canTakeQueueCall, usersOf } from '../agent/availability.ts';
import { offerCall } from '../call/offer.ts';
import type { AgentState } from '../model/agent.ts';
import type { Draft } from '../model/draft.ts';
import { comparePlaces } from '../model/ranked.ts';
import type { Place } from '../model/ranked.ts';
import type { AgentId, CallId, GroupId } from '../kernel/ids.ts';
import { assign } from './assignment.ts';
import type { Served } from './assignment.ts';
import { placeInLine } from './line.ts';
import { longestIdle } from './strategies/longest-idle.ts';

/**
 * Offers waiting calls to free agents. Runs at the end of every decision, so that no rule has to remember to. After each one
 * nobody waits for whom an agent is free: only groups in which a call has come to the line or an agent has become free since
 * can be served, and only those are looked at.
 */
export function dispatchQueues(draft: Draft): void {
  if (!draft.team.switchUp) return;
  const { settled } = draft.team.indices;
  const lines = changedLines(draft);
  const isAnybodyWaiting = (groupId: GroupId): boolean =>
    lines.has(groupId) || settled.line(groupId).length > 0;
  if (lines.size === 0 && !settled.hasLines) return;
  const moved = movedAgents(draft);
  const groups = new Set<GroupId>([...settled.unserved, ...lines.keys()]);
  for (const agent of moved) for (const groupId of groupsOf(draft, agent)) groups.add(groupId);
  if (draft.team.flagsChanged) for (const groupId of settled.groupsWithLine()) groups.add(groupId);
  const served = [...groups].filter((id) => isAnybodyWaiting(id) && draft.group(id) !== undefined);
  if (served.length === 0) return;
  assign(
    served.map((groupId) => new ServedGroup(draft, groupId, lines.get(groupId) ?? [], moved)),
    (callId, agentId) => offer(draft, callId, agentId),
  );
}

function offer(draft: Draft, callId: CallId, agentId: AgentId): boolean {
  const { groupId } = draft.call(callId);
  const group = groupId && draft.group(groupId);
  if (group) offerCall(draft, callId, agentId, group.ringMs);
  return draft.call(callId).phase.kind === 'offered';
}

/** Who may have become free: by this decision, or because the rest after a missed call is over. */
function movedAgents({ team, now }: Draft): AgentState[] {
  const { settled } = team.indices;
  const ids = new Set([...team.agents.changed(), ...team.pages.changed(), ...settled.rests.due(now)]);
  for (const endpointId of team.endpoints.changed()) {
    for (const { id } of usersOf(team, endpointId)) ids.add(id);
  }
  return [...ids].flatMap((id) => team.agents.get(id) ?? []);
}

function groupsOf({ team, now }: Draft, agent: AgentState): GroupId[] {
  const groups = Object.keys(agent.groups) as GroupId[];
  return groups.filter((groupId) => canTakeQueueCall(team, agent, groupId, now));
}

/** Calls that have come to a line, or back to it, in the order of the line. */
function changedLines({ team }: Draft): Map<GroupId, Array<Place<CallId>>> {
  const lines = new Map<GroupId, Array<Place<CallId>>>();
  for (const callId of team.calls.changed()) {
    const call = team.calls.get(callId);
    const placed = call && placeInLine(call);
    if (placed) lines.set(placed.groupId, [...(lines.get(placed.groupId) ?? []), placed.place]);
  }
  for (const line of lines.values()) line.sort(comparePlaces);
  return lines;
}

/** The indices of the team beneath, with what the decision has changed. */
class ServedGroup implements Served {
  readonly groupId: GroupId;
  readonly #draft: Draft;
  /** Those who were there before, and are as they were. */
  readonly #calls: Scan<CallId>;
  readonly #agents: Scan<AgentId>;
  /** Those whom the decision has changed. */
  readonly #changedCalls: Scan<CallId>;
  readonly #changedAgents: Scan<AgentId>;

  constructor(
    draft: Draft,
    groupId: GroupId,
    calls: ReadonlyArray<Place<CallId>>,
    moved: readonly AgentState[],
  ) {
    this.#draft = draft;
    this.groupId = groupId;
    const { settled } = draft.team.indices;
    const movedIds = new Set(moved.map(({ id }) => id));
    const { team } = draft;
    this.#calls = new Scan(settled.line(groupId), (id) => !team.calls.isChanged(id));
    this.#agents = new Scan(settled.free(groupId), (id) => !movedIds.has(id) && this.#canTake(id));
    this.#changedCalls = new Scan(calls, (id) => team.calls.get(id)?.phase.kind === 'waiting');
    this.#changedAgents = new Scan(moved.map(longestIdle).sort(comparePlaces), (id) => this.#canTake(id));
  }

  nextCall(): Place<CallId> | null {
    return earlier(this.#calls.next(), this.#changedCalls.next());
  }

  nextAgent(): Place<AgentId> | null {
    return earlier(this.#agents.next(), this.#changedAgents.next());
  }

  #canTake(agentId: AgentId): boolean {
    const { team, now } = this.#draft;
    const agent = team.agents.get(agentId);
    return agent !== undefined && canTakeQueueCall(team, agent, this.groupId, now);
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

function earlier<Id extends string>(a: Place<Id> | null, b: Place<Id> | null): Place<Id> | null {
  if (!a || !b) return a ?? b;
  return comparePlaces(a, b) <= 0 ? a : b;
}
