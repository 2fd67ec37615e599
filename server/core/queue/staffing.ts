import { canTakeQueueCall } from '../agent/availability.ts';
import { isSignedInTo } from '../model/agent.ts';
import type { AgentState } from '../model/agent.ts';
import type { Draft } from '../model/draft.ts';
import type { GroupId } from '../kernel/ids.ts';

/** Who is not there: nobody is signed in, everybody is paused, or nobody is free. Null: somebody could take a call. */
export function absenceIn(draft: Draft, groupId: GroupId): 'whenNobody' | 'whenPaused' | 'whenBusy' | null {
  const { team } = draft;
  const { settled } = team.indices;
  const changed = [...team.agents.changed()];
  const staff = { ...settled.staff(groupId, changed) };
  for (const agentId of changed) {
    if (team.config.agents.has(agentId)) count(staff, team.agents.get(agentId), groupId);
  }
  if (staff.signedIn <= 0) return 'whenNobody';
  if (staff.working <= 0) return 'whenPaused';
  const isFree = settled.free(groupId).some(({ id }) => canServe(draft, id, groupId));
  return isFree || changed.some((id) => canServe(draft, id, groupId)) ? null : 'whenBusy';
}

function canServe({ team, now }: Draft, id: AgentState['id'], groupId: GroupId): boolean {
  const agent = team.agents.get(id);
  return agent !== undefined && canTakeQueueCall(team, agent, groupId, now);
}

function count(
  staff: { signedIn: number; working: number },
  agent: AgentState | undefined,
  groupId: GroupId,
): void {
  if (!agent || !isSignedInTo(agent, groupId)) return;
  staff.signedIn++;
  if (agent.pause === null) staff.working++;
}
