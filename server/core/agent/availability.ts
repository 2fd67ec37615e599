import type { AgentId, EndpointId, GroupId } from '../kernel/ids.ts';
import type { PageLink, TeamState } from '../model/team.ts';
import { isSignedIn, isSignedInTo } from '../model/agent.ts';
import type { AgentState } from '../model/agent.ts';

/** A page that has not been heard of for so long gets no calls, ms. */
export const FRESH_MS = 12_000;

/** The endpoint on which the agent is called now; null: a browser that has not asked for its device yet. */
export function endpointOf(team: TeamState, agent: AgentState): EndpointId | null {
  if (agent.device.kind === 'phone') return agent.device.endpointId;
  return team.pages.get(agent.id)?.endpointId ?? null;
}

/** Who is signed in with this desk phone. */
export function phoneUser(team: TeamState, endpointId: EndpointId): AgentState | undefined {
  for (const agent of team.agents.values()) {
    const { device } = agent;
    if (device.kind === 'phone' && device.endpointId === endpointId && isSignedIn(agent)) return agent;
  }
  return undefined;
}

export function isOnline(team: TeamState, endpointId: EndpointId | null): boolean {
  return endpointId !== null && (team.endpoints.get(endpointId)?.online ?? false);
}

/** Whether the device can be called: registered, and for a browser a page that was heard of lately and has a microphone. */
export function isReachable(team: TeamState, agent: AgentState, now: number): boolean {
  if (!team.switchUp || !isOnline(team, endpointOf(team, agent))) return false;
  return agent.device.kind === 'phone' || isPageFresh(team, agent.id, now);
}

function isPageFresh(team: TeamState, agentId: AgentId, now: number): boolean {
  const page = team.pages.get(agentId);
  if (!page?.seen || page.gone) return false;
  const { seen } = page;
  return now - seen.at < FRESH_MS && seen.registered && seen.microphone === 'ready';
}

/** Whether the agent's device is shown as linked: registered, and for a browser a page that does not sleep. */
export function isLinked(team: TeamState, agent: AgentState): boolean {
  if (!isOnline(team, endpointOf(team, agent))) return false;
  return agent.device.kind === 'phone' || team.pages.get(agent.id)?.silent !== true;
}

/** Whether a browser agent's page has fallen silent; a page whose socket has just closed may be on its way back. */
export function isSilent(team: TeamState, agent: AgentState, now: number): boolean {
  if (agent.device.kind === 'phone') return false;
  const page = team.pages.get(agent.id);
  return !page || now - heardAt(page) >= FRESH_MS;
}

/** When the page was heard of last; one that has just asked for its phone beats as soon as that is registered. */
export function heardAt(page: PageLink): number {
  return page.seen?.at ?? page.chosenAt;
}

/** Whether a queue may offer this agent a call of the group now. */
export function canTakeQueueCall(team: TeamState, agent: AgentState, groupId: GroupId, now: number): boolean {
  return (
    agent.activity.kind === 'idle' &&
    agent.pause === null &&
    !agent.locked &&
    isSignedInTo(agent, groupId) &&
    (agent.retryAt[groupId] ?? 0) <= now &&
    isReachable(team, agent, now)
  );
}

/**
 * Whether a call for this agent in person may ring. A pause keeps the queue away, not people who ask for the agent by
 * number, so a paused agent's phone rings; so does that of a locked desk. Nothing rings in ACW or beside another call.
 */
export function directAvailability(
  team: TeamState,
  agent: AgentState | undefined,
  now: number,
): 'available' | 'busy' | 'unreachable' {
  if (!agent || !isSignedIn(agent)) return 'unreachable';
  if (agent.activity.kind !== 'idle') return 'busy';
  return isReachable(team, agent, now) ? 'available' : 'unreachable';
}
