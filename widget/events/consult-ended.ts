import type { CallCause } from '../../server/contract/desk.ts';
import type { PartyEventDetail } from './party-event-detail.ts';
import { TelebarEvent } from './telebar-event.ts';

export interface ConsultEndedDetail extends PartyEventDetail {
  /**
   * transfer: the call was passed on. conference: who was asked is with the others. over: the agent is back with the others. next: the
   * group goes on being asked.
   */
  outcome: 'transfer' | 'conference' | 'over' | 'next';
  /** Why who was asked has gone; null: is not gone, or it is not known. */
  cause: CallCause | null;
}

/** Who was asked aside is not any more. */
export class ConsultEndedEvent extends TelebarEvent<ConsultEndedDetail> {
  static readonly type = 'telebar-consult-ended';

  constructor(detail: ConsultEndedDetail) {
    super(ConsultEndedEvent.type, detail);
  }
}

declare global {
  interface HTMLElementEventMap {
    'telebar-consult-ended': ConsultEndedEvent;
  }
}
