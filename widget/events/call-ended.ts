import type { CallView } from '../../server/contract/desk.ts';
import type { CallEventDetail } from './call-event-detail.ts';
import { TelebarEvent } from './telebar-event.ts';

export interface CallEndedDetail extends CallEventDetail {
  endedBy: CallView['endedBy'];
  cause: CallView['cause'];
}

/** The call is over for this agent. */
export class CallEndedEvent extends TelebarEvent<CallEndedDetail> {
  static readonly type = 'telebar-call-ended';

  constructor(detail: CallEndedDetail) {
    super(CallEndedEvent.type, detail);
  }
}

declare global {
  interface HTMLElementEventMap {
    'telebar-call-ended': CallEndedEvent;
  }
}
