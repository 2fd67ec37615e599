import { EntitySchema, type EntityManager } from 'typeorm';
import type { AgentId, TeamId } from '../../core/kernel/ids.ts';
import { flag, id, milliseconds, nullable, primaryId, text } from '../../store/columns.ts';
import { insertRows } from '../../store/many-rows.ts';
import type { AgentStore, AgentRow } from './set-up-store.ts';
import type { PresenceStore, PresenceRow } from '../../core/ports/live-store.ts';

const Agent = new EntitySchema<AgentRow>({
  name: 'agent',
  columns: {
    id: primaryId,
    teamId: id,
    number: text,
    username: text,
    name: text,
    role: text,
    passwordHash: text,
    pinHash: nullable(text),
    active: flag,
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

  all(teamId: TeamId): Promise<AgentRow[]> {
    return this.#manager.find(Agent, { where: { teamId }, order: { number: 'ASC' } });
  }

  byId(teamId: TeamId, agentId: AgentId): Promise<AgentRow | null> {
    return this.#manager.findOneBy(Agent, { teamId, id: agentId });
  }

  byUsername(teamId: TeamId, username: string): Promise<AgentRow | null> {
    return this.#manager.findOneBy(Agent, { teamId, username });
  }

  byNumber(teamId: TeamId, number: string): Promise<AgentRow | null> {
    return this.#manager.findOneBy(Agent, { teamId, number });
  }

  async insert(agent: AgentRow): Promise<void> {
    await this.#manager.insert(Agent, agent);
  }
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
    return insertRows(this.#manager, Presence, records, ['agentId']);
  }
}
