import { EntitySchema, Like, type EntityManager } from 'typeorm';
import type { AgentId, GroupId, TeamId } from '../../core/kernel/ids.ts';
import { flag, id, integer, json, milliseconds, nullable, primaryId, text } from '../../store/columns.ts';
import type { RowPage, RowQuery } from '../../core/ports/unit-of-work.ts';
import { listSorted } from '../../store/cursor.ts';
import { searchKey } from '../../store/search-key.ts';
import type { ReasonKind } from '../../vocabulary/reason-kinds.ts';
import { rowsWhere } from '../../store/rows-where.ts';
import { placeOf } from '../../store/sealed-columns.ts';
import type { Secrets } from '../../store/secrets.ts';
import { updateVersioned } from '../../store/versioned.ts';
import { NEW_REASON } from '../../core/model/set-up.ts';
import { searchLabelled } from './labelled-rows.ts';
import { NEW_TEAM } from './set-up-store.ts';
import type {
  EmbedSecrets,
  NewReason,
  NewRoute,
  NewTeam,
  ReasonRow,
  RouteRow,
  TeamRow,
  TeamRules,
  TeamStore,
} from './set-up-store.ts';

const Team = new EntitySchema<TeamRow>({
  name: 'team',
  columns: {
    id: primaryId,
    slug: text,
    name: text,
    locale: text,
    timeZone: text,
    allowedOrigins: json,
    embedSecret: text,
    previousEmbedSecret: nullable(text),
    previousEmbedSecretUntil: nullable(milliseconds),
    callerIds: json,
    monitorNotice: text,
    priorityPointMs: milliseconds,
    outsidePhones: text,
    outsideConfirm: text,
    setUpVersion: integer,
  },
});

const Reason = new EntitySchema<ReasonRow>({
  name: 'reason',
  columns: {
    id: primaryId,
    teamId: id,
    kind: text,
    label: json,
    parentId: nullable(id),
    colour: nullable(text),
    paid: flag,
    limitMs: nullable(milliseconds),
    marks: json,
    position: integer,
    version: integer,
    deletedAt: nullable(milliseconds),
  },
});

interface RouteRecord {
  number: string;
  teamId: TeamId;
  groupId: GroupId | null;
  agentId: AgentId | null;
  priority: number;
  version: number;
}
const Route = new EntitySchema<RouteRecord>({
  name: 'route',
  columns: {
    number: primaryId,
    teamId: id,
    groupId: nullable(id),
    agentId: nullable(id),
    priority: integer,
    version: integer,
  },
});

