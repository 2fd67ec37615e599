import type { CallView } from '../../contract/desk.ts';
import type { AgentId } from '../../core/kernel/ids.ts';
import type { CallState } from '../../core/model/call.ts';
import type { Party } from '../../core/model/party.ts';
import type { TeamConfig } from '../../core/model/set-up.ts';

/**
 * Who asks the agent aside, has called it in or passed the call on to it, also by way of a line; of a call that comes back: who has not
 * taken it. Null: nobody.
 */
export function cameFrom(config: TeamConfig, call: CallState, viewer: AgentId): CallView['from'] {
  const own = call.parties.findLast(({ agentId, role }) => agentId === viewer && role !== 'supervisor');
  const from = own?.broughtBy
    ? own.broughtBy === viewer
      ? inVain(call, own)
      : own.broughtBy
    : beforeTheLine(call, own, viewer);
  const agent = from && config.agents.get(from);
  return agent ? { id: agent.id, number: agent.number, name: agent.name } : null;
}

/** The agent whom the call rang at last before it came back. */
function inVain({ parties }: CallState, own: Party): AgentId | null {
  const tried = parties
    .slice(0, parties.indexOf(own))
    .findLast(({ broughtBy }) => broughtBy === own.broughtBy);
  return tried?.agentId ?? null;
}

/** Who gave it to the group that has found the agent. */
function beforeTheLine(
  { parties, requeuedAt }: CallState,
  own: Party | undefined,
  viewer: AgentId,
): AgentId | null {
  if (typeof requeuedAt !== 'number') return null;
  const giver = parties.findLast(
    ({ agentId, left }) =>
      agentId !== null &&
      agentId !== viewer &&
      left?.cause === 'handed-over' &&
      (own === undefined || left.at <= own.since),
  );
  return giver?.agentId ?? null;
}
