import type { AgentId } from '../core/kernel/ids.ts';
import type { CallState, Leg } from '../core/model/call.ts';
import type { Change } from '../core/model/overlay-map.ts';
import { groupOf, profileOf } from '../core/model/set-up.ts';
import type { TeamConfig } from '../core/model/set-up.ts';
import type { CallRow, LegRow } from '../core/ports/live-store.ts';

/** What is written of a call: its row, and of what belongs to it what is different. */
export interface CallWrite {
  readonly call: CallRow;
  readonly legs: readonly LegRow[];
  /** Whose histories have it from now on, or have it otherwise. */
  readonly agents: readonly AgentId[];
}

/** What a change of a call writes. */
export function callWrite(
  config: TeamConfig,
  { before, after }: Change<CallState> & { readonly after: CallState },
  at: number,
): CallWrite {
  const call = callRow(config, after, at);
  if (!before || before.direction !== after.direction) return everythingOf(call, after);
  if (before.legs === after.legs) return { call, legs: [], agents: newAgents(before, after) };
  const known = new Map(before.legs.map((leg) => [leg.id, leg]));
  // On which side of an internal call an agent is follows from all its legs.
  if (after.direction === 'internal' && after.legs.some(({ id }) => !known.has(id))) {
    return everythingOf(call, after);
  }
  const changed = after.legs.filter((leg) => !isSameRow(known.get(leg.id), leg));
  const legs = changed.map((leg) => legRow(after, leg));
  return { call, legs, agents: newAgents(before, after) };
}

export function wholeCallWrite(config: TeamConfig, call: CallState, at: number): CallWrite {
  return everythingOf(callRow(config, call, at), call);
}

/** The last state of each call; and every leg, because a call forgets those of old offers. */
export function mergeCalls(entries: ReadonlyArray<readonly [string, CallWrite]>): Map<string, CallWrite> {
  const calls = new Map<string, CallWrite>();
  for (const [id, write] of entries) {
    const before = calls.get(id);
    calls.set(id, before ? joined(before, write) : write);
  }
  return calls;
}

function joined(before: CallWrite, { call, legs, agents }: CallWrite): CallWrite {
  const later = new Set(legs.map(({ id }) => id));
  return {
    call,
    legs: [...before.legs.filter(({ id }) => !later.has(id)), ...legs],
    agents: [...new Set([...before.agents, ...agents])],
  };
}

/** Calls of which so much is known, the latest. */
const MOST_KNOWN = 20_000;

/**
 * The calls of which everything stands in the database: of them what is different is enough. Others, as those of an earlier server and those of
 * which
 * a row was set aside, are written whole.
 */
export class WholeCalls {
  readonly #ids = new Set<string>();

  /** As they are to be written. */
  completed(calls: ReadonlyMap<string, CallWrite>): CallWrite[] {
    return [...calls].map(([id, write]) => {
      if (this.#ids.has(id)) return write;
      // Written by `callRow`, and only by it.
      return joined(write, everythingOf(write.call, write.call.state as CallState));
    });
  }

  stored(calls: ReadonlyMap<string, CallWrite>): void {
    for (const id of calls.keys()) this.#ids.add(id);
    for (const id of this.#ids) {
      if (this.#ids.size <= MOST_KNOWN) break;
      this.#ids.delete(id);
    }
  }

  forget(ids: Iterable<string>): void {
    for (const id of ids) this.#ids.delete(id);
  }
}

function everythingOf(call: CallRow, state: CallState): CallWrite {
  return { call, legs: legRows(state), agents: state.agentIds };
}

function newAgents(before: CallState, after: CallState): readonly AgentId[] {
  if (before.agentIds === after.agentIds) return [];
  return after.agentIds.filter((agentId) => !before.agentIds.includes(agentId));
}

function isSameRow(before: Leg | undefined, leg: Leg): boolean {
  if (before === leg) return true;
  return (
    before !== undefined &&
    before.endedAt === leg.endedAt &&
    before.answeredAt === leg.answeredAt &&
    causeOf(before) === causeOf(leg) &&
    before.startedAt === leg.startedAt &&
    before.role === leg.role &&
    before.agentId === leg.agentId &&
    before.number === leg.number &&
    before.name === leg.name
  );
}

function causeOf(leg: Leg): LegRow['cause'] {
  return leg.endedAt === null ? null : leg.cause;
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
    groupName: call.groupId ? (groupOf(config, call.groupId)?.name ?? null) : null,
    agentId: call.agentId,
    agentNumber: call.agentId ? (profileOf(config, call.agentId)?.number ?? null) : null,
    agentIds: [...call.agentIds],
    customerId: call.customerId,
    startedAt: call.createdAt,
    answeredAt: call.answeredAt,
    endedAt: ended?.since ?? null,
    waitedMs: call.waitedMs,
    talkMs: call.answeredAt === null ? 0 : Math.max(0, (ended?.since ?? now) - call.answeredAt),
    cause: ended?.cause ?? null,
    data: { ...call.data },
    wrapUp: call.wrapUp,
    state: call,
  };
}

export function legRows(call: CallState): LegRow[] {
  return call.legs.map((leg) => legRow(call, leg));
}

function legRow(call: CallState, leg: Leg): LegRow {
  return {
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
    cause: causeOf(leg),
  };
}
