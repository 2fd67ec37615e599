import type { Clock } from '../../../core/kernel/clock.ts';
import { FlowBudget } from './flow-budget.ts';
import type { Flow, FlowListener } from './flow.ts';
import type { SourceBudget } from './source-budget.ts';

/** A peer that does not read is not fed any more. */
export const MAX_BUFFERED_BYTES = 1 << 20;

/** What one connection of a stream (TCP, WebSocket) tells its transport. */
export interface StreamHost<Connection> extends FlowListener {
  readonly clock: Clock;
  /** What the strangers of each network may send together. */
  readonly shared: SourceBudget;
  /** Whether somebody is registered, or has a call, on this flow, or it leads to a carrier. */
  isKnown(flow: Flow): boolean;
  /** Looked at now and then, and when it closes: whether it counts as a stranger. */
  onStanding(flow: Connection, known: boolean): void;
}

/** What the connection may send; while it is a stranger's, the strangers of its network spend from the same. */
export function budgetOf<Connection extends Flow & { readonly network: string }>(
  flow: Connection,
  host: StreamHost<Connection>,
): FlowBudget {
  return new FlowBudget(
    host.clock,
    () => host.isKnown(flow),
    () => host.shared.spend(flow.network),
  );
}
