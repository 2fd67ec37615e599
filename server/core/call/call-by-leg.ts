import type { LegId } from '../kernel/ids.ts';
import type { Draft } from '../model/draft.ts';
import type { CallState } from '../model/call.ts';
import { legOf } from '../model/call.ts';

/** The call that a leg belongs to, live or just ended. */
export function callByLeg(draft: Draft, legId: LegId): CallState | undefined {
  for (const call of draft.team.calls.values()) if (legOf(call, legId)) return call;
  return undefined;
}
