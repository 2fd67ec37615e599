import type { WrapUpRow } from '../ports/repositories.ts';

/** What was noted down about a call, as it is shown: without the id of who wrote it. */
export function wrapUpView(wrapUp: Readonly<WrapUpRow> | null): Omit<WrapUpRow, 'agentId'> | null {
  if (wrapUp === null) return null;
  const { reasonId, label, notes, agentNumber, at } = wrapUp;
  return { reasonId, label, notes, agentNumber, at };
}