export const teamEntities = [Team, Reason, Route];

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

  async insert(team: NewTeam): Promise<void> {
    await this.#manager.insert(Team, {
      ...NEW_TEAM,
      ...team,
      ...this.#sealed({ ...NEW_TEAM, ...team }),
    });
  }

  #opened(team: TeamRow): TeamRow {
    return { ...team, ...withSecrets(team, (value, place) => this.#secrets.open(value, place)) };
  }

  #sealed(team: EmbedSecrets & Pick<TeamRow, 'id'>): EmbedSecrets {
    return withSecrets(team, (value, place) => this.#secrets.seal(value, place));
  }

  async setEmbedSecret(teamId: TeamId, secrets: EmbedSecrets): Promise<void> {
    await this.#manager.update(Team, { id: teamId }, this.#sealed({ id: teamId, ...secrets }));
  }

  async setAllowedOrigins(teamId: TeamId, allowedOrigins: string[]): Promise<void> {
    await this.#manager.update(Team, { id: teamId }, { allowedOrigins });
  }

  async setRules(teamId: TeamId, rules: Partial<TeamRules>): Promise<void> {
    await this.#manager.update(Team, { id: teamId }, rules);
  }

  reasons(teamId: TeamId): Promise<ReasonRow[]> {
    return this.#manager.find(Reason, { where: { teamId }, order: { position: 'ASC', id: 'ASC' } });
  }

  async searchReasons(teamId: TeamId, query: ReasonSearch): Promise<RowPage<ReasonRow>> {
    return searchReasons(await this.reasons(teamId), query);
  }

  async insertReason(reason: NewReason): Promise<void> {
    await this.#manager.insert(Reason, { version: 1, ...NEW_REASON, ...reason });
  }

  updateReason({ id: reasonId, teamId, version, ...columns }: ReasonRow): Promise<boolean> {
    return updateVersioned(this.#manager, Reason, { id: reasonId, teamId, version }, columns);
  }

  async raiseSetUpVersion(teamId: TeamId): Promise<void> {
    await this.#manager.increment(Team, { id: teamId }, 'setUpVersion', 1);
  }

  async route(number: string): Promise<RouteRow | null> {
    const [record] = await rowsWhere(this.#manager, Route, { number });
    return record === undefined ? null : routeOf(record);
  }

  async routesEndingIn(digits: string): Promise<RouteRow[]> {
    const number = Like(`%${digits}`);
    const records = await this.#manager.find(Route, { where: { number }, order: { number: 'ASC' } });
    return records.flatMap((record) => routeOf(record) ?? []);
  }

  async routes(teamId: TeamId): Promise<RouteRow[]> {
    const records = await this.#manager.find(Route, { where: { teamId }, order: { number: 'ASC' } });
    return records.flatMap((record) => routeOf(record) ?? []);
  }

  async searchRoutes(teamId: TeamId, query: RouteSearch): Promise<RowPage<RouteRow>> {
    return searchRoutes(await this.routes(teamId), query);
  }

  async insertRoute({ target, ...route }: NewRoute): Promise<void> {
    await this.#manager.insert(Route, { priority: 0, version: 1, ...route, ...targetColumns(target) });
  }

  updateRoute({ number, teamId, version, target, priority }: RouteRow): Promise<boolean> {
    return updateVersioned(
      this.#manager,
      Route,
      { number, teamId, version },
      { ...targetColumns(target), priority },
    );
  }

  async deleteRoute({ number, teamId }: RouteRow): Promise<void> {
    await this.#manager.delete(Route, { number, teamId });
  }
}

type ReasonSearch = RowQuery<'position' | 'label'> & { kind?: ReasonKind | undefined };
type RouteSearch = RowQuery<'number'> & { groupId?: string | undefined; agentId?: string | undefined };

/** A team has few enough reasons to look through. */
export function searchReasons(
  rows: readonly ReasonRow[],
  { kind, ...query }: ReasonSearch,
): RowPage<ReasonRow> {
  return searchLabelled(
    rows.filter((row) => row.deletedAt === null && (kind === undefined || row.kind === kind)),
    query,
  );
}

export function searchRoutes(
  rows: readonly RouteRow[],
  { groupId, agentId, ...query }: RouteSearch,
): RowPage<RouteRow> {
  const key = searchKey(query.q ?? '');
  const leadsThere = ({ target }: RouteRow) =>
    (groupId === undefined || (target.kind === 'group' && target.groupId === groupId)) &&
    (agentId === undefined || (target.kind === 'agent' && target.agentId === agentId));
  const found = rows.filter((row) => row.number.includes(key) && leadsThere(row));
  return listSorted(found, query, { number: (row) => row.number }, ({ number }) => number);
}

function routeOf({ groupId, agentId, ...route }: RouteRecord): RouteRow | null {
  if (groupId !== null) return { ...route, target: { kind: 'group', groupId } };
  return agentId === null ? null : { ...route, target: { kind: 'agent', agentId } };
}

function targetColumns(target: RouteRow['target']): Pick<RouteRecord, 'groupId' | 'agentId'> {
  return {
    groupId: target.kind === 'group' ? target.groupId : null,
    agentId: target.kind === 'agent' ? target.agentId : null,
  };
}

function withSecrets(
  {
    id: teamId,
    embedSecret,
    previousEmbedSecret,
    previousEmbedSecretUntil,
  }: EmbedSecrets & Pick<TeamRow, 'id'>,
  change: (value: string, place: string) => string,
): EmbedSecrets {
  return {
    embedSecret: change(embedSecret, placeOf('team', 'embed_secret', teamId)),
    previousEmbedSecret:
      previousEmbedSecret && change(previousEmbedSecret, placeOf('team', 'previous_embed_secret', teamId)),
    previousEmbedSecretUntil,
  };
}
