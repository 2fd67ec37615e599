import { canTakeQueueCall } from '../../agent/availability.ts';
import { offerCall } from '../../call/offer.ts';
import type { AgentState } from '../../model/agent.ts';
import type { CallState } from '../../model/call.ts';
import type { Draft } from '../../model/draft.ts';
import { offersOf } from '../../model/offers.ts';
import type { AgentId, GroupId } from '../../kernel/ids.ts';
import { placeUnanswered } from '../line.ts';
import { waitsSince } from '../wishes.ts';

/** Of a very large group those who have been idle longest ring: more do not answer sooner. */
const MOST_RUNG = 100;

/**
 * Whoever is still free when each caller who waited has somebody is rung by the caller who came first of those who ring. So all of the
 * group ring for one call, and several calls share them.
 */
export function ringAll(draft: Draft, groupId: GroupId, moved: readonly AgentState[]): void {
  const free = freeIn(draft, groupId, moved);
  const call = free.length > 0 ? firstRinging(draft, groupId) : undefined;
  const group = draft.group(groupId);
  if (!call || !group) return;
  for (const agentId of free.slice(0, MOST_RUNG - offersOf(call).length)) {
    offerCall(draft, call.id, agentId, group.ringMs);
  }
}

function freeIn({ team, now }: Draft, groupId: GroupId, moved: readonly AgentState[]): AgentId[] {
  const ids = new Set([...team.indices.settled.free(groupId), ...moved].map(({ id }) => id));
  return [...ids].filter((id) => {
    const agent = team.agents.get(id);
    return agent !== undefined && canTakeQueueCall(team, agent, groupId, now);
  });
}

function firstRinging({ team }: Draft, groupId: GroupId): CallState | undefined {
  let first: CallState | undefined;
  const look = (call: CallState | undefined): boolean => {
    if (call?.phase.kind !== 'offered' || placeUnanswered(call)?.groupId !== groupId) return false;
    if (!first || waitsSince(call) < waitsSince(first)) first = call;
    return true;
  };
  for (const { id } of team.indices.settled.unanswered(groupId)) if (look(team.calls.get(id))) break;
  for (const callId of team.calls.changed()) look(team.calls.get(callId));
  return first;
}
