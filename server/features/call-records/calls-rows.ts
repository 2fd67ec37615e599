import { Brackets, EntitySchema, IsNull, type EntityManager } from 'typeorm';
import type { AgentId, CallId, CustomerId, TeamId } from '../../core/kernel/ids.ts';
import type { CallSide } from '../../vocabulary/directions.ts';
import type { Numbers } from '../../core/kernel/number/numbers.ts';
import { id, json, milliseconds, nullable, primaryId, text } from '../../store/columns.ts';
import { decodeCursor, goOnAfter, pageOf } from '../../store/cursor.ts';
import { insertRows } from '../../store/many-rows.ts';
import type { CallFilter, CallHistoryStore } from './call-records-store.ts';
import type { CallRow, CallStore, LastAgent, LegRow } from '../../core/ports/live-store.ts';
import type { RowPage } from '../../core/ports/unit-of-work.ts';
import type { CallResult, WrapUp } from '../../core/model/wrap-up.ts';

interface CallRecord extends Omit<CallRow, 'state' | 'wrapUp'> {
  /** `number` in the form in which spellings are compared. */
  comparable: string;
  /** JSON of the core's snapshot. */
  state: string;
  wrapUpReasonId: WrapUp['reasonId'];
  wrapUpLabel: WrapUp['label'];
  wrapUpNotes: string | null;
  wrapUpResult: CallResult | null;
  wrapUpAgentId: AgentId | null;
  wrapUpAgentNumber: string | null;
  /** Null: nothing was noted down. */
  wrapUpAt: number | null;
}
const Call = new EntitySchema<CallRecord>({
  name: 'call',
  columns: {
    id: primaryId,
    teamId: id,
    direction: text,
    number: text,
    comparable: text,
    name: nullable(text),
    did: nullable(text),
    groupId: nullable(id),
    groupName: nullable(text),
    agentId: nullable(id),
    agentNumber: nullable(text),
    agentIds: json,
    customerId: nullable(id),
    startedAt: milliseconds,
    answeredAt: nullable(milliseconds),
    endedAt: nullable(milliseconds),
    waitedMs: nullable(milliseconds),
    talkMs: milliseconds,
    cause: nullable(text),
    data: json,
    state: text,
    wrapUpReasonId: nullable(id),
    wrapUpLabel: nullable(json),
    wrapUpNotes: nullable(text),
    wrapUpResult: nullable(json),
    wrapUpAgentId: nullable(id),
    wrapUpAgentNumber: nullable(text),
    wrapUpAt: nullable(milliseconds),
  },
});

const Leg = new EntitySchema<LegRow>({
  name: 'leg',
  columns: {
    id: primaryId,
    callId: id,
    teamId: id,
    role: text,
    agentId: nullable(id),
    number: text,
    name: nullable(text),
    startedAt: milliseconds,
    answeredAt: nullable(milliseconds),
    endedAt: nullable(milliseconds),
    cause: nullable(text),
  },
});

/** Whose history lists the call, and on which side. */
interface CallAgentRecord {
  callId: CallId;
  agentId: AgentId;
  teamId: TeamId;
  side: CallSide;
}
const CallAgent = new EntitySchema<CallAgentRecord>({
  name: 'call_agent',
  columns: { callId: primaryId, agentId: primaryId, teamId: id, side: text },
});

export const callEntities = [Call, Leg, CallAgent];

export class Calls implements CallStore, CallHistoryStore {
  readonly #manager: EntityManager;
  readonly #spelling: Numbers;
  constructor(manager: EntityManager, spelling: Numbers) {
    this.#manager = manager;
    this.#spelling = spelling;
  }

  save(call: CallRow, legs: readonly LegRow[]): Promise<void> {
    return this.saveAll([{ call, legs }]);
  }

