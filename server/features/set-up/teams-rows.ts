import { EntitySchema, type EntityManager } from 'typeorm';
import type { AgentId, GroupId, TeamId } from '../../core/kernel/ids.ts';
import { id, integer, json, nullable, primaryId, text } from '../../store/columns.ts';
import { placeOf } from '../../store/sealed-columns.ts';
import type { Secrets } from '../../store/secrets.ts';
import type { PhoneRow, ReasonRow, RouteRow, TeamStore, TeamRow } from './set-up-store.ts';

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

export class Teams implements TeamStore {
  readonly #manager: EntityManager;
  readonly #secrets: Secrets;
  constructor(manager: EntityManager, secrets: Secrets) {
    this.#manager = manager;
    this.#secrets = secrets;
  }

  async all(): Promise<TeamRow[]> {
    const teams = await this.#manager.find(Team, { order: { id: 'ASC' } });
    return teams.map((team) => this.#opened(team));
  }

  async byId(teamId: TeamId): Promise<TeamRow | null> {
    const team = await this.#manager.findOneBy(Team, { id: teamId });
    return team && this.#opened(team);
  }

  async bySlug(slug: string): Promise<TeamRow | null> {
    const team = await this.#manager.findOneBy(Team, { slug });
    return team && this.#opened(team);
  }

  async insert(team: TeamRow): Promise<void> {
    const embedSecret = this.#secrets.seal(team.embedSecret, embedSecretOf(team));
    await this.#manager.insert(Team, { ...team, embedSecret });
  }

  #opened(team: TeamRow): TeamRow {
    return { ...team, embedSecret: this.#secrets.open(team.embedSecret, embedSecretOf(team)) };
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

  async phones(teamId: TeamId): Promise<PhoneRow[]> {
    const phones = await this.#manager.find(Phone, { where: { teamId }, order: { username: 'ASC' } });
    return phones.map((phone) => withHashes(phone, (value, place) => this.#secrets.open(value, place)));
  }

  async insertPhone(phone: PhoneRow): Promise<void> {
    await this.#manager.insert(
      Phone,
      withHashes(phone, (value, place) => this.#secrets.seal(value, place)),
    );
  }
}

function embedSecretOf(team: TeamRow): string {
  return placeOf('team', 'embed_secret', team.id);
}

function withHashes(phone: PhoneRow, change: (value: string, place: string) => string): PhoneRow {
  const { endpointId, ha1, ha1Sha256 } = phone;
  return {
    ...phone,
    ha1: change(ha1, placeOf('phone', 'ha1', endpointId)),
    ha1Sha256: ha1Sha256 && change(ha1Sha256, placeOf('phone', 'ha1_sha256', endpointId)),
  };
}
