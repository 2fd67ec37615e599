import type { AgentId, CallId } from '../kernel/ids.ts';
import type { Draft } from '../model/draft.ts';
import { agentsIn } from './agents-in.ts';
import type { CallState, Leg } from '../model/call.ts';
import { liveLegs } from '../model/call.ts';
import type { Intent } from '../ports/effects.ts';

/** The switch is told to join the legs of a call; it is a conversation when the switch has confirmed. */
export function join(draft: Draft, callId: CallId, agentId: AgentId): void {
  draft.apply({ type: 'joining', callId, agentId });
  openRoom(draft, callId);
  const call = draft.call(callId);
  const intents: Intent[] = [];
  for (const leg of liveLegs(call)) {
    if (leg.state === 'offered') {
      intents.push({ op: 'answer', callId, legId: leg.id, done: { type: 'LegUp', callId, legId: leg.id } });
    }
  }
  for (const leg of liveLegs(call)) intents.push(place(call, leg));
  if (call.direction === 'queue') {
    const customer = liveLegs(call).find((leg) => leg.role === 'customer');
    // Joined under the music first, so that the first word is not lost between two requests.
    if (customer) intents.push({ op: 'music', callId, legId: customer.id, on: false });
  }
  draft.intend(...confirmLast(intents, { type: 'Joined', callId }));
}

export function openRoom(draft: Draft, callId: CallId): void {
  const call = draft.call(callId);
  if (call.roomOpen) return;
  draft.apply({ type: 'room-opened', callId });
  draft.intend({ op: 'open-room', callId, roomId: call.roomId });
}

export function place(call: CallState, leg: Leg): Intent {
  return {
    op: 'place',
    callId: call.id,
    legId: leg.id,
    roomId: call.roomId,
    voice: { kind: 'all' },
  };
}

/** Lets the last of several intents tell when all are done; they are carried out one after the other. */
export function confirmLast(intents: readonly Intent[], done: NonNullable<Intent['done']>): Intent[] {
  return intents.map((intent, index) => (index === intents.length - 1 ? { ...intent, done } : intent));
}

/** The switch has joined the legs. */
export function joined(draft: Draft, callId: CallId): void {
  const call = draft.call(callId);
  if (call.phase.kind !== 'connecting') return;
  draft.apply({ type: 'call-connected', callId });
  for (const { id } of agentsIn(draft.team, call))
    draft.apply({ type: 'agent-talking', agentId: id, callId });
}
