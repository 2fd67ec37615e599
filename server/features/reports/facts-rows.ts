import { Brackets, EntitySchema, IsNull, MoreThan, type EntityManager } from 'typeorm';
import type { TeamId, CallId } from '../../core/kernel/ids.ts';
import type { AgentSpanRow, CallPartRow, FactStore, Facts } from '../../core/ports/facts.ts';
import { flag, id, integer, json, milliseconds, nullable, primaryId, text } from '../../store/columns.ts';
import type { RowPage } from '../../core/ports/unit-of-work.ts';
import { decodeCursor, goOnAfter, pageOf } from '../../store/cursor.ts';
import { insertRows } from '../../store/many-rows.ts';
import type { FactHistoryStore, PartFilter, SpanFilter } from './facts-store.ts';

const AgentSpan = new EntitySchema<AgentSpanRow>({
  name: 'agent_span',
  columns: {
    agentId: primaryId,
    startedAt: { ...milliseconds, primary: true },
    version: { ...integer, primary: true },
    teamId: id,
    agentNumber: text,
    agentName: text,
    state: text,
    reasonId: nullable(id),
    reasonLabel: nullable(json),
    reasonPaid: nullable(flag),
    callId: nullable(id),
    groupId: nullable(id),
    groupName: nullable(text),
    endedAt: nullable(milliseconds),
    estimated: flag,
  },
});

const CallPart = new EntitySchema<CallPartRow>({
  name: 'call_part',
  columns: {
    id: primaryId,
    callId: id,
    teamId: id,
    direction: text,
    role: text,
    broughtBy: nullable(id),
    agentId: nullable(id),
    agentNumber: nullable(text),
    agentName: nullable(text),
    groupId: nullable(id),
    groupName: nullable(text),
    startedAt: milliseconds,
    answeredAt: nullable(milliseconds),
    endedAt: nullable(milliseconds),
    queueMs: nullable(milliseconds),
    ringMs: milliseconds,
    talkMs: milliseconds,
    holdMs: milliseconds,
    wrapUpMs: milliseconds,
    outcome: nullable(text),
    cause: nullable(text),
    estimated: flag,
  },
});

export const factEntities = [AgentSpan, CallPart];

export class FactRows implements FactStore, FactHistoryStore {
  readonly #manager: EntityManager;
  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  async save({ spans, parts }: Facts): Promise<void> {
    await insertRows(this.#manager, AgentSpan, spans, {
      by: ['agentId', 'startedAt', 'version'],
      lasting: ['teamId'],
    });
    await insertRows(this.#manager, CallPart, parts, {
      by: ['id'],
      lasting: ['callId', 'teamId', 'startedAt'],
    });
  }

  async retract({ spans, parts }: Facts): Promise<void> {
    for (const { agentId, startedAt, version } of spans) {
      await this.#manager.delete(AgentSpan, { agentId, startedAt, version });
    }
    for (const part of parts) await this.#manager.delete(CallPart, { id: part.id });
  }

  async open(teamId: TeamId, now: number): Promise<Facts> {
    const open = { teamId, endedAt: IsNull() };
    return {
      spans: await this.#manager.find(AgentSpan, { where: [open, { teamId, endedAt: MoreThan(now) }] }),
      parts: await this.#manager.find(CallPart, { where: open }),
    };
  }

  async spans(
    teamId: TeamId,
    { from, to, agents }: SpanFilter,
    cursor: string | null,
    limit: number,
  ): Promise<RowPage<AgentSpanRow>> {
    const after = cursor === null ? null : spanPlace(cursor);
    const found: AgentSpanRow[] = [];
    // All that begins in the time stands before what reaches into it.
    for (const which of ['s.startedAt >= :from AND s.startedAt < :to', REACHES_INTO]) {
      const most = limit + 1 - found.length;
      if (most === 0) break;
      const query = this.#manager
        .createQueryBuilder(AgentSpan, 's')
        .where('s.teamId = :teamId', { teamId })
        .andWhere(which, { from, to })
        .orderBy('s.startedAt', 'DESC')
        .addOrderBy('s.agentId', 'DESC')
        .addOrderBy('s.version', 'DESC')
        .take(most);
      if (agents !== null) query.andWhere('s.agentId IN (:...agents)', { agents });
      if (after !== null) goOnAfter(query, 's.startedAt', LATER_SPAN, after);
      found.push(...(await query.getMany()));
    }
    return pageOf(found, limit, ({ startedAt, agentId, version }) => ({
      time: startedAt,
      id: `${agentId}:${version}`,
    }));
  }

  ofCall(teamId: TeamId, callId: CallId): Promise<CallPartRow[]> {
    return this.#manager.find(CallPart, {
      where: { teamId, callId },
      order: { startedAt: 'ASC', id: 'ASC' },
    });
  }

  async parts(
    teamId: TeamId,
    { from, to, agentId, withSupervisors, visible }: PartFilter,
    cursor: string | null,
    limit: number,
  ): Promise<RowPage<CallPartRow>> {
    const query = this.#manager
      .createQueryBuilder(CallPart, 'p')
      .where('p.teamId = :teamId AND p.startedAt >= :from AND p.startedAt < :to', { teamId, from, to })
      .orderBy('p.startedAt', 'DESC')
      .addOrderBy('p.id', 'DESC')
      .take(limit + 1);
    if (agentId !== null) query.andWhere('p.agentId = :agentId', { agentId });
    if (!withSupervisors) query.andWhere("p.role <> 'supervisor'");
    if (visible !== null) {
      const { groups, agents, own } = visible;
      query.andWhere(
        new Brackets((or) => {
          or.where(`${hadBy('= :own')}`, { own });
          if (groups.length > 0) or.orWhere('p.groupId IN (:...groups)', { groups });
          if (agents.length > 0) or.orWhere(`p.groupId IS NULL AND ${hadBy('IN (:...agents)')}`, { agents });
        }),
      );
    }
    if (cursor !== null) {
      const { time, id: partId } = decodeCursor(cursor);
      goOnAfter(query, 'p.startedAt', 'p.id < :partId', { time, partId });
    }
    return pageOf(await query.getMany(), limit, (row) => ({ time: row.startedAt, id: row.id }));
  }
}

/**
 * Spans that begin before the time and end in it, or not at all. An agent's spans follow each other, so it is the last before: found by
 * agent, and not by looking at all that have ever been.
 */
const REACHES_INTO = `(s.agentId, s.startedAt) IN (
    SELECT a.id, (SELECT MAX(x.started_at) FROM agent_span x WHERE x.agent_id = a.id AND x.started_at < :from)
    FROM agent a WHERE a.team_id = :teamId
  ) AND (s.endedAt IS NULL OR s.endedAt > :from)`;

const LATER_SPAN = 's.agentId < :agentId OR (s.agentId = :agentId AND s.version < :version)';

function spanPlace(cursor: string): { time: number; agentId: string; version: number } {
  const { time, id: place } = decodeCursor(cursor);
  const colon = place.lastIndexOf(':');
  return { time, agentId: place.slice(0, colon), version: Number(place.slice(colon + 1)) };
}

/** The call was offered to one of these, or had by one. */
function hadBy(agents: string): string {
  return `EXISTS (SELECT 1 FROM call_agent a WHERE a.call_id = p.callId AND a.agent_id ${agents})`;
}
