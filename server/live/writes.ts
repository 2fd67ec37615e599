import type { CallState } from '../core/model/call.ts';
import type { Changes } from '../core/model/changes.ts';
import { isAgentEvent, isLinkEvent } from '../core/model/event-kinds.ts';
import type { TeamConfig } from '../core/model/set-up.ts';
import type { TeamEvent, TeamState } from '../core/model/team.ts';
import type {
  CallRow,
  JournalRow,
  LegRow,
  PresenceRow,
  LiveRepositories,
  SetAsideRow,
} from '../core/ports/live-store.ts';

/** A call with all its legs. */
interface CallWrite {
  readonly call: CallRow;
  readonly legs: LegRow[];
}

/** What one decision writes. Later decisions replace the calls and presences of earlier ones. */
export interface Writes {
  readonly journal: readonly JournalRow[];
  readonly calls: ReadonlyMap<string, CallWrite>;
  readonly presences: ReadonlyMap<string, PresenceRow>;
  /** What an earlier one was to write and its table has refused. */
  readonly setAside: readonly SetAsideRow[];
}

export const NOTHING: Writes = { journal: [], calls: new Map(), presences: new Map(), setAside: [] };

/** Rows for the events that have led to these changes at the time `at`. */
export function writesOf(
  config: TeamConfig,
  changes: Changes,
  events: readonly TeamEvent[],
  at: number,
): Writes {
  const { teamId } = config;
  const journal: JournalRow[] = [];
  const versions = new Map<string, number>();
  const calls = new Map<string, CallWrite>();
  const presences = new Map<string, PresenceRow>();
  for (const event of events) {
    if (isLinkEvent(event)) continue;
    const ofAgent = isAgentEvent(event);
    const subject = ofAgent ? event.agentId : event.callId;
    const change = ofAgent ? changes.agents.get(event.agentId) : changes.calls.get(event.callId);
    const sequence = (versions.get(subject) ?? change?.before?.version ?? 0) + 1;
    versions.set(subject, sequence);
    journal.push({ teamId, subject, sequence, type: event.type, time: at, event });
    if (ofAgent) {
      const state = changes.agents.get(event.agentId)?.after;
      if (state) presences.set(subject, { teamId, agentId: event.agentId, state, updatedAt: at });
      continue;
    }
    const call = changes.calls.get(event.callId)?.after;
    if (call) calls.set(subject, { call: callRow(config, call, at), legs: legRows(call) });
  }
  return { ...NOTHING, journal, calls, presences };
}

export function merge(...each: readonly Writes[]): Writes {
  return {
    journal: each.flatMap((writes) => writes.journal),
    calls: mergeCalls(each.flatMap((writes) => [...writes.calls])),
    presences: new Map(each.flatMap((writes) => [...writes.presences])),
    setAside: each.flatMap((writes) => writes.setAside),
  };
}

/** The last state of each call; and every leg, because a call forgets those of old offers. */
function mergeCalls(entries: ReadonlyArray<readonly [string, CallWrite]>): Map<string, CallWrite> {
  const calls = new Map<string, CallWrite>();
  for (const [id, write] of entries) {
    const before = calls.get(id)?.legs ?? [];
    const forgotten = before.filter((leg) => !write.legs.some((each) => each.id === leg.id));
    calls.set(id, forgotten.length === 0 ? write : { ...write, legs: [...forgotten, ...write.legs] });
  }
  return calls;
}

export function isEmpty(writes: Writes): boolean {
  return sizeOf(writes) === 0;
}

/** Events, calls and presences; the legs of a call count with it. */
export function sizeOf({ journal, calls, presences, setAside }: Writes): number {
  return journal.length + calls.size + presences.size + setAside.length;
}

