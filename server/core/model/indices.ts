import type { AgentId, CallId, EndpointId, GroupId, LegId } from '../kernel/ids.ts';
import { DueTimes } from './due-times.ts';
import { Ranked } from './ranked.ts';
import type { Place } from './ranked.ts';

/** Finds things of a team without searching for them; inside a decision also what that has brought so far. */
export interface Indices {
  callOfLeg(legId: LegId): CallId | undefined;
  /** Everybody who uses this device, and perhaps others. */
  mayUse(endpointId: EndpointId): Iterable<AgentId>;
  /** As they were before the decision. */
  readonly settled: SettledIndices & Indices;
}

export interface SettledIndices {
  /** Calls that wait, by group, in the order in which they are served. */
  line(groupId: GroupId): ReadonlyArray<Place<CallId>>;
  /** Calls that nobody has answered yet, ringing included. */
  unanswered(groupId: GroupId): ReadonlyArray<Place<CallId>>;
  groupsWithLine(): Iterable<GroupId>;
  readonly hasLines: boolean;
  /** Who can be offered a call of the group, as far as that does not depend on the time, in the order of the group's strategy. */
  free(groupId: GroupId): ReadonlyArray<Place<AgentId>>;
  /** The calls that have reached the agent, live or just ended. */
  callsOf(agentId: AgentId): Iterable<CallId>;
  /** Groups whose line has not been looked at since it was loaded, or since the clock jumped. */
  readonly unserved: ReadonlySet<GroupId>;
  /** When time alone changes something about a call or an agent. */
  readonly calls: Pick<DueTimes<CallId>, 'next' | 'due'>;
  readonly agents: Pick<DueTimes<AgentId>, 'next' | 'due'>;
  /** When an agent who has missed a call may be offered one of that group again. */
  readonly rests: Pick<DueTimes<AgentId>, 'next' | 'due'>;
}

/** What is known of an agent here. */
interface Indexed {
  readonly endpointId: EndpointId | null;
  readonly place: Place<AgentId> | null;
  readonly groups: readonly GroupId[];
}

/** The indices themselves, kept by the owner of the team: see `reindex`. */
export class TeamIndices implements Indices, SettledIndices {
  readonly settled = this;
  readonly unserved = new Set<GroupId>();
  readonly calls = new DueTimes<CallId>();
  readonly agents = new DueTimes<AgentId>();
  readonly rests = new DueTimes<AgentId>();
  readonly #legs = new Map<LegId, CallId>();
  readonly #callsOf = new Map<AgentId, Set<CallId>>();
  readonly #users = new Map<EndpointId, Set<AgentId>>();
  readonly #lines = new Map<GroupId, Ranked<CallId>>();
  readonly #unanswered = new Map<GroupId, Ranked<CallId>>();
  readonly #free = new Map<GroupId, Ranked<AgentId>>();
  readonly #indexed = new Map<AgentId, Indexed>();

  callOfLeg(legId: LegId): CallId | undefined {
    return this.#legs.get(legId);
  }

  mayUse(endpointId: EndpointId): Iterable<AgentId> {
    return this.#users.get(endpointId) ?? [];
  }

  callsOf(agentId: AgentId): Iterable<CallId> {
    return this.#callsOf.get(agentId) ?? [];
  }

  line(groupId: GroupId): ReadonlyArray<Place<CallId>> {
    return this.#lines.get(groupId)?.places ?? [];
  }

  get hasLines(): boolean {
    return this.#lines.size > 0;
  }

  groupsWithLine(): Iterable<GroupId> {
    return this.#lines.keys();
  }

  unanswered(groupId: GroupId): ReadonlyArray<Place<CallId>> {
    return this.#unanswered.get(groupId)?.places ?? [];
  }

  free(groupId: GroupId): ReadonlyArray<Place<AgentId>> {
    return this.#free.get(groupId)?.places ?? [];
  }

  setLegs(callId: CallId, before: readonly LegId[], after: readonly LegId[]): void {
    const kept = new Set(after);
    for (const legId of before) if (!kept.has(legId)) this.#legs.delete(legId);
    for (const legId of after) this.#legs.set(legId, callId);
  }

  setCallsOf(callId: CallId, before: readonly AgentId[], after: readonly AgentId[]): void {
    for (const agentId of before) if (!after.includes(agentId)) leave(this.#callsOf, agentId, callId);
    for (const agentId of after) enter(this.#callsOf, agentId, callId);
  }

  moveInLine(before: Placed | null, after: Placed | null): void {
    move(this.#lines, before, after);
  }

  moveUnanswered(before: Placed | null, after: Placed | null): void {
    move(this.#unanswered, before, after);
  }

  setAgent(agentId: AgentId, next: Indexed | null): void {
    const known = this.#indexed.get(agentId);
    if (known?.endpointId && known.endpointId !== next?.endpointId)
      leave(this.#users, known.endpointId, agentId);
    if (next?.endpointId) enter(this.#users, next.endpointId, agentId);
    const { place: was = null, groups: were = [] } = known ?? {};
    const { place: is = null, groups: are = [] } = next ?? {};
    const moved = was?.since !== is?.since || was?.rank !== is?.rank;
    for (const groupId of were) {
      if (was && (moved || !are.includes(groupId))) takeOut(this.#free, groupId, was);
    }
    for (const groupId of are) {
      if (is && (moved || !were.includes(groupId))) putIn(this.#free, groupId, is);
    }
    if (next) this.#indexed.set(agentId, next);
    else this.#indexed.delete(agentId);
  }
}

/** A call's place in the line of a group. */
export interface Placed {
  readonly groupId: GroupId;
  readonly place: Place<CallId>;
}

function move(lines: Map<GroupId, Ranked<CallId>>, before: Placed | null, after: Placed | null): void {
  const stays =
    before?.groupId === after?.groupId &&
    before?.place.since === after?.place.since &&
    before?.place.rank === after?.place.rank;
  if (stays) return;
  if (before) takeOut(lines, before.groupId, before.place);
  if (after) putIn(lines, after.groupId, after.place);
}

function putIn<Id extends string>(lists: Map<GroupId, Ranked<Id>>, groupId: GroupId, place: Place<Id>): void {
  const list = lists.get(groupId) ?? new Ranked<Id>();
  list.add(place);
  lists.set(groupId, list);
}

function takeOut<Id extends string>(
  lists: Map<GroupId, Ranked<Id>>,
  groupId: GroupId,
  place: Place<Id>,
): void {
  const list = lists.get(groupId);
  list?.remove(place);
  if (list?.places.length === 0) lists.delete(groupId);
}

function enter<Key, Value>(sets: Map<Key, Set<Value>>, key: Key, value: Value): void {
  const set = sets.get(key) ?? new Set<Value>();
  set.add(value);
  sets.set(key, set);
}

function leave<Key, Value>(sets: Map<Key, Set<Value>>, key: Key, value: Value): void {
  const set = sets.get(key);
  set?.delete(value);
  if (set?.size === 0) sets.delete(key);
}
