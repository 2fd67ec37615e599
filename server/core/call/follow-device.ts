import { currentCall } from '../model/agent.ts';
import { usersOf } from '../agent/availability.ts';
import type { EndpointId } from '../kernel/ids.ts';
import type { Draft } from '../model/draft.ts';
import { agentLeg } from '../model/call.ts';
import { partyOf } from '../model/parties.ts';
import { dropLeg } from './device-leg.ts';
import { deviceCame } from './device-return.ts';
import { beginRecovery, canRecover, retryNow } from './recovery.ts';

/**
 * A device came online. The calls of agents who use it now may have their leg on an earlier device: the page was
 * reloaded, or the voice moved to another tab. That leg is given up and the call follows the agent to the new device.
 */
export function followDevice(draft: Draft, endpointId: EndpointId): void {
  for (const agent of usersOf(draft.team, endpointId)) {
    const callId = currentCall(agent);
    const call = callId ? draft.team.calls.get(callId) : undefined;
    if (!call || agent.device.kind !== 'browser') continue;
    if (call.phase.kind === 'conversation' && partyOf(call, agent.id)?.away) {
      retryNow(draft, call.id, agent.id, endpointId);
      continue;
    }
    const leg = agentLeg(call, agent.id);
    if (leg && leg.endpointId !== endpointId && canRecover(call, leg)) {
      dropLeg(draft, call.id, leg);
      beginRecovery(draft, call.id, leg);
    } else deviceCame(draft, call, agent.id, endpointId);
  }
}
