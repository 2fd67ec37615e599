import { partyLeaves } from '../call/leaving.ts';
import { followPhones } from '../call/phone-hold.ts';
import type { AgentId, CallId } from '../kernel/ids.ts';
import type { Draft } from '../model/draft.ts';
import { partyOf } from '../model/parties.ts';
import type { Party } from '../model/party.ts';
import type { Command } from '../team/input.ts';
import { checkBasis, noteForced } from './forcing.ts';
import { conversationOf, listen, supervising } from './monitoring.ts';

/**
 * The leader has the call in place of the agent, whose part ends in that instant: whom the agent has asked aside or called in
 * stays, and is the leader's from now on. A leader who does not listen yet is called first.
 */
export function takeOver(draft: Draft, command: Extract<Command, { type: 'TakeOver' }>): void {
  const { agentId, supervisorId } = command;
  checkBasis(draft, command);
  const { call } = conversationOf(draft, agentId);
  const own = supervising(draft.team, supervisorId);
  const isThere = own?.call.id === call.id && !own.party.called && !own.party.away;
  if (isThere) return takePlace(draft, call.id, own.party, agentId);
  listen(draft, call, supervisorId, { agentId, mode: 'listen', takesOver: true });
}

/** The leader's telephone is there. */
export function supervisorAnswered(draft: Draft, callId: CallId, { agentId, monitor }: Party): void {
  const party = agentId && partyOf(draft.call(callId), agentId);
  if (party && monitor?.takesOver) takePlace(draft, callId, party, monitor.agentId);
}

function takePlace(draft: Draft, callId: CallId, leader: Party, from: AgentId): void {
  const agent = partyOf(draft.call(callId), from);
  if (!leader.agentId || !agent) return;
  draft.apply({ type: 'call-taken-over', callId, partyId: leader.id, agentId: leader.agentId, from });
  draft.apply({ type: 'agent-talking', agentId: leader.agentId, callId });
  partyLeaves(draft, callId, agent, 'taken-over');
  // What the leader's phone holds was nobody's business before.
  followPhones(draft, callId);
  noteForced(draft, from, 'take-over', leader.agentId);
}
