import type { AgentId, CallId, EndpointId, GroupId, LegId } from '../kernel/ids.ts';
import { DueTimes } from './due-times.ts';
import { LineCounts } from './line-counts.ts';
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
  /** Calls of a group that wait for the same, in the order in which they are served. Absent: for anybody. */
  line(groupId: GroupId, want?: Want): ReadonlyArray<Place<CallId>>;
  /** How many calls of the group are served before that place. */
  countBefore(placed: Placed): number;
  /** How the lines move. */
  readonly counts: Pick<LineCounts, 'dayOf' | 'pace'>;
  /** For whom calls of the group wait. */
  wants(groupId: GroupId): Iterable<Want>;
  /** In which groups calls wait for that agent in person. */
  personal(agentId: AgentId): Iterable<GroupId>;
  /** Calls that nobody has answered yet, ringing included. */
  unanswered(groupId: GroupId): ReadonlyArray<Place<CallId>>;
  groupsWithLine(): Iterable<GroupId>;
  readonly hasLines: boolean;
  /** Who can be offered a call of the group, as far as that does not depend on the time, in the order of the group's strategy. */
  free(groupId: GroupId): ReadonlyArray<Place<AgentId>>;
  /** How many are signed in to the group, and how many of them are not paused; some may be left out. */
  staff(groupId: GroupId, except?: readonly AgentId[]): Staff;
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

export interface Staff {
  readonly signedIn: number;
  readonly working: number;
}

const NOBODY: Staff = { signedIn: 0, working: 0 };

/** What is known of an agent here. */
interface Indexed {
  readonly endpointId: EndpointId | null;
  /** Where the agent stands among those who are free, by group. */
  readonly places: ReadonlyMap<GroupId, Place<AgentId>>;
  readonly signedIn: readonly GroupId[];
  readonly isPaused: boolean;
}

/** The indices themselves, kept by the owner of the team: see `reindex`. */
export class TeamIndices implements Indices, SettledIndices {
  readonly settled = this;
  readonly unserved = new Set<GroupId>();
  readonly counts = new LineCounts();
  readonly calls = new DueTimes<CallId>();
  readonly agents = new DueTimes<AgentId>();
  readonly rests = new DueTimes<AgentId>();
  readonly #legs = new Map<LegId, CallId>();
  readonly #callsOf = new Map<AgentId, Set<CallId>>();
  readonly #users = new Map<EndpointId, Set<AgentId>>();
  readonly #lines = new Map<GroupId, Map<Want, Ranked<CallId>>>();
  readonly #personal = new Map<AgentId, Set<GroupId>>();
  readonly #unanswered = new Map<GroupId, Ranked<CallId>>();
  readonly #free = new Map<GroupId, Ranked<AgentId>>();
  readonly #staff = new Map<GroupId, Staff>();
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

  line(groupId: GroupId, want: Want = 1): ReadonlyArray<Place<CallId>> {
    return this.#lines.get(groupId)?.get(want)?.places ?? [];
  }

  countBefore({ groupId, place }: Placed): number {
    let count = 0;
    for (const line of this.#lines.get(groupId)?.values() ?? []) count += line.countBefore(place);
    return count;
  }

  wants(groupId: GroupId): Iterable<Want> {
    return this.#lines.get(groupId)?.keys() ?? [];
  }

  personal(agentId: AgentId): Iterable<GroupId> {
    return this.#personal.get(agentId) ?? [];
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

  staff(groupId: GroupId, except: readonly AgentId[] = []): Staff {
    let { signedIn, working } = this.#staff.get(groupId) ?? NOBODY;
    for (const agentId of except) {
      const known = this.#indexed.get(agentId);
      if (!known?.signedIn.includes(groupId)) continue;
      signedIn--;
      if (!known.isPaused) working--;
    }
    return { signedIn, working };
  }

  #countStaff({ signedIn, isPaused }: Indexed, by: 1 | -1): void {
    for (const groupId of signedIn) {
      const staff = this.staff(groupId);
      const working = staff.working + (isPaused ? 0 : by);
      this.#staff.set(groupId, { signedIn: staff.signedIn + by, working });
    }
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
    if (isSame(before, after)) return;
    if (before) this.#leaveLine(before);
    if (after) this.#enterLine(after);
  }

  moveUnanswered(before: Placed | null, after: Placed | null): void {
    if (isSame(before, after)) return;
    if (before) takeOut(this.#unanswered, before.groupId, before.place);
    if (after) putIn(this.#unanswered, after.groupId, after.place);
  }

  #enterLine({ groupId, want, place }: Placed): void {
    const lines = this.#lines.get(groupId) ?? new Map<Want, Ranked<CallId>>();
    this.#lines.set(groupId, lines);
    putIn(lines, want, place);
    if (typeof want === 'string') enter(this.#personal, want, groupId);
  }

  #leaveLine({ groupId, want, place }: Placed): void {
    const lines = this.#lines.get(groupId);
    if (!lines) return;
    takeOut(lines, want, place);
    if (typeof want === 'string' && !lines.has(want)) leave(this.#personal, want, groupId);
    if (lines.size === 0) this.#lines.delete(groupId);
  }

  setAgent(agentId: AgentId, next: Indexed | null): void {
    const known = this.#indexed.get(agentId);
    if (known?.endpointId && known.endpointId !== next?.endpointId)
      leave(this.#users, known.endpointId, agentId);
    if (next?.endpointId) enter(this.#users, next.endpointId, agentId);
    for (const [groupId, was] of known?.places ?? []) {
      if (!isSamePlace(was, next?.places.get(groupId))) takeOut(this.#free, groupId, was);
    }
    for (const [groupId, is] of next?.places ?? []) {
      if (!isSamePlace(is, known?.places.get(groupId))) putIn(this.#free, groupId, is);
    }
    if (known) this.#countStaff(known, -1);
    if (next) this.#countStaff(next, 1);
    if (next) this.#indexed.set(agentId, next);
    else this.#indexed.delete(agentId);
  }
}

/** For whom a call waits: for anybody who has that level of skill, or for one agent. */
export type Want = number | AgentId;

/** A call's place in the line of a group. */
export interface Placed {
  readonly groupId: GroupId;
  readonly want: Want;
  readonly place: Place<CallId>;
}

function isSame(before: Placed | null, after: Placed | null): boolean {
  return (
    before?.groupId === after?.groupId &&
    before?.want === after?.want &&
    isSamePlace(before?.place, after?.place)
  );
}

function isSamePlace(one: Place<string> | undefined, other: Place<string> | undefined): boolean {
  return one?.since === other?.since && one?.rank === other?.rank;
}

function putIn<Key, Id extends string>(lists: Map<Key, Ranked<Id>>, key: Key, place: Place<Id>): void {
  const list = lists.get(key) ?? new Ranked<Id>();
  list.add(place);
  lists.set(key, list);
}

function takeOut<Key, Id extends string>(lists: Map<Key, Ranked<Id>>, key: Key, place: Place<Id>): void {
  const list = lists.get(key);
  list?.remove(place);
  if (list?.places.length === 0) lists.delete(key);
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
