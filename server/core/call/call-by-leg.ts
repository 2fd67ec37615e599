import type { LegId } from '../ids.ts';
import type { Draft } from '../team/draft.ts';
import type { CallState } from './call-state.ts';
import { legOf } from './call-state.ts';

/** The call that a leg belongs to, live or just ended. */
export function callByLeg(draft: Draft, legId: LegId): CallState | undefined {
  for (const call of draft.team.calls.values()) if (legOf(call, legId)) return call;
  return undefined;
}
