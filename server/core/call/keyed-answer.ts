import type { CallId, LegId, PlaybackId } from '../kernel/ids.ts';
import { isOfLine, legOf } from '../model/call.ts';
import type { CallState, Leg } from '../model/call.ts';
import type { Draft } from '../model/draft.ts';
import { partyOfLeg } from '../model/parties.ts';

/** So long there is at least to key 1 after somebody, or something, has answered, ms. */
export const KEY_MS = 10_000;

/**
 * Whether what has answered at an agent's number outside may be a machine: then it is the agent who has answered when 1 has been
 * keyed, and until then it rings on for everybody. Who listens as a leader was told of no caller.
 */
export function mustKey({ team }: Draft, call: CallState, leg: Leg): boolean {
  const { outsideConfirm } = team.config;
  if (leg.agentId === null || leg.endpointId !== null || leg.state === 'offered') return false;
  if (outsideConfirm === 'queue-calls') return isOfLine(call) && partyOfLeg(call, leg)?.role !== 'supervisor';
  return outsideConfirm === 'always';
}

/** Two beeps again and again until 1 is keyed. Who calls hears the ringing, and nothing of a greeting. */
export function askForKey(draft: Draft, callId: CallId, legId: LegId): void {
  const leg = legOf(draft.call(callId), legId);
  if (!leg || leg.keyAsked) return;
  const playbackId = draft.ids.next<PlaybackId>('play');
  draft.apply({ type: 'key-asked', callId, legId, playbackId, until: draft.now + KEY_MS });
  ringOn(draft, draft.call(callId), legId);
}

function ringOn(draft: Draft, call: CallState, legId: LegId): void {
  const { phase, id: callId } = call;
  const ringback = draft.ids.next<PlaybackId>('play');
  if (phase.kind === 'calling-far' && phase.legId === legId && phase.ringback === null) {
    draft.apply({ type: 'far-side-rang', callId, ringback });
  }
  const leg = legOf(call, legId);
  const party = leg && partyOfLeg(call, leg);
  if (phase.kind !== 'conversation' || !party?.called || party.left || party.monitor) return;
  if (party.called.ringback === null) {
    draft.apply({ type: 'party-rang', callId, partyId: party.id, ringback, early: false });
  }
}
