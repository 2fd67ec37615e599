import type { CallEventDetail } from './call-event-detail.ts';
import { TelebarEvent } from './telebar-event.ts';

/** Both sides talk. */
export class CallAnsweredEvent extends TelebarEvent<CallEventDetail> {
  static readonly type = 'telebar-call-answered';

  constructor(detail: CallEventDetail) {
    super(CallAnsweredEvent.type, detail);
  }
}

declare global {
  interface HTMLElementEventMap {
    'telebar-call-answered': CallAnsweredEvent;
  }
}
