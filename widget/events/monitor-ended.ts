import type { MonitorEventDetail } from './monitor-event-detail.ts';
import { TelebarEvent } from './telebar-event.ts';

/** The leader is in it no longer. */
export class MonitorEndedEvent extends TelebarEvent<MonitorEventDetail> {
  static readonly type = 'telebar-monitor-ended';

  constructor(detail: MonitorEventDetail) {
    super(MonitorEndedEvent.type, detail);
  }
}

declare global {
  interface HTMLElementEventMap {
    'telebar-monitor-ended': MonitorEndedEvent;
  }
}
