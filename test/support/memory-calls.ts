import { chineseNumbers } from '../../server/core/kernel/number/numbers.ts';
import type { AgentId } from '../../server/core/kernel/ids.ts';
import type { CallRow, CallStore, LegRow } from '../../server/core/ports/live-store.ts';
import type { CallHistoryStore } from '../../server/features/call-records/call-records-store.ts';
import { compare, newest } from './memory-rows.ts';

interface CallTables {
  calls: Array<{ call: CallRow; legs: LegRow[] }>;
}

/** Calls and their legs, held to what the databases do. */
export function memoryCalls(tables: CallTables): CallStore & CallHistoryStore {
  return {
    retract: async (teamId, id) => {
      tables.calls = tables.calls.filter(({ call }) => call.teamId !== teamId || call.id !== id);
    },
    save: async (call, legs) => saveCall(tables, call, legs),
    saveAll: async (calls) => {
      for (const { call, legs } of calls) saveCall(tables, call, legs);
    },
    byId: async (teamId, id) =>
      tables.calls.find(({ call }) => call.teamId === teamId && call.id === id) ?? null,
    open: async () =>
      tables.calls
        .map(({ call }) => call)
        .filter((call) => call.endedAt === null)
        .toSorted((a, b) => a.startedAt - b.startedAt || compare(a.id, b.id)),
    history: async (teamId, { agentId, side, customer, groups }, cursor, limit) =>
      newest(
        tables.calls
          .filter(({ call }) => call.teamId === teamId)
          .filter(({ call }) => agentId === null || call.agentIds.includes(agentId))
          .filter(({ call }) => customer === null || isOf(call, customer))
          .filter(({ call }) => !groups || call.groupId === null || groups.includes(call.groupId))
          .filter((each) => side === null || side === sideOf(each, agentId))
          .map(({ call }) => call),
        (call) => ({ time: call.startedAt, id: call.id }),
        cursor,
        limit,
      ),
    hasHistory: async (teamId, agentId, comparable) =>
      tables.calls.some(
        ({ call }) =>
          call.teamId === teamId &&
          call.agentIds.includes(agentId) &&
          comparable !== '' &&
          chineseNumbers.comparableNumber(call.number) === comparable,
      ),
    lastAgent: async (teamId, { comparable, customerId, since }) => {
      const [last] = tables.calls
        .map(({ call }) => call)
        .filter(
          (call) =>
            call.teamId === teamId &&
            call.agentId !== null &&
            call.answeredAt !== null &&
            call.answeredAt >= since,
        )
        .filter(
          (call) =>
            (customerId !== null && call.customerId === customerId) ||
            (comparable !== '' && chineseNumbers.comparableNumber(call.number) === comparable),
        )
        .toSorted((a, b) => (b.answeredAt ?? 0) - (a.answeredAt ?? 0));
      return last?.agentId ? { agentId: last.agentId, at: last.answeredAt ?? 0 } : null;
    },
    forgetSnapshots: async (before, most) => {
      const ended = tables.calls
        .map(({ call }) => call)
        .filter(({ endedAt, state }) => endedAt !== null && endedAt < before && state !== null)
        .slice(0, most);
      for (const call of ended) call.state = null;
      return ended.length;
    },
    setCustomer: async (teamId, id, customerId) => {
      for (const { call } of tables.calls) {
        if (call.teamId === teamId && call.id === id) call.customerId = customerId;
      }
    },
  };
}

function saveCall(tables: CallTables, call: CallRow, legs: readonly LegRow[]): void {
  const before = tables.calls.find((each) => each.call.id === call.id);
  const others = (before?.legs ?? []).filter(({ id }) => !legs.some((leg) => leg.id === id));
  const saved = [...others, ...legs].toSorted((a, b) => a.startedAt - b.startedAt || compare(a.id, b.id));
  tables.calls = [...tables.calls.filter((each) => each !== before), { call, legs: saved }];
}

function isOf(call: CallRow, customer: { id: string; comparable: string[] }): boolean {
  if (call.customerId !== null) return call.customerId === customer.id;
  const number = chineseNumbers.comparableNumber(call.number);
  return call.direction !== 'internal' && customer.comparable.includes(number);
}

function sideOf(
  { call, legs }: { call: CallRow; legs: LegRow[] },
  agentId: AgentId | null,
): 'inbound' | 'outbound' {
  if (call.direction !== 'internal' || agentId === null)
    return call.direction === 'outbound' ? 'outbound' : 'inbound';
  return legs.some((leg) => leg.agentId === agentId && leg.role === 'peer') ? 'inbound' : 'outbound';
}
