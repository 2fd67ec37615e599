import { randomId } from '../platform/platform.ts';
import type { EventStamp } from '../events/telebar-event.ts';
import type { Desk } from '../live/desk.ts';

/** Gives each event of this page its stamp. */
export type Stamp = (id?: string) => EventStamp;

export function createStamp(desk: Desk): Stamp {
  let sequence = 0;
  return (id = randomId()) => ({
    version: 1,
    id,
    sequence: ++sequence,
    time: Math.round(Date.now() + desk.state.clockOffsetMs),
  });
}