  async saveAll(calls: readonly CallOfAgents[]): Promise<void> {
    const records = calls.map(({ call }) => toRecord(call, this.#spelling.comparableNumber(call.number)));
    await insertRows(this.#manager, Call, records, {
      by: ['id'],
      lasting: ['teamId', 'number', 'comparable', 'startedAt'],
    });
    const legs = calls.flatMap((each) => each.legs);
    await insertRows(this.#manager, Leg, legs, { by: ['id'], lasting: ['callId', 'teamId'] });
    const agents = calls.flatMap((each) => agentsOf(each));
    await insertRows(this.#manager, CallAgent, agents, {
      by: ['callId', 'agentId'],
      lasting: ['teamId'],
    });
  }

  async retract(teamId: TeamId, callId: CallId): Promise<void> {
    await this.#manager.delete(Call, { teamId, id: callId });
  }

  async byId(teamId: TeamId, callId: CallId): Promise<{ call: CallRow; legs: LegRow[] } | null> {
    const call = await this.#manager.findOneBy(Call, { teamId, id: callId });
    if (call === null) return null;
    const legs = await this.#manager.find(Leg, {
      where: { teamId, callId },
      order: { startedAt: 'ASC', id: 'ASC' },
    });
    return { call: toRow(call), legs };
  }

  async open(): Promise<CallRow[]> {
    const calls = await this.#manager.find(Call, {
      where: { endedAt: IsNull() },
      order: { startedAt: 'ASC', id: 'ASC' },
    });
    return calls.map(toRow);
  }

  async history(
    teamId: TeamId,
    { agentId, side, customer, groups }: CallFilter,
    cursor: string | null,
    limit: number,
  ): Promise<RowPage<CallRow>> {
    const query = this.#manager
      .createQueryBuilder(Call, 'c')
      .where('c.teamId = :teamId', { teamId })
      .orderBy('c.startedAt', 'DESC')
      .addOrderBy('c.id', 'DESC')
      .take(limit + 1);
    if (agentId !== null) {
      query.innerJoin(CallAgent.options.name, 'a', 'a.callId = c.id AND a.agentId = :agentId', { agentId });
      if (side !== null) query.andWhere('a.side = :side', { side });
    } else if (side !== null) {
      query.andWhere(`c.direction ${side === 'outbound' ? '=' : '<>'} 'outbound'`);
    }
    if (customer !== null) {
      query.andWhere(
        new Brackets((or) => {
          or.where('c.customerId = :customerId', { customerId: customer.id });
          if (customer.comparable.length === 0) return;
          // Calls of the number from before it had a card. Colleagues' extensions are nobody's telephone number.
          or.orWhere("c.customerId IS NULL AND c.comparable IN (:...numbers) AND c.direction <> 'internal'", {
            numbers: customer.comparable,
          });
        }),
      );
    }
    if (groups !== undefined) {
      const ofThese = groups.length === 0 ? '' : ' OR c.groupId IN (:...groups)';
      query.andWhere(`(c.groupId IS NULL${ofThese})`, { groups });
    }
    if (cursor !== null) {
      const { time, id: after } = decodeCursor(cursor);
      goOnAfter(query, 'c.startedAt', 'c.id < :after', { time, after });
    }
    const page = pageOf(await query.getMany(), limit, (row) => ({ time: row.startedAt, id: row.id }));
    return { items: page.items.map(toRow), next: page.next };
  }

  async hasHistory(teamId: TeamId, agentId: AgentId, comparable: string): Promise<boolean> {
    if (comparable === '') return false;
    return this.#manager
      .createQueryBuilder(Call, 'c')
      .innerJoin(CallAgent.options.name, 'a', 'a.callId = c.id AND a.agentId = :agentId', { agentId })
      .where('c.teamId = :teamId AND c.comparable = :comparable', { teamId, comparable })
      .getExists();
  }

  async lastAgent(
    teamId: TeamId,
    { comparable, customerId, since }: { comparable: string; customerId: CustomerId | null; since: number },
  ): Promise<LastAgent | null> {
    if (comparable === '' && customerId === null) return null;
    const row = await this.#manager
      .createQueryBuilder(Call, 'c')
      .select(['c.id', 'c.agentId', 'c.answeredAt'])
      .where('c.teamId = :teamId AND c.agentId IS NOT NULL AND c.answeredAt >= :since', { teamId, since })
      .andWhere('(c.comparable = :comparable OR c.customerId = :customerId)', {
        comparable: comparable || null,
        customerId,
      })
      .orderBy('c.answeredAt', 'DESC')
      .limit(1)
      .getOne();
    return row?.agentId && row.answeredAt !== null ? { agentId: row.agentId, at: row.answeredAt } : null;
  }

  async forgetSnapshots(before: number, most: number): Promise<number> {
    const rows = await this.#manager
      .createQueryBuilder(Call, 'c')
      .select('c.id')
      .where(`c.endedAt IS NOT NULL AND c.state <> 'null' AND c.endedAt < :before`, { before })
      .take(most)
      .getMany();
    if (rows.length > 0) {
      const ids = rows.map((row) => row.id);
      await this.#manager.update(Call, ids, { state: () => `'null'` });
    }
    return rows.length;
  }

  async setCustomer(teamId: TeamId, callId: CallId, customerId: CustomerId | null): Promise<void> {
    await this.#manager.update(Call, { teamId, id: callId }, { customerId });
  }
}

interface CallOfAgents {
  readonly call: CallRow;
  readonly legs: readonly LegRow[];
  readonly agents?: readonly AgentId[];
}

function agentsOf({ call, legs, agents = call.agentIds }: CallOfAgents): CallAgentRecord[] {
  return agents.map((agentId) => ({
    callId: call.id,
    agentId,
    teamId: call.teamId,
    side: sideOf(call, legs, agentId),
  }));
}

/** An internal call is outbound for the agent who dialled and inbound for the one who was called (the `peer`). */
function sideOf(call: CallRow, legs: readonly LegRow[], agentId: AgentId): CallSide {
  if (call.direction === 'outbound') return 'outbound';
  if (call.direction !== 'internal') return 'inbound';
  const called = legs.some((leg) => leg.agentId === agentId && leg.role === 'peer');
  return called ? 'inbound' : 'outbound';
}

function toRecord(row: CallRow, comparable: string): CallRecord {
  const { wrapUp } = row;
  return {
    comparable,
    wrapUpReasonId: wrapUp?.reasonId ?? null,
    wrapUpLabel: wrapUp?.label ?? null,
    wrapUpNotes: wrapUp?.notes ?? null,
    wrapUpResult: wrapUp?.result ?? null,
    wrapUpAgentId: wrapUp?.agentId ?? null,
    wrapUpAgentNumber: wrapUp?.agentNumber ?? null,
    wrapUpAt: wrapUp?.at ?? null,
    ...row,
    state: JSON.stringify(row.state),
  };
}

function toRow(record: CallRecord): CallRow {
  const {
    comparable: _comparable,
    state,
    wrapUpReasonId: reasonId,
    wrapUpLabel: label,
    wrapUpNotes: notes,
    wrapUpResult: result,
    wrapUpAgentId: agentId,
    wrapUpAgentNumber: agentNumber,
    wrapUpAt: at,
    ...row
  } = record;
  const wrapUp =
    agentId === null || at === null
      ? null
      : { reasonId, label, notes: notes ?? '', ...(result && { result }), agentId, agentNumber, at };
  return { ...row, wrapUp, state: JSON.parse(state) as unknown };
}
