import type { PopDirection, PopMode } from '../../vocabulary/pop-apps.ts';
import type { BindingId, GroupId, TeamId } from '../kernel/ids.ts';
import type { CallDirection } from '../../vocabulary/directions.ts';

/** What pops for which calls. */
export interface AppBinding {
  id: BindingId;
  teamId: TeamId;
  name: string;
  /** Empty: all that pop. */
  directions: PopDirection[];
  /** Numbers that the caller has dialled; empty: any, or none. */
  dids: string[];
  /** Empty: any, or none. */
  groupIds: GroupId[];
  /** Not before the agent has answered, or the other side of a call that the agent has dialled. */
  onAnswer: boolean;
  mode: PopMode;
  /** Template of mode `url`, otherwise ''. */
  url: string;
  /** The first that fits counts. */
  position: number;
}

interface BoundCall {
  readonly direction: CallDirection;
  readonly did: string | null;
  readonly groupId: GroupId | null;
}

/** What the team says of this call; undefined: nothing. @param bindings in their order */
export function bindingOf(
  bindings: readonly AppBinding[],
  { direction, did, groupId }: BoundCall,
): AppBinding | undefined {
  if (direction === 'internal') return undefined;
  return bindings.find(
    (binding) =>
      (binding.directions.length === 0 || binding.directions.includes(direction)) &&
      (binding.dids.length === 0 || (did !== null && binding.dids.includes(did))) &&
      (binding.groupIds.length === 0 || (groupId !== null && binding.groupIds.includes(groupId))),
  );
}
