import type { CallEventDetail } from './call-event-detail.ts';
import { TelebarEvent } from './telebar-event.ts';

/** Both sides talk again after a hold. */
export class CallResumedEvent extends TelebarEvent<CallEventDetail> {
  static readonly type = 'telebar-call-resumed';

  constructor(detail: CallEventDetail) {
    super(CallResumedEvent.type, detail);
  }
}

declare global {
  interface HTMLElementEventMap {
    'telebar-call-resumed': CallResumedEvent;
  }
}
