import type { Colleague, Colleagues } from '../../contract/realtime/colleagues.ts';
import { directAvailability } from '../../core/agent/availability.ts';
import type { AgentId } from '../../core/kernel/ids.ts';
import { stateSince, stateWord } from '../../core/model/agent.ts';
import type { TeamConfig } from '../../core/model/set-up.ts';
import type { TeamState } from '../../core/model/team.ts';
import type { LinkedTeam } from './agent-view.ts';
import { ListedAgents } from './listed-agents.ts';
import { rosterOf } from './roster.ts';
import { Told } from './told.ts';

/** Whom an agent can call in: everybody of the team, and its groups. */
export class ColleaguesTopic extends Told {
  readonly #live: Pick<LinkedTeam, 'state'>;
  readonly #rows: ListedAgents;
  #groups: string;

  constructor(live: Pick<LinkedTeam, 'state'>, changed: () => void) {
    super(changed);
    this.#live = live;
    this.#rows = new ListedAgents({
      ids: () => rosterOf(live.state.config, null),
      row: (agentId) => colleague(live.state, agentId),
    });
    this.#groups = JSON.stringify(groupsOf(live.state.config));
  }

  touchAgent(agentId: AgentId): void {
    this.#rows.touch(agentId);
  }

  touchAll(): void {
    this.#rows.touchAll();
  }

  patch(): string | null {
    const { rows, gone } = this.#rows.take();
    const groups = JSON.stringify(groupsOf(this.#live.state.config));
    const isRegrouped = groups !== this.#groups;
    this.#groups = groups;
    if (rows.length === 0 && gone.length === 0 && !isRegrouped) return null;
    const left = gone.length === 0 ? '' : `,"gone":${JSON.stringify(gone)}`;
    return `{"rows":[${rows.join(',')}]${left}${isRegrouped ? `,"groups":${groups}` : ''}}`;
  }

  snapshot(): string {
    return `{"agents":${this.#rows.text()},"groups":${this.#groups}}`;
  }
}

function groupsOf({ groups }: TeamConfig): Colleagues['groups'] {
  return [...groups.values()]
    .map(({ id, number, name }) => ({ id, number, name }))
    .sort((a, b) => a.number.localeCompare(b.number, 'en', { numeric: true }));
}

/** Null: not in the team. */
function colleague(team: TeamState, agentId: AgentId): Colleague | null {
  const agent = team.agents.get(agentId);
  const profile = team.config.agents.get(agentId);
  if (!agent || !profile) return null;
  const word = stateWord(agent);
  const groups = [...(team.config.memberships.get(agentId)?.keys() ?? [])];
  return {
    id: agentId,
    number: profile.number,
    name: profile.name,
    state: word === 'monitoring' ? 'talking' : word,
    since: stateSince(agent),
    ...(directAvailability(team, agent) === 'available' ? { free: true } : {}),
    ...(groups.length === 0 ? {} : { groups }),
  };
}
