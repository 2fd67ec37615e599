import { comparePlaces } from '../model/ranked.ts';
import type { Place } from '../model/ranked.ts';
import type { AgentId, CallId } from '../kernel/ids.ts';

/** A line and those who serve it, as they are when they are asked. */
export interface Served {
  /** Who is served next. */
  nextCall(): Place<CallId> | null;
  /** Who serves next. */
  nextAgent(): Place<AgentId> | null;
}

/**
 * Pairs waiting calls with free agents: who waits longest is served first, by the first of those who serve the line.
 * `offer` takes both out of what is given next; false: it could not, and the line is left as it is.
 */
export function assign(lines: readonly Served[], offer: (callId: CallId, agentId: AgentId) => boolean): void {
  const open = new Set(lines);
  for (let first = firstOf(open); first; first = firstOf(open)) {
    const { served, call } = first;
    const agent = served.nextAgent();
    // Agents only become fewer: whoever waits in this line waits on.
    if (!agent || !offer(call.id, agent.id)) open.delete(served);
  }
}

/** The line in which somebody has waited longest. */
function firstOf(open: ReadonlySet<Served>): { served: Served; call: Place<CallId> } | null {
  let first: { served: Served; call: Place<CallId> } | null = null;
  for (const served of open) {
    const call = served.nextCall();
    if (call && (!first || comparePlaces(call, first.call) < 0)) first = { served, call };
  }
  return first;
}
