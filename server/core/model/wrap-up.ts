import type { ReasonId } from '../kernel/ids.ts';
import type { WrapUpRow } from '../ports/repositories.ts';

/** What an agent has noted down about a call. */
export type WrapUp = Readonly<WrapUpRow>;

/** What is absent stays as it was; null and '' take it back. */
export interface WrapUpChange {
  readonly reasonId?: ReasonId | null;
  readonly notes?: string;
}
