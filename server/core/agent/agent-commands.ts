import { DomainError } from '../domain-error.ts';
import type { AgentId, GroupId, ReasonId } from '../ids.ts';
import type { Draft } from '../team/draft.ts';
import type { Command } from '../team/input.ts';
import { staticGroups } from '../team/team-config.ts';
import { currentCall, isSignedIn, stateWord } from './agent-state.ts';
import type { AgentState, NextChoice } from './agent-state.ts';
import { finishWrapUp, leaveWork } from './next-state.ts';

/** Out of the named groups, or of all. During a call it becomes what follows the call. */
export function signOut(draft: Draft, command: Extract<Command, { type: 'SignOut' }>): void {
  const { agentId } = command;
  const agent = draft.agent(agentId);
  if (!isSignedIn(agent)) throw new DomainError('not-signed-in', 'The agent is not signed in.');
  const fixed = new Set(staticGroups(draft.team.config, agentId));
  const own = Object.keys(agent.groups) as GroupId[];
  const leaving = command.groups ?? own.filter((groupId) => !fixed.has(groupId));
  for (const groupId of leaving) {
    if (!draft.team.config.memberships.get(agentId)?.has(groupId)) {
      throw new DomainError('unknown-group', 'The agent is not a member of this group.', { groupId });
    }
    if (fixed.has(groupId)) {
      throw new DomainError('static-member', 'Static members are always signed in.', { groupId });
    }
  }
  const staying = own.filter((groupId) => !leaving.includes(groupId) && !fixed.has(groupId));
  if (staying.length > 0) {
    draft.apply({ type: 'signed-out', agentId, groups: leaving, leftWork: false });
    return;
  }
  if (!agent.atWork && leaving.length === 0) {
    throw new DomainError('static-member', 'Static members are always signed in.');
  }
  if (currentCall(agent)) {
    draft.apply({ type: 'next-state-chosen', agentId, next: { kind: 'sign-out' } });
    return;
  }
  if (agent.activity.kind === 'acw') draft.apply({ type: 'acw-ended', agentId });
  leaveWork(draft, agentId);
}

/** From idle or ACW; inside ACW it ends the ACW in the same step, so that nothing rings in between. */
export function pause(draft: Draft, agentId: AgentId, reasonId: ReasonId): void {
  const agent = draft.agent(agentId);
  knownReason(draft, reasonId);
  if (!isSignedIn(agent)) throw new DomainError('not-signed-in', 'Sign in before pausing.');
  if (currentCall(agent)) throw notAllowedNow(agent, 'A pause starts when the call has ended.');
  if (agent.activity.kind === 'acw') draft.apply({ type: 'acw-ended', agentId });
  draft.apply({ type: 'paused', agentId, reasonId });
}

export function resume(draft: Draft, agentId: AgentId): void {
  const agent = draft.agent(agentId);
  if (!agent.pause) throw notAllowedNow(agent, 'The agent is not paused.');
  draft.apply({ type: 'resumed', agentId });
}

export function endWrapUp(draft: Draft, agentId: AgentId): void {
  if (draft.agent(agentId).activity.kind !== 'acw') {
    throw new DomainError('not-in-acw', 'There is no after-call work to end.');
  }
  finishWrapUp(draft, agentId);
}

export function setNextState(draft: Draft, agentId: AgentId, next: NextChoice | null): void {
  const agent = draft.agent(agentId);
  if (next?.kind === 'pause') knownReason(draft, next.reasonId);
  if (next && agent.activity.kind === 'idle') {
    throw notAllowedNow(agent, 'There is no call or after-call work for it to follow.');
  }
  draft.apply({ type: 'next-state-chosen', agentId, next });
}

export function setLocked(draft: Draft, agentId: AgentId, locked: boolean): void {
  if (draft.agent(agentId).locked === locked) return;
  draft.apply({ type: locked ? 'locked' : 'unlocked', agentId });
}

function knownReason(draft: Draft, reasonId: ReasonId): void {
  if (!draft.team.config.pauseReasons.has(reasonId)) {
    throw new DomainError('unknown-reason', "This is not one of the team's pause reasons.", { reasonId });
  }
}

function notAllowedNow(agent: AgentState, message: string): DomainError {
  return new DomainError('not-allowed-now', message, { state: stateWord(agent) });
}
