import type { MonitorEventDetail } from './monitor-event-detail.ts';
import { TelebarEvent } from './telebar-event.ts';

/** This leader is in the call of an agent. */
export class MonitorStartedEvent extends TelebarEvent<MonitorEventDetail> {
  static readonly type = 'telebar-monitor-started';

  constructor(detail: MonitorEventDetail) {
    super(MonitorStartedEvent.type, detail);
  }
}

declare global {
  interface HTMLElementEventMap {
    'telebar-monitor-started': MonitorStartedEvent;
  }
}
