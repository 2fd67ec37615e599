import type { Supervision } from '../../server/contract/supervision.ts';
import type { EventStamp } from './telebar-event.ts';

/** Detail of every event about a leader who listens to an agent. */
export interface MonitorEventDetail extends EventStamp {
  supervision: Supervision;
}
