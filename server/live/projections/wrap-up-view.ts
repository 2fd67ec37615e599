import type { WrapUp } from '../../contract/desk.ts';
import type { WrapUpRow } from '../../core/ports/repositories.ts';

/** What was noted down about a call, as the contract shows it. */
export function wrapUpView(wrapUp: Readonly<WrapUpRow> | null): WrapUp | null {
  if (wrapUp === null) return null;
  const { reasonId, label, notes, agentNumber, at } = wrapUp;
  return { reasonId, label, notes, agentNumber, at };
}
