import type { EventStamp } from '../events/telebar-event.ts';
import type { Desk } from '../store/desk.ts';

/** Gives each event of this page its stamp. */
export type Stamp = (id?: string) => EventStamp;

export function createStamp(desk: Desk): Stamp {
  let sequence = 0;
  return (id = crypto.randomUUID()) => ({
    version: 1,
    id,
    sequence: ++sequence,
    time: Math.round(Date.now() + desk.state.clockOffsetMs),
  });
}
