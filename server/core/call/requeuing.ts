import { DomainError } from '../kernel/domain-error.ts';
import type { AgentId, GroupId } from '../kernel/ids.ts';
import type { CallState } from '../model/call.ts';
import type { Draft } from '../model/draft.ts';
import { isHere, presentParties } from '../model/parties.ts';
import { levelAfter } from '../queue/wishes.ts';
import type { Party } from '../model/party.ts';

/** call-not-active: others than one customer are in the call, or nobody. */
export function checkSingle(call: CallState, apart: Party): void {
  if (!isSingle(call, apart)) {
    throw new DomainError('call-not-active', 'Only one customer can wait in a line.');
  }
}

/**
 * Nobody is with the customer any more, who waits in the line of the group: with what was noted down, and before those whom nobody has
 * talked to. Who has given the call away is not offered it again at once.
 */
export function waitFor(draft: Draft, { id: callId }: CallState, groupId: GroupId, from: AgentId): void {
  const group = draft.group(groupId);
  const level = group ? levelAfter(group, 0) : 1;
  draft.apply({ type: 'call-requeued', callId, groupId, agentId: from, level });
  if (!group) return;
  draft.apply({ type: 'offer-missed', agentId: from, groupId, retryAt: draft.now + group.retryMs });
}

/** Whether one customer is there, and nobody else but `apart`. */
export function isSingle(call: CallState, apart: Party): boolean {
  const others = presentParties(call).filter(({ id }) => id !== apart.id);
  const [customer] = others;
  return others.length === 1 && customer?.agentId === null && !customer.called && isHere(call, customer);
}
