import { DomainError } from '../kernel/domain-error.ts';
import type { AgentId, CallId } from '../kernel/ids.ts';
import type { Draft } from '../model/draft.ts';
import { partyOf } from '../model/parties.ts';
import type { Party } from '../model/party.ts';
import { callDevice, callerIdFor, callNumber, FAR_RING_MS } from './device-leg.ts';
import { DIRECT_RING_MS } from './offer.ts';
import { checkTarget } from './outbound.ts';
import type { Destination } from '../model/call.ts';

export interface CalledIn extends Pick<Party, 'role' | 'place' | 'broughtBy' | 'returnsTo'> {
  readonly to: Destination;
}

/**
 * Calls somebody into the call. The called agent sees whose call it is, not who asks.
 * target-busy, target-unavailable: the agent cannot be called now.
 */
export function callParty(draft: Draft, callId: CallId, { to, ...party }: CalledIn): void {
  if (to.kind === 'agent') callAgent(draft, callId, to.agentId, party);
  else callNumber(draft, callId, { to, name: null, party: { ...party, until: draft.now + FAR_RING_MS } });
}

function callAgent(draft: Draft, callId: CallId, agentId: AgentId, party: Omit<CalledIn, 'to'>): void {
  const call = draft.call(callId);
  if (partyOf(call, agentId)) throw new DomainError('target-busy', 'The agent is in the call already.');
  const device = checkTarget(draft, agentId);
  draft.apply({ type: 'agent-reserved', agentId, callId });
  callDevice(draft, callId, {
    agentId,
    device,
    role: 'agent',
    callerId: callerIdFor(call, 'agent'),
    ringMs: DIRECT_RING_MS,
    answersItself: false,
    party: { ...party, until: draft.now + DIRECT_RING_MS },
  });
}
