import type { AgentState } from './agent.ts';
import { isInLine } from './call.ts';
import type { CallState } from './call.ts';
import type { AgentId, CallId, EndpointId, GroupId, LegId } from '../kernel/ids.ts';
import type { Indices, SettledIndices } from './indices.ts';
import { OverlayMap } from './overlay-map.ts';
import type { Change } from './overlay-map.ts';
import type { TeamConfig } from './set-up.ts';
import type { EndpointLink, PageLink, TeamMaps, TeamState } from './team.ts';

/** What a decision has changed, and nothing else. Whoever has to follow a team reads this and searches nothing. */
export interface Changes {
  /** ms since the epoch. */
  readonly at: number;
  readonly agents: ReadonlyMap<AgentId, Change<AgentState>>;
  readonly calls: ReadonlyMap<CallId, Change<CallState>>;
  readonly pages: ReadonlyMap<AgentId, Change<PageLink>>;
  readonly endpoints: ReadonlyMap<EndpointId, Change<EndpointLink>>;
  /** What the administrator has changed; null: nothing. */
  readonly setUp: Change<TeamConfig> | null;
  /** How the team stands with its switch; null: as before. */
  readonly flags: { readonly before: TeamFlags; readonly after: TeamFlags } | null;
  /** What was due by then has been done. */
  readonly elapsed: boolean;
  /** Every line has been looked at. A jump of the clock does not. */
  readonly dispatched: boolean;
}

export type TeamFlags = Pick<TeamState, 'switchUp' | 'undecided'>;

/** A team as rules see it while they decide. The team beneath stays as it is. */
export class TeamOverlay implements TeamMaps, TeamState {
  config: TeamConfig;
  readonly agents: OverlayMap<AgentId, AgentState>;
  readonly calls: OverlayMap<CallId, CallState>;
  readonly pages: OverlayMap<AgentId, PageLink>;
  readonly endpoints: OverlayMap<EndpointId, EndpointLink>;
  readonly indices: OverlayIndices;
  switchUp: boolean;
  undecided: boolean;
  readonly #before: TeamFlags;
  readonly #configBefore: TeamConfig;

  constructor(team: TeamState) {
    this.config = team.config;
    this.#configBefore = team.config;
    this.agents = new OverlayMap(team.agents);
    this.calls = new OverlayMap(team.calls, (change) => this.indices.countUnanswered(change));
    this.pages = new OverlayMap(team.pages);
    this.endpoints = new OverlayMap(team.endpoints);
    this.indices = new OverlayIndices(team.indices.settled, this);
    this.switchUp = team.switchUp;
    this.undecided = team.undecided;
    this.#before = { switchUp: team.switchUp, undecided: team.undecided };
  }

  get flagsChanged(): boolean {
    return this.#before.switchUp !== this.switchUp || this.#before.undecided !== this.undecided;
  }

  get setUpChanged(): boolean {
    return this.config !== this.#configBefore;
  }

  changes({ at, elapsed, dispatched }: Pick<Changes, 'at' | 'elapsed' | 'dispatched'>): Changes {
    const { switchUp, undecided } = this;
    return {
      at,
      elapsed,
      dispatched,
      agents: this.agents.changes(),
      calls: this.calls.changes(),
      pages: this.pages.changes(),
      endpoints: this.endpoints.changes(),
      setUp: this.setUpChanged ? { before: this.#configBefore, after: this.config } : null,
      flags: this.flagsChanged ? { before: this.#before, after: { switchUp, undecided } } : null,
    };
  }
}

/** The indices of a team beneath, with what a decision has brought so far. */
class OverlayIndices implements Indices {
  readonly settled: SettledIndices & Indices;
  readonly #team: Pick<TeamOverlay, 'agents' | 'pages'>;
  readonly #legs = new Map<LegId, CallId>();
  /** How many more than before the decision. */
  readonly #unanswered = new Map<GroupId, number>();

  constructor(settled: SettledIndices & Indices, team: Pick<TeamOverlay, 'agents' | 'pages'>) {
    this.settled = settled;
    this.#team = team;
  }

  /** How many nobody has answered yet in the group, ringing included. */
  unansweredIn(groupId: GroupId): number {
    return this.settled.unanswered(groupId).length + (this.#unanswered.get(groupId) ?? 0);
  }

  countUnanswered({ before, after }: Change<CallState>): void {
    this.#count(before, -1);
    this.#count(after, 1);
  }

  #count(call: CallState | undefined, by: 1 | -1): void {
    if (!call?.groupId || !isInLine(call)) return;
    this.#unanswered.set(call.groupId, (this.#unanswered.get(call.groupId) ?? 0) + by);
  }

  addLeg(legId: LegId, callId: CallId): void {
    this.#legs.set(legId, callId);
  }

  callOfLeg(legId: LegId): CallId | undefined {
    return this.#legs.get(legId) ?? this.settled.callOfLeg(legId);
  }

  mayUse(endpointId: EndpointId): ReadonlySet<AgentId> {
    const { agents, pages } = this.#team;
    return new Set([...this.settled.mayUse(endpointId), ...agents.changed(), ...pages.changed()]);
  }
}
