import type { LegId } from '../kernel/ids.ts';
import type { Draft } from '../model/draft.ts';
import type { CallState } from '../model/call.ts';

/** The call that a leg belongs to, live or just ended. */
export function callByLeg({ team }: Draft, legId: LegId): CallState | undefined {
  const callId = team.indices.callOfLeg(legId);
  return callId && team.calls.get(callId);
}
