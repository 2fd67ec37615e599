import { DomainError } from '../kernel/domain-error.ts';
import type { AgentId } from '../kernel/ids.ts';
import { isInCharge } from '../model/parties.ts';
import type { Party } from '../model/party.ts';

/** forbidden: an agent whom this one has not called in, or whom another asks aside. */
export function checkInCharge(agentId: AgentId, party: Party): void {
  if (isInCharge(agentId, party)) return;
  throw new DomainError('forbidden', 'The party has been called in by another agent.');
}
