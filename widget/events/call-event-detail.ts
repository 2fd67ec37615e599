import type { CallView } from '../../server/contract/desk.ts';
import type { EventStamp } from './telebar-event.ts';

/** Detail of every event about one call. */
export interface CallEventDetail extends EventStamp {
  call: CallView;
}