/** The least that can be written by itself: one event, one call with its legs, one presence. */
export function piecesOf(writes: Writes): Writes[] {
  return [
    ...writes.journal.map((row) => ({ ...NOTHING, journal: [row] })),
    ...[...writes.calls].map((entry) => ({ ...NOTHING, calls: new Map([entry]) })),
    ...[...writes.presences].map((entry) => ({ ...NOTHING, presences: new Map([entry]) })),
    ...writes.setAside.map((row) => ({ ...NOTHING, setAside: [row] })),
  ];
}

/** What is left of `writes` when `written` is stored. A row that has changed since is still to be written. */
export function without(writes: Writes, written: Writes): Writes {
  const rows = new Set<unknown>([...written.journal, ...written.setAside]);
  return {
    journal: writes.journal.filter((row) => !rows.has(row)),
    calls: rest(writes.calls, written.calls),
    presences: rest(writes.presences, written.presences),
    setAside: writes.setAside.filter((row) => !rows.has(row)),
  };
}

function rest<T>(rows: ReadonlyMap<string, T>, written: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  return new Map([...rows].filter(([id, row]) => written.get(id) !== row));
}

/** As much as one transaction should have: events first, because calls and presences are in their last state anyway. */
export function firstPart(writes: Writes, most: number): Writes {
  if (writes.journal.length >= most) return { ...NOTHING, journal: writes.journal.slice(0, most) };
  if (sizeOf(writes) <= most) return writes;
  const { journal } = writes;
  return merge(
    { ...NOTHING, journal },
    ...piecesOf({ ...writes, journal: [] }).slice(0, most - journal.length),
  );
}

/** What the rows of `writes` said before, for a commit that was refused and kept perhaps. */
export function undoOf(
  before: TeamState,
  writes: Writes,
  at: number,
): Writes & { unmade: readonly CallRow[] } {
  const calls = new Map<string, CallWrite>();
  const presences = new Map<string, PresenceRow>();
  const unmade: CallRow[] = [];
  for (const [id, { call }] of writes.calls) {
    const known = before.calls.get(call.id);
    if (known) calls.set(id, { call: callRow(before.config, known, at), legs: legRows(known) });
    else unmade.push(call);
  }
  for (const [id, row] of writes.presences) {
    const state = before.agents.get(row.agentId);
    if (state) presences.set(id, { ...row, state });
  }
  return { ...NOTHING, calls, presences, unmade };
}

export async function store(repositories: LiveRepositories, writes: Writes): Promise<void> {
  await repositories.journal.append(writes.journal);
  await repositories.calls.saveAll([...writes.calls.values()]);
  await repositories.presence.saveAll([...writes.presences.values()]);
  await repositories.setAside.append(writes.setAside);
}

export function callRow(config: TeamConfig, call: CallState, now: number): CallRow {
  const ended = call.phase.kind === 'ended' ? call.phase : null;
  return {
    id: call.id,
    teamId: call.teamId,
    direction: call.direction,
    number: call.number,
    name: call.name,
    did: call.did,
    groupId: call.groupId,
    groupName: call.groupId ? (config.groups.get(call.groupId)?.name ?? null) : null,
    agentId: call.agentId,
    agentNumber: call.agentId ? (config.agents.get(call.agentId)?.number ?? null) : null,
    agentIds: [...call.agentIds],
    customerId: call.customerId,
    startedAt: call.createdAt,
    answeredAt: call.answeredAt,
    endedAt: ended?.since ?? null,
    waitedMs: call.waitedMs,
    talkMs: call.answeredAt === null ? 0 : (ended?.since ?? now) - call.answeredAt,
    cause: ended?.cause ?? null,
    data: { ...call.data },
    wrapUp: call.wrapUp,
    state: call,
  };
}

export function legRows(call: CallState): LegRow[] {
  return call.legs.map((leg) => ({
    id: leg.id,
    callId: call.id,
    teamId: call.teamId,
    role: leg.role,
    agentId: leg.agentId,
    number: leg.number,
    name: leg.name,
    startedAt: leg.startedAt,
    answeredAt: leg.answeredAt,
    endedAt: leg.endedAt,
    cause: leg.endedAt === null ? null : leg.cause,
  }));
}
