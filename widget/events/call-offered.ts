import type { CallEventDetail } from './call-event-detail.ts';
import { TelebarEvent } from './telebar-event.ts';

/** A call rings at this agent. */
export class CallOfferedEvent extends TelebarEvent<CallEventDetail> {
  static readonly type = 'telebar-call-offered';

  constructor(detail: CallEventDetail) {
    super(CallOfferedEvent.type, detail);
  }
}

declare global {
  interface HTMLElementEventMap {
    'telebar-call-offered': CallOfferedEvent;
  }
}
