import type { AgentId, CallId } from '../kernel/ids.ts';
import type { Draft } from '../model/draft.ts';
import { dayIn } from '../kernel/time-zone.ts';
import { agentsIn } from './agents-in.ts';
import { isOfLine, liveLegs } from '../model/call.ts';

/** The switch is told to join the legs of a call; it is a conversation when the switch has confirmed. */
export function join(draft: Draft, callId: CallId, agentId: AgentId): void {
  draft.apply({ type: 'joining', callId, agentId });
  for (const { id: legId, state } of liveLegs(draft.call(callId))) {
    if (state === 'offered') {
      draft.intend({ op: 'answer', callId, legId, done: { type: 'LegUp', callId, legId } });
    }
  }
}

/** The switch has joined the legs. */
export function joined(draft: Draft, callId: CallId): void {
  const call = draft.call(callId);
  if (call.phase.kind !== 'connecting') return;
  draft.apply({ type: 'call-connected', callId });
  const takenOn = isOfLine(call) ? { takenOn: dayIn(draft.team.config.timeZone, draft.now) } : {};
  for (const { id } of agentsIn(draft.team, call))
    draft.apply({ type: 'agent-talking', agentId: id, callId, ...takenOn });
}
