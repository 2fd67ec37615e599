import { callWrite, mergeCalls, wholeCallWrite } from './call-writes.ts';
import type { CallWrite } from './call-writes.ts';
import type { FactTracker } from './projections/fact-tracker.ts';
import type { Changes } from '../core/model/changes.ts';
import { isAgentEvent, isLinkEvent } from '../core/model/event-kinds.ts';
import type { TeamConfig } from '../core/model/set-up.ts';
import type { TeamId } from '../core/kernel/ids.ts';
import type { TeamEvent, TeamState } from '../core/model/team.ts';
import type { AgentSpanRow, CallPartRow, Facts } from '../core/ports/facts.ts';
import { liveEvents } from './live-events.ts';
import { supervisionEvents } from './supervision-audit.ts';
import type { OutboxEvent } from '../core/ports/outbox.ts';
import type {
  CallRow,
  JournalRow,
  PresenceRow,
  LiveRepositories,
  SetAsideRow,
} from '../core/ports/live-store.ts';

/** What one decision writes. Later decisions replace the calls, presences, spans and parts of earlier ones. */
export interface Writes {
  readonly journal: readonly JournalRow[];
  readonly calls: ReadonlyMap<string, CallWrite>;
  readonly presences: ReadonlyMap<string, PresenceRow>;
  readonly spans: ReadonlyMap<string, AgentSpanRow>;
  readonly parts: ReadonlyMap<string, CallPartRow>;
  /** What others are to be told. */
  readonly outbox: readonly OutboxEvent[];
  /** What an earlier one was to write and its table has refused. */
  readonly setAside: readonly SetAsideRow[];
}

export const NOTHING: Writes = {
  journal: [],
  calls: new Map(),
  presences: new Map(),
  spans: new Map(),
  parts: new Map(),
  outbox: [],
  setAside: [],
};

/** Rows for the events that have led to these changes at the time `at`. */
export function writesOf(
  config: TeamConfig,
  changes: Changes,
  events: readonly TeamEvent[],
  at: number,
  facts: Facts,
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
    const callChange = changes.calls.get(event.callId);
    if (callChange?.after && !calls.has(subject)) {
      calls.set(subject, callWrite(config, { before: callChange.before, after: callChange.after }, at));
    }
  }
  const outbox = [
    ...told(teamId, changes, at),
    ...supervisionEvents(teamId, changes, at),
    ...liveEvents(config, changes, at),
  ];
  return { ...factWrites(facts), journal, calls, presences, outbox };
}

/** Each call ends once: the event has its id from it. */
function told(teamId: TeamId, { calls }: Changes, time: number): OutboxEvent[] {
  return [...calls].flatMap(([callId, { before, after }]): OutboxEvent[] => {
    if (after?.phase.kind !== 'ended' || before?.phase.kind === 'ended') return [];
    return [
      { id: `ended.${callId}`, teamId, topic: 'call-ended', subject: callId, time, content: { callId } },
    ];
  });
}

export function factWrites({ spans, parts }: Facts): Writes {
  return {
    ...NOTHING,
    spans: new Map(spans.map((row) => [`${row.agentId}/${row.startedAt}/${row.version}`, row])),
    parts: new Map(parts.map((row) => [row.id, row])),
  };
}

export function factsIn({ spans, parts }: Writes): Facts {
  return { spans: [...spans.values()], parts: [...parts.values()] };
}

export function merge(...each: readonly Writes[]): Writes {
  return {
    journal: each.flatMap((writes) => writes.journal),
    calls: mergeCalls(each.flatMap((writes) => [...writes.calls])),
    presences: new Map(each.flatMap((writes) => [...writes.presences])),
    spans: new Map(each.flatMap((writes) => [...writes.spans])),
    parts: new Map(each.flatMap((writes) => [...writes.parts])),
    outbox: each.flatMap((writes) => writes.outbox),
    setAside: each.flatMap((writes) => writes.setAside),
  };
}

export function isEmpty(writes: Writes): boolean {
  return sizeOf(writes) === 0;
}

