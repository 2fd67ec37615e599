import type { CallEventDetail } from './call-event-detail.ts';
import { TelebarEvent } from './telebar-event.ts';

/** The other side hears music. */
export class CallHeldEvent extends TelebarEvent<CallEventDetail> {
  static readonly type = 'telebar-call-held';

  constructor(detail: CallEventDetail) {
    super(CallHeldEvent.type, detail);
  }
}

declare global {
  interface HTMLElementEventMap {
    'telebar-call-held': CallHeldEvent;
  }
}
