import { currentCall, isSignedIn } from '../model/agent.ts';
import type { AgentState } from '../model/agent.ts';
import type { AgentId, GroupId } from '../kernel/ids.ts';
import type { Draft } from '../model/draft.ts';
import { staticGroups } from '../model/set-up.ts';
import type { TeamConfig } from '../model/set-up.ts';

/** Groups that the agent is signed in to and is no member of any more. */
export function lostGroups(config: TeamConfig, agent: AgentState): GroupId[] {
  const memberships = config.memberships.get(agent.id);
  return (Object.keys(agent.groups) as GroupId[]).filter((groupId) => !memberships?.has(groupId));
}

/**
 * Signs the agent out of what the set-up has taken away, and in to what cannot be left. A group whose call the agent has is left
 * when that has ended; who may not work any more leaves everything, after the present call.
 */
export function followMemberships(draft: Draft, agentId: AgentId): void {
  const agent = draft.agent(agentId);
  const { config } = draft.team;
  const callId = currentCall(agent);
  if (!config.agents.has(agentId)) {
    if (callId || !isSignedIn(agent)) return;
    const groups = Object.keys(agent.groups) as GroupId[];
    draft.apply({ type: 'signed-out', agentId, groups, leftWork: true });
    return;
  }
  const kept = callId && draft.team.calls.get(callId)?.groupId;
  const left = lostGroups(config, agent).filter((groupId) => groupId !== kept);
  const joined = staticGroups(config, agentId).filter((groupId) => agent.groups[groupId] === undefined);
  if (left.length + joined.length === 0) return;
  draft.apply({ type: 'memberships-changed', agentId, joined, left });
}
