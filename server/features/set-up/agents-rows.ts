import { EntitySchema, In, IsNull, Not, type EntityManager } from 'typeorm';
import type { AgentId, TeamId } from '../../core/kernel/ids.ts';
import { flag, id, integer, milliseconds, nullable, primaryId, text } from '../../store/columns.ts';
import { readSorted } from '../../store/cursor.ts';
import { insertRows } from '../../store/many-rows.ts';
import { escapeLike, searchKey } from '../../store/search-key.ts';
import { updateVersioned } from '../../store/versioned.ts';
import type { RowPage } from '../../core/ports/unit-of-work.ts';
import { NEW_AGENT } from './set-up-store.ts';
import type { AgentStore, AgentRow, AgentSearch, DialledNumber, NewAgent } from './set-up-store.ts';
import type { PresenceStore, PresenceRow } from '../../core/ports/live-store.ts';

/** What was deleted has given its number and its user name away, and holds its id in their place. */
interface AgentRecord extends AgentRow {
  /** As the name is searched for. */
  nameKey: string;
  releasedNumber: string | null;
  releasedUsername: string | null;
}
const Agent = new EntitySchema<AgentRecord>({
  name: 'agent',
  columns: {
    id: primaryId,
    teamId: id,
    number: text,
    username: text,
    name: text,
    nameKey: text,
    email: text,
    role: text,
    outsideNumber: nullable(text),
    passwordHash: text,
    passwordMustChange: flag,
    pinHash: nullable(text),
    active: flag,
    version: integer,
    deletedAt: nullable(milliseconds),
    releasedNumber: nullable(text),
    releasedUsername: nullable(text),
  },
});

interface PresenceRecord extends Omit<PresenceRow, 'state'> {
  /** JSON of the core's snapshot. */
  state: string;
}
const Presence = new EntitySchema<PresenceRecord>({
  name: 'presence',
  columns: { agentId: primaryId, teamId: id, state: text, updatedAt: milliseconds },
});

export const agentEntities = [Agent, Presence];

export class Agents implements AgentStore {
  readonly #manager: EntityManager;
  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  async all(teamId: TeamId): Promise<AgentRow[]> {
    const records = await this.#manager.find(Agent, { where: { teamId }, order: { number: 'ASC' } });
    return records.map(rowOf);
  }

  async search(teamId: TeamId, query: AgentSearch): Promise<RowPage<AgentRow>> {
    const { q, role, active, memberOf, leaderOf } = query;
    const found = this.#manager
      .createQueryBuilder(Agent, 'a')
      .where('a.teamId = :teamId AND a.deletedAt IS NULL', { teamId });
    if (role !== undefined) found.andWhere('a.role = :role', { role });
    if (active !== undefined) found.andWhere('a.active = :active', { active });
    if (memberOf !== undefined) found.andWhere(belongsTo('group_member', 'memberOf'), { memberOf });
    if (leaderOf !== undefined) found.andWhere(belongsTo('group_leader', 'leaderOf'), { leaderOf });
    const key = searchKey(q ?? '');
    if (key !== '') {
      const begins = ['a.number', 'LOWER(a.username)', 'LOWER(a.email)'];
      const matches = [
        `a.nameKey LIKE :part ESCAPE '\\'`,
        ...begins.map((each) => `${each} LIKE :begin ESCAPE '\\'`),
      ];
      const literally = escapeLike(key);
      found.andWhere(`(${matches.join(' OR ')})`, { part: `%${literally}%`, begin: `${literally}%` });
    }
    const columns = { number: 'number', name: 'nameKey', username: 'username', role: 'role' } as const;
    const page = await readSorted(found, query, columns);
    return { items: page.items.map(rowOf), next: page.next };
  }

  byId(teamId: TeamId, agentId: AgentId): Promise<AgentRow | null> {
    return this.#one({ teamId, id: agentId });
  }

  async known(teamId: TeamId, ids: readonly string[]): Promise<Set<string>> {
    const found = await this.#manager.find(Agent, {
      select: { id: true },
      where: { teamId, id: In([...ids]), deletedAt: IsNull() },
    });
    return new Set(found.map(({ id: agentId }) => agentId));
  }

  byUsername(teamId: TeamId, username: string): Promise<AgentRow | null> {
    return this.#one({ teamId, username });
  }

  byNumber(teamId: TeamId, number: string): Promise<AgentRow | null> {
    return this.#one({ teamId, number });
  }

  async outsideNumbers(): Promise<DialledNumber[]> {
    const records = await this.#manager.find(Agent, {
      select: { teamId: true, name: true, outsideNumber: true },
      where: { outsideNumber: Not(IsNull()), deletedAt: IsNull() },
    });
    return records.map(({ teamId, name, outsideNumber }) => ({ teamId, name, number: outsideNumber ?? '' }));
  }

  async #one(
    where: Partial<Pick<AgentRow, 'teamId' | 'id' | 'username' | 'number'>>,
  ): Promise<AgentRow | null> {
    const record = await this.#manager.findOneBy(Agent, where);
    return record && rowOf(record);
  }

  async insert(agent: NewAgent): Promise<void> {
    await this.#manager.insert(Agent, { version: 1, ...NEW_AGENT, ...agent, nameKey: searchKey(agent.name) });
  }

  async update(agent: AgentRow): Promise<boolean> {
    const { id: agentId, teamId, version, ...columns } = agent;
    const released =
      agent.deletedAt === null
        ? {}
        : {
            number: agentId,
            username: agentId,
            releasedNumber: agent.number,
            releasedUsername: agent.username,
          };
    return updateVersioned(
      this.#manager,
      Agent,
      { id: agentId, teamId, version },
      { ...columns, nameKey: searchKey(agent.name), ...released },
    );
  }

  async replacePassword(
    { teamId, id: agentId }: Pick<AgentRow, 'teamId' | 'id'>,
    was: string,
    now: string,
  ): Promise<boolean> {
    const { affected } = await this.#manager.update(
      Agent,
      { teamId, id: agentId, passwordHash: was },
      { passwordHash: now, passwordMustChange: false, version: () => 'version + 1' },
    );
    return affected === 1;
  }

  async raiseVersions(teamId: TeamId, ids: readonly AgentId[]): Promise<void> {
    if (ids.length > 0) await this.#manager.increment(Agent, { teamId, id: In([...ids]) }, 'version', 1);
  }
}

function belongsTo(table: string, parameter: string): string {
  return `EXISTS (SELECT 1 FROM ${table} b WHERE b.group_id = :${parameter} AND b.agent_id = a.id)`;
}

function rowOf({ releasedNumber, releasedUsername, nameKey: _nameKey, ...agent }: AgentRecord): AgentRow {
  return {
    ...agent,
    number: releasedNumber ?? agent.number,
    username: releasedUsername ?? agent.username,
  };
}

export class Presences implements PresenceStore {
  readonly #manager: EntityManager;
  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  async all(teamId: TeamId): Promise<PresenceRow[]> {
    const records = await this.#manager.findBy(Presence, { teamId });
    return records.map((record) => ({ ...record, state: JSON.parse(record.state) as unknown }));
  }

  saveAll(rows: readonly PresenceRow[]): Promise<void> {
    const records = rows.map((row) => ({ ...row, state: JSON.stringify(row.state) }));
    return insertRows(this.#manager, Presence, records, { by: ['agentId'], lasting: ['teamId'] });
  }
}
