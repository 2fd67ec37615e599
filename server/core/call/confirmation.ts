import type { CallId, LegId } from '../kernel/ids.ts';

/** What the switch has confirmed: states that are shown only when they are real. */
export type Confirmation =
  | { readonly type: 'LegUp'; readonly callId: CallId; readonly legId: LegId }
  /** The switch has everything of the call as the plan of that version has it: what was asked for until then is so. */
  | { readonly type: 'PlanReached'; readonly callId: CallId; readonly version: number };
