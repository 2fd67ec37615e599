import { DomainError } from '../core/kernel/domain-error.ts';
import type { EndpointId, LegId, TeamId } from '../core/kernel/ids.ts';
import type { TeamRuntime } from './runtime.ts';
import type { Reason, Team } from '../core/model/set-up.ts';

/** A team that this process owns. */
export interface LiveTeam {
  readonly row: Team;
  readonly reasons: readonly Reason[];
  readonly runtime: TeamRuntime;
}

/** The live teams, and which of them an endpoint or a leg belongs to. */
export class Teams {
  readonly #teams = new Map<TeamId, LiveTeam>();
  readonly #endpoints = new Map<EndpointId, LiveTeam>();
  readonly #legs = new Map<LegId, LiveTeam>();

  add(team: LiveTeam): void {
    this.#teams.set(team.row.id, team);
  }

  all(): LiveTeam[] {
    return [...this.#teams.values()];
  }

  /** unavailable: the team is not live here (yet). */
  get(teamId: TeamId): LiveTeam {
    const team = this.#teams.get(teamId);
    if (!team) throw new DomainError('unavailable', 'The call centre is starting.');
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
