import type { MonitorMode } from '../../server/contract/supervision.ts';
import type { MonitorEventDetail } from './monitor-event-detail.ts';
import { TelebarEvent } from './telebar-event.ts';

export interface MonitorChangedDetail extends MonitorEventDetail {
  from: MonitorMode;
}

/** The leader is in it in another way. */
export class MonitorChangedEvent extends TelebarEvent<MonitorChangedDetail> {
  static readonly type = 'telebar-monitor-changed';

  constructor(detail: MonitorChangedDetail) {
    super(MonitorChangedEvent.type, detail);
  }
}

declare global {
  interface HTMLElementEventMap {
    'telebar-monitor-changed': MonitorChangedEvent;
  }
}
