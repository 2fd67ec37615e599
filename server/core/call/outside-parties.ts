import { DomainError } from '../kernel/domain-error.ts';
import type { AgentId, CallId, GroupId } from '../kernel/ids.ts';
import type { CallState } from '../model/call.ts';
import type { Draft } from '../model/draft.ts';
import { presentParties } from '../model/parties.ts';
import { GROUP_RULES } from '../model/set-up.ts';
import type { Group } from '../model/set-up.ts';

// Two numbers outside that talk without an agent are what toll fraud looks for: only where the group allows it, and for a time.

/** forbidden: the group's calls are passed on to agents only. */
export function checkOutside(draft: Draft, call: CallState, agentId: AgentId): Group {
  const group = ruleOf(draft, call, agentId);
  if (group?.transferOutside) return group;
  throw new DomainError('forbidden', 'A call is passed on to agents only.');
}

/** The last agent has gone: says whether those outside may talk on, and for how long. */
export function talkOn(draft: Draft, call: CallState, agentId: AgentId): boolean {
  const group = ruleOf(draft, call, agentId);
  const outside = presentParties(call).filter((party) => party.agentId === null && !party.called);
  if (group?.lastAgent !== 'talk-on' || outside.length < 2) return false;
  const until = draft.now + group.talkOnMs;
  draft.apply({ type: 'left-alone', callId: call.id, partyId: null, returnsTo: null, until });
  for (const { id: partyId, place } of outside) {
    if (place !== 'main') draft.apply({ type: 'party-moved', callId: call.id, partyId, place: 'main' });
  }
  return true;
}

/** A number outside that was given the call rings still, and the last agent beside it has gone: their time begins. */
export function limitAlone(draft: Draft, callId: CallId, agentId: AgentId): void {
  const call = draft.call(callId);
  const isAlone = presentParties(call).every((party) => party.agentId === null);
  if (!isAlone || typeof call.aloneUntil === 'number') return;
  const { talkOnMs } = ruleOf(draft, call, agentId) ?? GROUP_RULES;
  const until = draft.now + talkOnMs;
  draft.apply({ type: 'left-alone', callId, partyId: null, returnsTo: null, until });
}

/** The group of the call, or the first one of the agent. */
function ruleOf(draft: Draft, { groupId }: CallState, agentId: AgentId): Group | undefined {
  if (groupId) return draft.group(groupId);
  const [first] = Object.keys(draft.team.agents.get(agentId)?.groups ?? {}) as GroupId[];
  return first && draft.group(first);
}
