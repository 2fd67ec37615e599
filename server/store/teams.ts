import { EntitySchema, type EntityManager } from 'typeorm';
import type { AgentId, GroupId, TeamId } from '../core/ids.ts';
import type { PhoneRow, ReasonRow, RouteRow, TeamRepository, TeamRow } from '../core/ports/repositories.ts';
import { id, integer, json, nullable, primaryId, text } from './columns.ts';

const Team = new EntitySchema<TeamRow>({
  name: 'team',
  columns: {
    id: primaryId,
    slug: text,
    name: text,
    locale: text,
    allowedOrigins: json,
    embedSecret: text,
    callerIds: json,
    customerFields: json,
  },
});

const Reason = new EntitySchema<ReasonRow>({
  name: 'reason',
  columns: { id: primaryId, teamId: id, kind: text, label: json, position: integer },
});

interface RouteRecord {
  number: string;
  teamId: TeamId;
  groupId: GroupId | null;
  agentId: AgentId | null;
}
const Route = new EntitySchema<RouteRecord>({
  name: 'route',
  columns: { number: primaryId, teamId: id, groupId: nullable(id), agentId: nullable(id) },
});

const Phone = new EntitySchema<PhoneRow>({
  name: 'phone',
  columns: {
    endpointId: primaryId,
    teamId: id,
    username: text,
    name: text,
    ha1: text,
    ha1Sha256: { ...nullable(text), name: 'ha1_sha256' },
  },
});

export const teamEntities = [Team, Reason, Route, Phone];

export class Teams implements TeamRepository {
  readonly #manager: EntityManager;
  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  all(): Promise<TeamRow[]> {
    return this.#manager.find(Team, { order: { id: 'ASC' } });
  }

  byId(teamId: TeamId): Promise<TeamRow | null> {
    return this.#manager.findOneBy(Team, { id: teamId });
  }

  bySlug(slug: string): Promise<TeamRow | null> {
    return this.#manager.findOneBy(Team, { slug });
  }

  async insert(team: TeamRow): Promise<void> {
    await this.#manager.insert(Team, team);
  }

  async setAllowedOrigins(teamId: TeamId, allowedOrigins: string[]): Promise<void> {
    await this.#manager.update(Team, { id: teamId }, { allowedOrigins });
  }

  reasons(teamId: TeamId): Promise<ReasonRow[]> {
    return this.#manager.find(Reason, { where: { teamId }, order: { position: 'ASC', id: 'ASC' } });
  }

  async insertReason(reason: ReasonRow): Promise<void> {
    await this.#manager.insert(Reason, reason);
  }

  async route(number: string): Promise<RouteRow | null> {
    const record = await this.#manager.findOneBy(Route, { number });
    if (record === null) return null;
    const { teamId, groupId, agentId } = record;
    if (groupId !== null) return { number, teamId, target: { kind: 'group', groupId } };
    if (agentId !== null) return { number, teamId, target: { kind: 'agent', agentId } };
    return null;
  }

  async insertRoute({ number, teamId, target }: RouteRow): Promise<void> {
    await this.#manager.insert(Route, {
      number,
      teamId,
      groupId: target.kind === 'group' ? target.groupId : null,
      agentId: target.kind === 'agent' ? target.agentId : null,
    });
  }

  phones(teamId: TeamId): Promise<PhoneRow[]> {
    return this.#manager.find(Phone, { where: { teamId }, order: { username: 'ASC' } });
  }

  async insertPhone(phone: PhoneRow): Promise<void> {
    await this.#manager.insert(Phone, phone);
  }
}