/** Rows; the legs of a call count with it. */
export function sizeOf({ journal, calls, presences, spans, parts, outbox, setAside }: Writes): number {
  const maps = calls.size + presences.size + spans.size + parts.size;
  return journal.length + maps + outbox.length + setAside.length;
}

/** The least that can be written by itself: one row, a call with its legs. */
export function piecesOf(writes: Writes): Writes[] {
  return [
    ...writes.journal.map((row) => ({ ...NOTHING, journal: [row] })),
    ...[...writes.calls].map((entry) => ({ ...NOTHING, calls: new Map([entry]) })),
    ...[...writes.presences].map((entry) => ({ ...NOTHING, presences: new Map([entry]) })),
    ...[...writes.spans].map((entry) => ({ ...NOTHING, spans: new Map([entry]) })),
    ...[...writes.parts].map((entry) => ({ ...NOTHING, parts: new Map([entry]) })),
    ...writes.outbox.map((event) => ({ ...NOTHING, outbox: [event] })),
    ...writes.setAside.map((row) => ({ ...NOTHING, setAside: [row] })),
  ];
}

/** What is left of `writes` when `written` is stored. A row that has changed since is still to be written. */
export function without(writes: Writes, written: Writes): Writes {
  const rows = new Set<unknown>([...written.journal, ...written.outbox, ...written.setAside]);
  return {
    journal: writes.journal.filter((row) => !rows.has(row)),
    calls: rest(writes.calls, written.calls),
    presences: rest(writes.presences, written.presences),
    spans: rest(writes.spans, written.spans),
    parts: rest(writes.parts, written.parts),
    outbox: writes.outbox.filter((event) => !rows.has(event)),
    setAside: writes.setAside.filter((row) => !rows.has(row)),
  };
}

function rest<T>(rows: ReadonlyMap<string, T>, written: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  return new Map([...rows].filter(([id, row]) => written.get(id) !== row));
}

/** As much as one transaction should have: events first, because all else is in its last state anyway. */
export function firstPart(writes: Writes, most: number): Writes {
  if (writes.journal.length >= most) return { ...NOTHING, journal: writes.journal.slice(0, most) };
  if (sizeOf(writes) <= most) return writes;
  const { journal } = writes;
  return merge(
    { ...NOTHING, journal },
    ...piecesOf({ ...writes, journal: [] }).slice(0, most - journal.length),
  );
}

/** Rows that there were not before. */
interface Unmade {
  readonly calls: readonly CallRow[];
  readonly facts: Facts;
}

export interface Undo {
  readonly said: Writes;
  readonly unmade: Unmade;
}

/** What the rows of `writes` said before, for a commit that was refused and kept perhaps. */
export function undoOf(
  before: TeamState,
  facts: Pick<FactTracker, 'before'>,
  writes: Writes,
  at: number,
): Undo {
  const calls = new Map<string, CallWrite>();
  const presences = new Map<string, PresenceRow>();
  const newCalls: CallRow[] = [];
  for (const [id, { call }] of writes.calls) {
    const known = before.calls.get(call.id);
    if (known) calls.set(id, wholeCallWrite(before.config, known, at));
    else newCalls.push(call);
  }
  for (const [id, row] of writes.presences) {
    const state = before.agents.get(row.agentId);
    if (state) presences.set(id, { ...row, state });
  }
  const { known, unmade } = facts.before(factsIn(writes));
  return { said: { ...factWrites(known), calls, presences }, unmade: { calls: newCalls, facts: unmade } };
}

/** `calls`: those of `writes`, as they are to be written. */
export async function store(
  repositories: LiveRepositories,
  writes: Writes,
  calls: readonly CallWrite[],
): Promise<void> {
  await repositories.journal.append(writes.journal);
  await repositories.calls.saveAll(calls);
  await repositories.presence.saveAll([...writes.presences.values()]);
  await repositories.facts.save(factsIn(writes));
  await repositories.outbox.append(writes.outbox);
  await repositories.setAside.append(writes.setAside);
}
