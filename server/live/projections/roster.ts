import type { RosterRow } from '../../contract/realtime/roster.ts';
import { isLinked } from '../../core/agent/availability.ts';
import type { AgentId, GroupId } from '../../core/kernel/ids.ts';
import { currentCall, stateSince, stateWord } from '../../core/model/agent.ts';
import type { TeamConfig } from '../../core/model/set-up.ts';
import type { TeamState } from '../../core/model/team.ts';
import type { LinkedTeam } from './agent-view.ts';
import { ListedAgents } from './listed-agents.ts';
import { Told } from './told.ts';

/** The members of a group, or everybody of the team, a row each. */
export class RosterTopic extends Told {
  readonly #rows: ListedAgents;

  constructor(live: Pick<LinkedTeam, 'state'>, groupId: GroupId | null, changed: () => void) {
    super(changed);
    this.#rows = new ListedAgents({
      ids: () => rosterOf(live.state.config, groupId),
      row: (agentId) => rosterRow(live.state, agentId, groupId),
    });
  }

  touchAgent(agentId: AgentId): void {
    this.#rows.touch(agentId);
  }

  touchAll(): void {
    this.#rows.touchAll();
  }

  patch(): string | null {
    const { rows, gone } = this.#rows.take();
    if (rows.length === 0 && gone.length === 0) return null;
    return `{"rows":[${rows.join(',')}]${gone.length === 0 ? '' : `,"gone":${JSON.stringify(gone)}`}}`;
  }

  snapshot(): string {
    return this.#rows.text();
  }
}

/** In the order of their numbers. */
export function rosterOf({ agents, memberships }: TeamConfig, groupId: GroupId | null): AgentId[] {
  return [...agents.values()]
    .filter(({ id }) => groupId === null || memberships.get(id)?.has(groupId))
    .sort((a, b) => a.number.localeCompare(b.number, 'en', { numeric: true }))
    .map(({ id }) => id);
}

/** One agent in a list of many; null: not in the team. */
export function rosterRow(team: TeamState, agentId: AgentId, groupId: GroupId | null): RosterRow | null {
  const agent = team.agents.get(agentId);
  const profile = team.config.agents.get(agentId);
  if (!agent || !profile) return null;
  const callId = currentCall(agent);
  const call = callId === null ? undefined : team.calls.get(callId);
  const joined = groupId === null ? undefined : agent.groups[groupId];
  return {
    id: agentId,
    number: profile.number,
    name: profile.name,
    state: stateWord(agent),
    since: stateSince(agent),
    ...(agent.pause ? { pause: agent.pause.reasonId } : {}),
    ...(agent.locked ? { locked: true } : {}),
    ...(isLinked(team, agent) ? { online: true } : {}),
    ...(call
      ? {
          call: {
            id: call.id,
            direction: call.direction,
            ...(call.groupId ? { groupId: call.groupId } : {}),
          },
        }
      : {}),
    ...(joined === undefined ? {} : { joined }),
  };
}
