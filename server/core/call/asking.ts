import { DomainError } from '../kernel/domain-error.ts';
import type { AgentId, GroupId } from '../kernel/ids.ts';
import type { Asking, CallState } from '../model/call.ts';
import type { Draft } from '../model/draft.ts';
import { partyOf } from '../model/parties.ts';
import type { Party } from '../model/party.ts';
import { callParty } from './calling-in.ts';

/**
 * The agent waits, with music, in the line of a group for whoever is free first; so do the others of the call.
 * unknown-group: there is none that takes calls.
 */
export function ask(
  draft: Draft,
  { id: callId }: CallState,
  { id: partyId, agentId }: Party,
  groupId: GroupId,
): void {
  if (!agentId) return;
  checkGroup(draft, groupId);
  draft.apply({ type: 'party-moved', callId, partyId, place: 'consult' });
  draft.apply({ type: 'group-asked', callId, agentId, groupId });
}

/** Somebody is free: rings there as any agent who is asked. Says whether it does. */
export function ringForAsking(
  draft: Draft,
  { id: callId }: CallState,
  { by }: Asking,
  agentId: AgentId,
): boolean {
  const to = { kind: 'agent', agentId } as const;
  try {
    callParty(draft, callId, { to, role: 'consulted', place: 'consult', broughtBy: by, returnsTo: null });
  } catch (error) {
    // In the call already, or not to be reached any more.
    if (error instanceof DomainError) return false;
    throw error;
  }
  return true;
}

/** Whether the party rings for an agent who waits in the line of a group, and goes on waiting without it. */
export function isAskedFor({ asking }: CallState, { called, broughtBy, place }: Party): boolean {
  return Boolean(asking && called && place === 'consult' && asking.by === broughtBy);
}

/** The next one of the group is asked, and this one rests. */
export function restFrom(draft: Draft, { asking }: CallState, { agentId }: Party): void {
  const group = asking && draft.group(asking.groupId);
  if (!group || !agentId) return;
  draft.apply({ type: 'offer-missed', agentId, groupId: group.id, retryAt: draft.now + group.retryMs });
}

/** The agent is back with the others. */
export function stopAsking(draft: Draft, { id: callId, asking }: CallState): void {
  const party = asking && partyOf(draft.call(callId), asking.by);
  draft.apply({ type: 'asking-ended', callId });
  if (party) draft.apply({ type: 'party-moved', callId, partyId: party.id, place: 'main' });
}

export function checkGroup(draft: Draft, groupId: GroupId): void {
  if (draft.team.config.groups.has(groupId)) return;
  throw new DomainError('unknown-group', 'There is no such group that takes calls.', { groupId });
}
