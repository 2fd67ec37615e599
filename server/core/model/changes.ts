import type { AgentState } from './agent.ts';
import type { CallState } from './call.ts';
import type { AgentId, CallId, EndpointId } from '../kernel/ids.ts';
import { OverlayMap } from './overlay-map.ts';
import type { Change, WritableMap } from './overlay-map.ts';
import type { TeamConfig } from './set-up.ts';
import type { EndpointLink, OwnedTeam, PageLink, TeamState } from './team.ts';

/** What a decision has changed, and nothing else. Whoever has to follow a team reads this and searches nothing. */
export interface Changes {
  readonly agents: ReadonlyMap<AgentId, Change<AgentState>>;
  readonly calls: ReadonlyMap<CallId, Change<CallState>>;
  readonly pages: ReadonlyMap<AgentId, Change<PageLink>>;
  readonly endpoints: ReadonlyMap<EndpointId, Change<EndpointLink>>;
  /** How the team stands with its switch; null: as before. */
  readonly flags: { readonly before: TeamFlags; readonly after: TeamFlags } | null;
}

export type TeamFlags = Pick<TeamState, 'switchUp' | 'undecided'>;

/** A team as rules see it while they decide. The team beneath stays as it is. */
export class TeamOverlay implements OwnedTeam {
  readonly config: TeamConfig;
  readonly agents: OverlayMap<AgentId, AgentState>;
  readonly calls: OverlayMap<CallId, CallState>;
  readonly pages: OverlayMap<AgentId, PageLink>;
  readonly endpoints: OverlayMap<EndpointId, EndpointLink>;
  switchUp: boolean;
  undecided: boolean;
  readonly #before: TeamFlags;

  constructor(team: TeamState) {
    this.config = team.config;
    this.agents = new OverlayMap(team.agents);
    this.calls = new OverlayMap(team.calls);
    this.pages = new OverlayMap(team.pages);
    this.endpoints = new OverlayMap(team.endpoints);
    this.switchUp = team.switchUp;
    this.undecided = team.undecided;
    this.#before = { switchUp: team.switchUp, undecided: team.undecided };
  }

  changes(): Changes {
    const { switchUp, undecided } = this;
    const before = this.#before;
    const same = before.switchUp === switchUp && before.undecided === undecided;
    return {
      agents: this.agents.changes(),
      calls: this.calls.changes(),
      pages: this.pages.changes(),
      endpoints: this.endpoints.changes(),
      flags: same ? null : { before, after: { switchUp, undecided } },
    };
  }
}

/** Carries out what was decided. Only the owner of the team does so, when it is stored. */
export function layOver(team: OwnedTeam, changes: Changes): void {
  lay(team.agents, changes.agents);
  lay(team.calls, changes.calls);
  lay(team.pages, changes.pages);
  lay(team.endpoints, changes.endpoints);
  if (!changes.flags) return;
  team.switchUp = changes.flags.after.switchUp;
  team.undecided = changes.flags.after.undecided;
}

function lay<K, V>(map: WritableMap<K, V>, changes: ReadonlyMap<K, Change<V>>): void {
  for (const [key, { after }] of changes) {
    if (after === undefined) map.delete(key);
    else map.set(key, after);
  }
}
