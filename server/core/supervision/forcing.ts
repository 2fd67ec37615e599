import { endWrapUp, pause, resume, signOut } from '../agent/agent-commands.ts';
import { hangup } from '../call/talk.ts';
import { DomainError } from '../kernel/domain-error.ts';
import type { AgentId } from '../kernel/ids.ts';
import { currentCall, isSignedIn, stateWord } from '../model/agent.ts';
import type { Draft } from '../model/draft.ts';
import { staticGroups } from '../model/set-up.ts';
import type { Command } from '../team/input.ts';
import type { ForcedAction } from '../../vocabulary/forced-actions.ts';
import type { AgentStateWord } from '../../vocabulary/state-words.ts';
import { stopMonitoring, supervising } from './monitoring.ts';

type Forced = Extract<Command, { readonly supervisorId: AgentId; readonly basedOn: AgentStateWord | null }>;

/** What a leader does to an agent's state: as the agent would, at once or when the call ends, and the agent is told by whom. */
export function force(draft: Draft, action: ForcedAction, command: Forced, run: () => void): void {
  const { agentId, supervisorId } = command;
  checkBasis(draft, command);
  if (action !== 'hangup') checkAfterCallWork(draft, command);
  const before = draft.agent(agentId);
  run();
  if (draft.agent(agentId) !== before) noteForced(draft, agentId, action, supervisorId);
}

/** As the agent's own hang-up; nothing is left to do without a call. */
export function forceHangup(draft: Draft, { agentId, supervisorId }: Forced): void {
  const callId = currentCall(draft.agent(agentId));
  const own = supervising(draft.team, agentId);
  if (own?.party.monitor) stopMonitoring(draft, agentId, own.party.monitor.agentId);
  else if (callId) hangup(draft, agentId, callId, supervisorId);
}

/** In a call it is what follows. */
export function forcePause(
  draft: Draft,
  { agentId, reasonId }: Extract<Command, { type: 'ForcePause' }>,
): void {
  if (!currentCall(draft.agent(agentId))) return pause(draft, agentId, reasonId);
  if (!draft.team.config.pauseReasons.has(reasonId)) {
    throw new DomainError('unknown-reason', "This is not one of the team's pause reasons.", { reasonId });
  }
  draft.apply({ type: 'next-state-chosen', agentId, next: { kind: 'pause', reasonId } });
}

/** In a call it is what follows. */
export function forceIdle(draft: Draft, { agentId }: Forced): void {
  const agent = draft.agent(agentId);
  if (!isSignedIn(agent)) throw new DomainError('not-signed-in', 'The agent is signed out.');
  if (currentCall(agent)) return draft.apply({ type: 'next-state-chosen', agentId, next: { kind: 'idle' } });
  if (agent.activity.kind === 'acw') {
    draft.apply({ type: 'next-state-chosen', agentId, next: null });
    endWrapUp(draft, agentId);
  }
  resume(draft, agentId);
}

/** static-member: groups that cannot be left would keep the agent signed in. */
export function forceSignOut(draft: Draft, { agentId }: Forced): void {
  const [groupId] = staticGroups(draft.team.config, agentId);
  if (groupId) throw new DomainError('static-member', 'Static members are always signed in.', { groupId });
  signOut(draft, { type: 'SignOut', agentId });
}

/** state-changed: the leader has seen another state than there is. */
export function checkBasis(draft: Draft, { agentId, basedOn }: Pick<Forced, 'agentId' | 'basedOn'>): void {
  const state = stateWord(draft.agent(agentId));
  if (basedOn === null || basedOn === state) return;
  throw new DomainError('state-changed', 'The agent is in another state by now.', { state });
}

/** After-call work is cut short only by a leader who has seen it: notes may not be saved yet. */
function checkAfterCallWork(draft: Draft, { agentId, basedOn }: Forced): void {
  if (draft.agent(agentId).activity.kind !== 'acw' || basedOn === 'acw') return;
  throw new DomainError('not-allowed-now', 'The agent is in after-call work.', { state: 'acw' });
}

export function noteForced(draft: Draft, agentId: AgentId, action: ForcedAction, by: AgentId): void {
  draft.apply({ type: 'agent-forced', agentId, action, by });
}
