import type { Party } from '../../server/contract/desk.ts';
import type { CallEventDetail } from './call-event-detail.ts';
import { TelebarEvent } from './telebar-event.ts';

export interface CallTransferredDetail extends CallEventDetail {
  /** Who has it now, or is called for it; null: not seen from here. */
  to: Party | null;
}

/** The call was passed on: this agent's part is over. */
export class CallTransferredEvent extends TelebarEvent<CallTransferredDetail> {
  static readonly type = 'telebar-call-transferred';

  constructor(detail: CallTransferredDetail) {
    super(CallTransferredEvent.type, detail);
  }
}

declare global {
  interface HTMLElementEventMap {
    'telebar-call-transferred': CallTransferredEvent;
  }
}
