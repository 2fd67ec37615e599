import type { QueueFigures } from '../../contract/realtime/queue.ts';
import { isFree } from '../../core/agent/availability.ts';
import type { AgentId, GroupId } from '../../core/kernel/ids.ts';
import { stateWord, type AgentState } from '../../core/model/agent.ts';
import type { TeamState } from '../../core/model/team.ts';

/** Agents who are signed in to a group, by what they do. */
export type Tally = Omit<QueueFigures, 'waiting' | 'longestWaitSince' | 'serviceLevel'>;
type Doing = keyof Tally;

interface Counted {
  readonly doing: Doing | null;
  readonly groups: readonly GroupId[];
}

const UNCOUNTED: Counted = { doing: null, groups: [] };
const NOBODY: Tally = { free: 0, onCall: 0, acw: 0, paused: 0, unreachable: 0 };

/** Counts of all groups, kept by looking anew at each agent who may have changed. */
export class GroupTallies {
  /** As each agent was counted last. */
  readonly #counted = new Map<AgentId, Counted>();
  readonly #tallies = new Map<GroupId, Tally>();

  constructor(team: TeamState) {
    this.recount(team);
  }

  /** Counts everybody. */
  recount(team: TeamState): void {
    this.#counted.clear();
    this.#tallies.clear();
    for (const agentId of team.agents.keys()) this.count(team, agentId);
  }

  of(groupId: GroupId): Tally {
    return this.#tallies.get(groupId) ?? NOBODY;
  }

  /** Counts this agent anew. Returns the groups whose figures are others. */
  count(team: TeamState, agentId: AgentId): Iterable<GroupId> {
    const before = this.#counted.get(agentId) ?? UNCOUNTED;
    const after = countOf(team, team.agents.get(agentId));
    const isSame =
      before.doing === after.doing &&
      before.groups.length === after.groups.length &&
      after.groups.every((groupId) => before.groups.includes(groupId));
    if (isSame) return [];
    this.#add(before, -1);
    this.#add(after, 1);
    this.#counted.set(agentId, after);
    return new Set([...before.groups, ...after.groups]);
  }

  #add({ doing, groups }: Counted, by: number): void {
    if (doing === null) return;
    for (const groupId of groups) {
      const tally = this.of(groupId);
      this.#tallies.set(groupId, { ...tally, [doing]: tally[doing] + by });
    }
  }
}

function countOf(team: TeamState, agent: AgentState | undefined): Counted {
  const doing = agent ? doingOf(team, agent) : null;
  return doing === null || !agent ? UNCOUNTED : { doing, groups: Object.keys(agent.groups) as GroupId[] };
}

/** Null: signed in to no group, or not in the team any more. */
function doingOf(team: TeamState, agent: AgentState): Doing | null {
  if (!team.config.agents.has(agent.id)) return null;
  const word = stateWord(agent);
  switch (word) {
    case 'ringing':
    case 'dialling':
    case 'talking':
    case 'holding':
    case 'monitoring':
      return 'onCall';
    case 'acw':
    case 'paused':
      return word;
    case 'idle':
      return isFree(team, agent) ? 'free' : 'unreachable';
    case 'signed-out':
      return null;
    default:
      return word satisfies never;
  }
}
