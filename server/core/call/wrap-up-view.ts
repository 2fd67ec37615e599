import type { CallResult, WrapUp } from '../model/wrap-up.ts';

/** What was noted down about a call, as it is shown: without the id of who wrote it. */
export function wrapUpView(
  wrapUp: Readonly<WrapUp> | null,
): (Omit<WrapUp, 'agentId' | 'result'> & { result: CallResult | null }) | null {
  if (wrapUp === null) return null;
  const { reasonId, label, notes, agentNumber, at, result = null } = wrapUp;
  return { reasonId, label, notes, agentNumber, at, result };
}
