import { directAvailability } from '../agent/availability.ts';
import type { RoomId } from '../kernel/ids.ts';
import type { Draft } from '../model/draft.ts';
import type { Fact } from '../team/input.ts';
import { isEnded } from '../model/call.ts';
import type { NewCall } from '../model/call.ts';
import { enterLine } from '../queue/overflow.ts';
import type { Group } from '../model/set-up.ts';
import { levelAfter, preferred } from '../queue/wishes.ts';
import { endCall } from './ending.ts';
import { DIRECT_RING_MS, offerCall } from './offer.ts';

type Arrived = Extract<Fact, { type: 'CallArrived' }>;

/** A call from outside for a group's queue or for an agent in person. The queue itself is served by `dispatch.ts`. */
export function callArrived(draft: Draft, arrived: Arrived): void {
  const { callId, legId, target } = arrived;
  const group = target.kind === 'group' ? draft.team.config.groups.get(target.groupId) : undefined;
  const call: NewCall = {
    id: callId,
    teamId: draft.team.config.teamId,
    direction: target.kind === 'group' ? 'queue' : 'direct',
    createdAt: draft.now,
    number: arrived.number,
    name: arrived.customer?.name ?? arrived.name,
    did: arrived.did,
    groupId: target.kind === 'group' ? target.groupId : null,
    customerId: arrived.customer?.id ?? null,
    data: {},
    agentId: null,
    agentIds: target.kind === 'agent' ? [target.agentId] : [],
    roomId: draft.ids.next<RoomId>('room'),
    phase: { kind: 'waiting', since: draft.now },
    ...(group ? ofLine(draft, group, arrived) : {}),
  };
  draft.apply({ type: 'call-created', callId, call });
  draft.apply({
    type: 'leg-added',
    callId,
    leg: {
      id: legId,
      role: 'customer',
      agentId: null,
      endpointId: null,
      number: arrived.number,
      name: call.name,
      state: 'offered',
    },
  });
  if (target.kind === 'group' && !group) {
    endCall(draft, callId, 'group-closed', { kind: 'system' });
    return;
  }
  if (target.kind === 'group') {
    enterLine(draft, callId);
    if (isEnded(draft.call(callId))) return;
    draft.intend({ op: 'answer', callId, legId, done: { type: 'LegUp', callId, legId } });
    return;
  }
  const availability = directAvailability(draft.team, draft.team.agents.get(target.agentId));
  if (availability !== 'available') {
    endCall(draft, callId, availability, { kind: 'system' });
    return;
  }
  draft.intend({ op: 'ring', callId, legId });
  offerCall(draft, callId, target.agentId, DIRECT_RING_MS);
}

/** What it asks for in the line of the group, and how much earlier it counts there. Said only where it is something. */
function ofLine(
  draft: Draft,
  group: Group,
  { priority = 0, lastAgent = null }: Arrived,
): Pick<NewCall, 'aheadMs' | 'level' | 'wanted'> {
  const aheadMs = (group.priority + priority) * draft.team.config.priorityPointMs;
  const level = levelAfter(group, 0);
  const wanted = preferred(draft, group, lastAgent);
  return {
    ...(aheadMs > 0 ? { aheadMs } : {}),
    ...(level > 1 ? { level } : {}),
    ...(wanted ? { wanted } : {}),
  };
}
