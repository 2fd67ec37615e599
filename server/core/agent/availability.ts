import type { EndpointId, GroupId } from '../kernel/ids.ts';
import type { DialTarget } from '../ports/switch.ts';
import type { TeamState, Unindexed } from '../model/team.ts';
import { currentCall, isSignedIn, isSignedInTo } from '../model/agent.ts';
import type { AgentState } from '../model/agent.ts';
import { profileOf } from '../model/set-up.ts';

/**
 * Where the agent is called now; null: a browser that has not asked for its device yet, or a number that the agent may not have as
 * a telephone any more.
 */
export function deviceOf(team: Unindexed, agent: AgentState): DialTarget | null {
  const { device } = agent;
  if (device.kind === 'outside') {
    const { number } = device;
    return mayHaveOutside(team, agent, number) ? { kind: 'number', number } : null;
  }
  const endpointId = device.kind === 'phone' ? device.endpointId : team.pages.get(agent.id)?.endpointId;
  return endpointId === undefined ? null : { kind: 'endpoint', endpointId };
}

/** The same, of a device that registers; null: also of a number outside. */
export function endpointOf(team: Unindexed, agent: AgentState): EndpointId | null {
  const device = deviceOf(team, agent);
  return device?.kind === 'endpoint' ? device.endpointId : null;
}

/** Whether the team lets the agent have that number as a telephone. Whether it could be dialled is asked at the sign-in. */
export function mayHaveOutside({ config }: Unindexed, { id }: AgentState, number: string): boolean {
  const { outsidePhones } = config;
  if (outsidePhones === 'off') return false;
  return outsidePhones === 'own' || profileOf(config, id)?.outsideNumber === number;
}

/** The agents whose device this is now. */
export function usersOf(team: TeamState, endpointId: EndpointId): AgentState[] {
  const users: AgentState[] = [];
  for (const agentId of team.indices.mayUse(endpointId)) {
    const agent = team.agents.get(agentId);
    if (agent && endpointOf(team, agent) === endpointId) users.push(agent);
  }
  return users;
}

/** Who is signed in with this desk phone. */
export function phoneUser(team: TeamState, endpointId: EndpointId): AgentState | undefined {
  return usersOf(team, endpointId).find((agent) => agent.device.kind === 'phone' && isSignedIn(agent));
}

export function isOnline(team: Unindexed, endpointId: EndpointId | null): boolean {
  return endpointId !== null && (team.endpoints.get(endpointId)?.online ?? false);
}

/** Whether the set-up has the agent still; one that it has not finishes the present call. */
export function mayWork({ config }: Unindexed, agent: AgentState): boolean {
  return config.agents.has(agent.id) || currentCall(agent) !== null;
}

/**
 * Whether the device can be called: registered, and for a browser a page that was heard of lately and has a microphone. Of a number
 * outside nothing more is known than that it is one.
 */
export function isReachable(team: TeamState, agent: AgentState): boolean {
  return team.switchUp && isAttached(team, agent);
}

/** The same, however the switch is. */
function isAttached(team: Unindexed, agent: AgentState): boolean {
  if (agent.device.kind === 'outside') return deviceOf(team, agent) !== null;
  if (!isOnline(team, endpointOf(team, agent))) return false;
  if (agent.device.kind === 'phone') return true;
  const page = team.pages.get(agent.id);
  return page?.seen?.microphone === 'ready' && page.seen.registered && !page.gone && !page.silent;
}

/** Whether the agent's device is shown as linked: registered, and for a browser a page that does not sleep; a number outside that may be called. */
export function isLinked(team: TeamState, agent: AgentState): boolean {
  if (agent.device.kind === 'outside') return deviceOf(team, agent) !== null;
  if (!isOnline(team, endpointOf(team, agent))) return false;
  return agent.device.kind === 'phone' || team.pages.get(agent.id)?.silent !== true;
}

/** Whether a browser agent's page has fallen silent; a page whose socket has just closed may be on its way back. */
export function isSilent(team: Unindexed, agent: AgentState): boolean {
  return agent.device.kind === 'browser' && team.pages.get(agent.id)?.silent !== false;
}

/** Whether a queue may offer this agent a call of the group now. */
export function canTakeQueueCall(team: TeamState, agent: AgentState, groupId: GroupId, now: number): boolean {
  return (
    isFree(team, agent) &&
    isSignedInTo(agent, groupId) &&
    !isResting(agent, groupId, now) &&
    isReachable(team, agent)
  );
}

/** Idle, and not kept from the queues, as far as that depends neither on the time nor on the switch. */
export function isFree(team: Unindexed, agent: AgentState): boolean {
  const isIdle = agent.activity.kind === 'idle' && agent.pause === null && !agent.locked;
  return isIdle && team.config.agents.has(agent.id) && isAttached(team, agent);
}

/** A call of the group was missed a moment ago. */
export function isResting(agent: AgentState, groupId: GroupId, now: number): boolean {
  return (agent.retryAt[groupId] ?? 0) > now;
}

/**
 * Whether a call for this agent in person may ring. A pause keeps the queue away, not people who ask for the agent by
 * number, so a paused agent's phone rings; so does that of a locked desk. Nothing rings in ACW or beside another call.
 */
export function directAvailability(
  team: TeamState,
  agent: AgentState | undefined,
): 'available' | 'busy' | 'unreachable' {
  if (!agent || !isSignedIn(agent)) return 'unreachable';
  if (agent.activity.kind !== 'idle') return 'busy';
  return isReachable(team, agent) ? 'available' : 'unreachable';
}
