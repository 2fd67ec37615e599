import { DomainError } from '../kernel/domain-error.ts';
import type { AgentId, GroupId, ReasonId } from '../kernel/ids.ts';
import type { Draft } from '../model/draft.ts';
import type { Command } from '../team/input.ts';
import { staticGroups } from '../model/set-up.ts';
import { currentCall, isSignedIn, stateWord } from '../model/agent.ts';
import type { AgentState, NextChoice } from '../model/agent.ts';
import { finishWrapUp, leaveWork } from './next-state.ts';

/** Out of the named groups, or of all; nothing happens when the agent is out already. During a call it becomes what follows. */
export function signOut(draft: Draft, command: Extract<Command, { type: 'SignOut' }>): void {
  const { agentId } = command;
  const agent = draft.agent(agentId);
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
  const isOut = command.groups ? !leaving.some((groupId) => own.includes(groupId)) : !agent.atWork;
  if (isOut) return;
  const staying = own.filter((groupId) => !leaving.includes(groupId) && !fixed.has(groupId));
  if (staying.length > 0) {
    draft.apply({ type: 'signed-out', agentId, groups: leaving, leftWork: false });
    return;
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
  const inWrapUp = agent.activity.kind === 'acw';
  if (agent.pause?.reasonId === reasonId && !inWrapUp) return;
  if (!isSignedIn(agent)) throw new DomainError('not-signed-in', 'Sign in before pausing.');
  if (currentCall(agent)) throw notAllowedNow(agent, 'A pause starts when the call has ended.');
  if (inWrapUp) draft.apply({ type: 'acw-ended', agentId });
  if (agent.pause?.reasonId !== reasonId) draft.apply({ type: 'paused', agentId, reasonId });
}

export function resume(draft: Draft, agentId: AgentId): void {
  if (draft.agent(agentId).pause) draft.apply({ type: 'resumed', agentId });
}

export function endWrapUp(draft: Draft, agentId: AgentId): void {
  if (draft.agent(agentId).activity.kind === 'acw') finishWrapUp(draft, agentId);
}

export function setNextState(draft: Draft, agentId: AgentId, next: NextChoice | null): void {
  const agent = draft.agent(agentId);
  if (next?.kind === 'pause') knownReason(draft, next.reasonId);
  if (next && isSo(agent, next)) return;
  if (next && agent.activity.kind === 'idle') {
    throw notAllowedNow(agent, 'There is no call or after-call work for it to follow.');
  }
  draft.apply({ type: 'next-state-chosen', agentId, next });
}

export function setLocked(draft: Draft, agentId: AgentId, locked: boolean): void {
  if (draft.agent(agentId).locked === locked) return;
  draft.apply({ type: locked ? 'locked' : 'unlocked', agentId });
}

/** The call that it was to follow has ended meanwhile, and it has followed. */
function isSo(agent: AgentState, next: NextChoice): boolean {
  if (agent.activity.kind !== 'idle') return false;
  if (next.kind === 'pause') return agent.pause?.reasonId === next.reasonId;
  return next.kind === 'idle' ? stateWord(agent) === 'idle' : stateWord(agent) === 'signed-out';
}

function knownReason(draft: Draft, reasonId: ReasonId): void {
  if (!draft.team.config.pauseReasons.has(reasonId)) {
    throw new DomainError('unknown-reason', "This is not one of the team's pause reasons.", { reasonId });
  }
}

function notAllowedNow(agent: AgentState, message: string): DomainError {
  return new DomainError('not-allowed-now', message, { state: stateWord(agent) });
}
