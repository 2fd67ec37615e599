import { deviceOf, directAvailability } from '../agent/availability.ts';
import type { CallState, Cause } from '../model/call.ts';
import type { Draft } from '../model/draft.ts';
import { legOfParty, presentParties } from '../model/parties.ts';
import type { Party } from '../model/party.ts';
import { callParty } from './calling-in.ts';
import { releaseAgent } from './ending.ts';
import { isSingle, waitFor } from './requeuing.ts';

/**
 * Who was to get the call does not take it: it comes back to who has passed it on, if that agent can take it, or waits in the line
 * of its group, as the group has it. Says whether it does; somebody has to be there who waits.
 */
export function giveBack(draft: Draft, call: CallState, party: Party, cause: Cause): boolean {
  const { returnsTo } = party;
  const isWaitedFor = presentParties(call).some((each) => each.id !== party.id && each.called === null);
  if (returnsTo === null || returnsTo === party.agentId || !isWaitedFor) return false;
  const agent = draft.team.agents.get(returnsTo);
  if (!agent) return false;
  const group = call.groupId ? draft.group(call.groupId) : undefined;
  if (group?.transferReturn === 'end') return false;
  if (group?.transferReturn === 'queue' && isSingle(call, party)) {
    letGo(draft, call, party, cause);
    waitFor(draft, call, group.id, returnsTo);
    return true;
  }
  // The work after this very call begins when it is really over; and goes on when the call cannot come back.
  const { activity } = agent;
  const worksOnIt = activity.kind === 'acw' && activity.callId === call.id;
  const free = worksOnIt ? { ...agent, activity: { kind: 'idle', since: activity.since } as const } : agent;
  if (directAvailability(draft.team, free) !== 'available') return false;
  if (deviceOf(draft.team, free) === null) return false;
  if (worksOnIt) draft.apply({ type: 'acw-ended', agentId: returnsTo });
  letGo(draft, call, party, cause);
  callParty(draft, call.id, {
    to: { kind: 'agent', agentId: returnsTo },
    role: 'agent',
    place: 'main',
    broughtBy: party.broughtBy,
    returnsTo,
  });
  draft.apply({ type: 'call-handed', callId: call.id, agentId: returnsTo, returnsTo });
  return true;
}

function letGo(draft: Draft, call: CallState, party: Party, cause: Cause): void {
  draft.apply({ type: 'party-left', callId: call.id, partyId: party.id, cause });
  const leg = legOfParty(call, party);
  if (leg && leg.state !== 'gone') {
    draft.intend({ op: 'hangup', callId: call.id, legId: leg.id, cause: 'cancelled' });
  }
  if (party.agentId) releaseAgent(draft, party.agentId);
}
