import type { AgentId, GroupId } from '../kernel/ids.ts';
import type { Draft } from '../model/draft.ts';
import { staticGroups } from '../model/set-up.ts';

/** Carries out the state that was asked for during the call; called when the agent is idle again. */
export function applyNextState(draft: Draft, agentId: AgentId): void {
  const { next, pause } = draft.agent(agentId);
  if (!next) return;
  switch (next.kind) {
    case 'pause':
      draft.apply({ type: 'paused', agentId, reasonId: next.reasonId });
      return;
    case 'sign-out':
      leaveWork(draft, agentId);
      return;
    case 'idle':
      draft.apply(pause ? { type: 'resumed', agentId } : { type: 'next-state-chosen', agentId, next: null });
      return;
    default:
      next satisfies never;
  }
}

/** Signs out of everything that can be left. */
export function leaveWork(draft: Draft, agentId: AgentId): void {
  const kept = new Set(staticGroups(draft.team.config, agentId));
  const groups = (Object.keys(draft.agent(agentId).groups) as GroupId[]).filter((id) => !kept.has(id));
  draft.apply({ type: 'signed-out', agentId, groups, leftWork: true });
}

/** Ends after-call work and does what was to follow. */
export function finishWrapUp(draft: Draft, agentId: AgentId): void {
  draft.apply({ type: 'acw-ended', agentId });
  applyNextState(draft, agentId);
}
