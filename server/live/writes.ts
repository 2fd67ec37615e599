import type { CallState } from '../core/model/call.ts';
import type { CallRow, JournalRow, LegRow, PresenceRow, Repositories } from '../core/ports/repositories.ts';
import { isAgentEvent, isLinkEvent } from '../core/model/event-kinds.ts';
import type { TeamConfig } from '../core/model/set-up.ts';
import type { TeamEvent, TeamState } from '../core/model/team.ts';

/** What one decision writes. Later decisions replace the calls and presences of earlier ones. */
export interface Writes {
  readonly journal: readonly JournalRow[];
  readonly calls: ReadonlyMap<string, { call: CallRow; legs: LegRow[] }>;
  readonly presences: ReadonlyMap<string, PresenceRow>;
}

export const NOTHING: Writes = { journal: [], calls: new Map(), presences: new Map() };

/** Rows for the events that led from `before` to `after` at the time `at`. */
export function writesOf(
  before: TeamState,
  after: TeamState,
  events: readonly TeamEvent[],
  at: number,
): Writes {
  const { teamId } = after.config;
  const journal: JournalRow[] = [];
  const versions = new Map<string, number>();
  const calls = new Map<string, { call: CallRow; legs: LegRow[] }>();
  const presences = new Map<string, PresenceRow>();
  for (const event of events) {
    if (isLinkEvent(event)) continue;
    const ofAgent = isAgentEvent(event);
    const subject = ofAgent ? event.agentId : event.callId;
    const known = ofAgent ? before.agents.get(event.agentId) : before.calls.get(event.callId);
    const sequence = (versions.get(subject) ?? known?.version ?? 0) + 1;
    versions.set(subject, sequence);
    journal.push({ teamId, subject, sequence, type: event.type, time: at, event });
    if (ofAgent) {
      const state = after.agents.get(event.agentId);
      if (state) presences.set(subject, { teamId, agentId: event.agentId, state, updatedAt: at });
      continue;
    }
    const call = after.calls.get(event.callId);
    if (call) calls.set(subject, { call: callRow(after.config, call, at), legs: legRows(call) });
  }
  return { journal, calls, presences };
}

export function merge(first: Writes, second: Writes): Writes {
  return {
    journal: [...first.journal, ...second.journal],
    calls: new Map([...first.calls, ...second.calls]),
    presences: new Map([...first.presences, ...second.presences]),
  };
}

export function isEmpty(writes: Writes): boolean {
  return writes.journal.length === 0 && writes.calls.size === 0 && writes.presences.size === 0;
}

/** What the rows of `writes` said before, for a commit that was refused and kept perhaps. */
export function undoOf(
  before: TeamState,
  writes: Writes,
  at: number,
): Writes & { unmade: readonly CallRow[] } {
  const calls = new Map<string, { call: CallRow; legs: LegRow[] }>();
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
  return { journal: [], calls, presences, unmade };
}

export async function store(repositories: Repositories, writes: Writes): Promise<void> {
  await repositories.journal.append([...writes.journal]);
  for (const { call, legs } of writes.calls.values()) await repositories.calls.save(call, legs);
  for (const presence of writes.presences.values()) await repositories.presence.save(presence);
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
