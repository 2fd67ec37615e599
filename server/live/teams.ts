import { DomainError } from '../core/kernel/domain-error.ts';
import type { EndpointId, LegId, TeamId } from '../core/kernel/ids.ts';
import type { Switch } from '../core/ports/switch.ts';
import type { DeskPhones } from './devices/desk-phones.ts';
import type { Lease } from './ownership/lease.ts';
import type { TeamTopics } from './projections/team-topics.ts';
import type { TeamRuntime } from './runtime.ts';
import type { DeskSetUp } from './set-up/set-up-source.ts';
import type { Team } from '../core/model/set-up.ts';

/** Where the voices of teams are: a switch, and the desk phones that it is to know. */
export interface TeamPlace {
  readonly name: string;
  readonly switch: Switch;
  readonly phones: DeskPhones;
}

/** A team that this process owns. */
export interface LiveTeam {
  /** As the set-up was when it was learned last, like what desks are drawn with. */
  row: Team;
  desk: DeskSetUp;
  readonly runtime: TeamRuntime;
  readonly topics: TeamTopics;
  readonly lease: Lease;
  readonly place: TeamPlace;
}

/** The live teams, and which of them an endpoint or a leg belongs to. */
export class Teams {
  readonly #teams = new Map<TeamId, LiveTeam>();
  readonly #endpoints = new Map<EndpointId, LiveTeam>();
  readonly #legs = new Map<LegId, LiveTeam>();

  add(team: LiveTeam): void {
    this.#teams.set(team.row.id, team);
  }

  /** With its legs and endpoints. */
  remove(team: LiveTeam): void {
    this.#teams.delete(team.row.id);
    for (const owned of [this.#endpoints, this.#legs] as Array<Map<string, LiveTeam>>) {
      for (const [id, owner] of owned) if (owner === team) owned.delete(id);
    }
  }

  all(): LiveTeam[] {
    return [...this.#teams.values()];
  }

  /** Those of one place. */
  at(place: string): LiveTeam[] {
    return this.all().filter((team) => team.place.name === place);
  }

  /** unavailable: the team is not live here (yet). */
  get(teamId: TeamId): LiveTeam {
    const team = this.#teams.get(teamId);
    if (!team) throw new DomainError('unavailable', 'The team is not here (yet): come again.');
    return team;
  }

  find(teamId: TeamId): LiveTeam | undefined {
    return this.#teams.get(teamId);
  }

  ownEndpoint(endpointId: EndpointId, team: LiveTeam): void {
    this.#endpoints.set(endpointId, team);
  }

  dropEndpoint(endpointId: EndpointId): void {
    this.#endpoints.delete(endpointId);
  }

  byEndpoint(endpointId: EndpointId): LiveTeam | undefined {
    return this.#endpoints.get(endpointId);
  }

  ownLeg(legId: LegId, team: LiveTeam): void {
    this.#legs.set(legId, team);
  }

  dropLeg(legId: LegId): void {
    this.#legs.delete(legId);
  }

  byLeg(legId: LegId): LiveTeam | undefined {
    return this.#legs.get(legId);
  }
}
