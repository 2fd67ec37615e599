import type { CallEventDetail } from './call-event-detail.ts';
import { TelebarEvent } from './telebar-event.ts';

/** The other side of a call out rings. */
export class CallRingingEvent extends TelebarEvent<CallEventDetail> {
  static readonly type = 'telebar-call-ringing';

  constructor(detail: CallEventDetail) {
    super(CallRingingEvent.type, detail);
  }
}

declare global {
  interface HTMLElementEventMap {
    'telebar-call-ringing': CallRingingEvent;
  }
}
